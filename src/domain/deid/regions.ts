// What each byte of a DICOM file is, so that a chance likeness in pixels or numbers is told from a leak in a text.

import type { DicomFile, Element, Path, Tag } from '../dicom/dataset';
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
/** Bytes of the mark behind the preamble. */
const MAGIC_LENGTH = 4;

/**
 * The regions of a file as it was read, in order of place; bytes of no region are headers and paddings. Of a deflated file,
 * the places are those in its inflated data set.
 */
export function regionsOf(file: DicomFile): Region[] {
  const regions: Region[] = [];
  const bits = bitsOf(file);
  const starts = startsOf(file);
  for (const dataset of file.encoding.deflated ? [file.dataset] : [file.meta, file.dataset])
    walk(dataset, contextOf(file), (element, path) => {
      for (const region of elementRegions(element, path, bits, starts)) regions.push(region);
    });
  return regions.sort((a, b) => a.start - b.start);
}

/** Stretches of pixels, in order of place: those of the root data set that are long enough to be worth telling apart. */
export function bulkOf(file: DicomFile): Region[] {
  const bits = bitsOf(file);
  const starts = startsOf(file);
  return [...file.dataset.elements.values()]
    .filter(({ vr }) => vr.startsWith('O'))
    .flatMap((element) => elementRegions(element, [element.tag], bits, starts))
    .filter(({ kind, start, end }) => (kind === 'bulk' || kind === 'bulk8') && end - start >= LONG_BULK)
    .sort((a, b) => a.start - b.start);
}

const bitsOf = (file: DicomFile) => number(file.dataset, 0x00280100, contextOf(file)) ?? 16;

/** By tag of the root data set or the file meta: what to add to an offset in the element's buffer to have its place in the file. */
type Starts = ReadonlyMap<Tag, number>;

/** Elements stand one behind the other, so that their places follow from their lengths, wherever in memory they are. */
function startsOf(file: DicomFile): Starts {
  const starts = new Map<Tag, number>();
  let at = file.preamble ? file.preamble.length + MAGIC_LENGTH : 0;
  const place = (element: Element) => {
    const source = element.source!;
    starts.set(element.tag, at - source.byteOffset);
    at += element.kind === 'far' ? source.length + element.length : source.length;
  };
  for (const element of file.meta.elements.values()) place(element);
  if (file.encoding.deflated) at = 0;
  for (const element of file.dataset.elements.values()) place(element);
  return starts;
}

function elementRegions(element: Element, path: Path, bits: number, starts: Starts): Region[] {
  const region = (start: number, length: number, kind: RegionKind): Region[] =>
    length > 0 ? [{ start, end: start + length, kind, path }] : [];
  const placed = (view: Uint8Array, kind: RegionKind) =>
    region(starts.get(path[0]!)! + view.byteOffset, view.length, kind);
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
