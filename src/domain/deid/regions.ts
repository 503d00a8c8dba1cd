// What each byte of a DICOM file is, so that a chance likeness in pixels or numbers is told from a leak in a text.

import type { DicomFile, Element } from '../dicom/dataset';
import { contextOf, number } from '../dicom/values';
import { formatPath, walk } from '../dicom/walk';
import { judgedVr } from './identifiers';
import { MARKERS } from './markers';
import { isSafeText } from './safeAttributes';

/** 'free': texts of people; 'safe': texts and codes of machines; 'bulk': pixels; 'bulk8': pixels of 8 bits, in which text is likelier; 'own': what we wrote ourselves. */
type RegionKind = 'free' | 'safe' | 'number' | 'date' | 'uid' | 'bulk' | 'bulk8' | 'own';

/** A value's place in the bytes, from `start` up to `end`. */
export interface Region {
  readonly start: number;
  readonly end: number;
  readonly kind: RegionKind;
  readonly where: string;
}

const BULK_LENGTH = 64;

/** The regions of a file that was read from these bytes, in order of place; bytes of no region are headers and paddings. */
export function regionsOf(file: DicomFile, bytes: Uint8Array): Region[] {
  const regions: Region[] = [];
  const bits = number(file.dataset, 0x00280100, contextOf(file)) ?? 16;
  const add = (view: Uint8Array, kind: RegionKind, where: string) => {
    if (view.buffer !== bytes.buffer) return;
    const start = view.byteOffset - bytes.byteOffset;
    if (view.length > 0) regions.push({ start, end: start + view.length, kind, where });
  };
  for (const dataset of [file.meta, file.dataset])
    walk(dataset, contextOf(file), (element, path) => {
      if (element.kind === 'sequence') return;
      const where = formatPath(path, 'tag');
      if (element.kind === 'encapsulated')
        for (const view of [element.offsetTable, ...element.fragments]) add(view, 'bulk', where);
      else add(element.bytes, MARKERS.has(path[0]!) ? 'own' : kindOfRegion(element, bits), where);
    });
  return regions.sort((a, b) => a.start - b.start);
}

function kindOfRegion(element: Element & { kind: 'bytes' }, bits: number): RegionKind {
  const vr = judgedVr(element);
  if (vr === 'UI') return 'uid';
  if (vr === 'DA' || vr === 'DT' || vr === 'TM') return 'date';
  if (['AT', 'DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV'].includes(vr)) return 'number';
  if (vr.startsWith('O') && element.bytes.length >= BULK_LENGTH) return bits <= 8 ? 'bulk8' : 'bulk';
  return vr === 'CS' || isSafeText(element.tag) ? 'safe' : 'free';
}

/** The region that holds a place; undefined outside of any value. */
export function regionAt(regions: readonly Region[], at: number): Region | undefined {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (regions[middle]!.end <= at) low = middle + 1;
    else high = middle;
  }
  const region = regions[low];
  return region && region.start <= at ? region : undefined;
}
