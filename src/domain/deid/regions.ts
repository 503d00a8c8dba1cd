// What each byte of a DICOM file is, so that a chance likeness in pixels or numbers is told from a leak in a text.

import type { DicomFile, Element, Path } from '../dicom/dataset';
import { contextOf, number } from '../dicom/values';
import { walk } from '../dicom/walk';
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
  readonly path: Path;
}

const BULK_LENGTH = 64;
const LONG_BULK = 4096;

/** Bytes at hand, and where in the file they start. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** The regions of a file whose views lead into these windows, in order of place; bytes of no region are headers and paddings. */
export function regionsOf(file: DicomFile, windows: readonly Window[]): Region[] {
  const regions: Region[] = [];
  const bits = bitsOf(file);
  for (const dataset of [file.meta, file.dataset])
    walk(dataset, contextOf(file), (element, path) => {
      for (const region of elementRegions(element, path, bits, windows)) regions.push(region);
    });
  return regions.sort((a, b) => a.start - b.start);
}

/** Stretches of pixels, in order of place: those of the root data set that are long enough to be worth telling apart. */
export function bulkOf(file: DicomFile, windows: readonly Window[]): Region[] {
  const bits = bitsOf(file);
  return [...file.dataset.elements.values()]
    .filter(({ vr }) => vr.startsWith('O'))
    .flatMap((element) => elementRegions(element, [element.tag], bits, windows))
    .filter(({ kind, start, end }) => (kind === 'bulk' || kind === 'bulk8') && end - start >= LONG_BULK)
    .sort((a, b) => a.start - b.start);
}

const bitsOf = (file: DicomFile) => number(file.dataset, 0x00280100, contextOf(file)) ?? 16;

function elementRegions(element: Element, path: Path, bits: number, windows: readonly Window[]): Region[] {
  const region = (start: number, length: number, kind: RegionKind): Region[] =>
    length > 0 ? [{ start, end: start + length, kind, path }] : [];
  const placed = (view: Uint8Array, kind: RegionKind) => {
    const window = windows.find(({ bytes }) => holds(bytes, view));
    return window ? region(window.at + view.byteOffset - window.bytes.byteOffset, view.length, kind) : [];
  };
  switch (element.kind) {
    case 'sequence':
      return [];
    case 'encapsulated':
      return [element.offsetTable, ...element.fragments].flatMap((view) => placed(view, 'bulk'));
    case 'far':
      if (element.fragments) return element.fragments.flatMap(({ start, length }) => region(start, length, 'bulk'));
      return region(element.start, element.length, bits <= 8 ? 'bulk8' : 'bulk');
    case 'bytes':
      return placed(element.bytes, MARKERS.has(path[0]!) ? 'own' : kindOfRegion(element, bits));
  }
}

function holds(bytes: Uint8Array, view: Uint8Array): boolean {
  const from = view.byteOffset - bytes.byteOffset;
  return bytes.buffer === view.buffer && from >= 0 && from + view.length <= bytes.length;
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
