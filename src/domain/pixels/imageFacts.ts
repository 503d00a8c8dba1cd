// What an image's header says about its picture: where an ultrasound shows tissue, and how bright the colours of its palette are.
import type { DataSet, DicomFile } from '../dicom/dataset';
import { TAG } from '../dicom/tags';
import { contextOf, items, number, numbers } from '../dicom/values';
import type { Box } from './boxes';

const CORNERS = [0x00186018, 0x0018601a, 0x0018601c, 0x0018601e] as const;
const PALETTES = [0x00281201, 0x00281202, 0x00281203] as const;

/**
 * The regions of SequenceOfUltrasoundRegions (PS3.3 C.8.5.5): boxes from the first to the last pixel of each, both included. What
 * is no region (a corner missing, or before the first) shows nothing and is left out; empty when there is none.
 */
export function ultrasoundRegions(file: DicomFile): Box[] {
  const context = contextOf(file);
  return items(file.dataset, TAG.SequenceOfUltrasoundRegions).flatMap((item) => {
    const [x0, y0, x1, y1] = CORNERS.map((tag) => number(item, tag, context));
    if (x0 == null || y0 == null || x1 == null || y1 == null || x1 < x0 || y1 < y0) return [];
    return { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
  });
}

/** The grey of each palette index (the brightest of its colours), 0 to 255; null when there is no plain palette of 8 or 16 bits. */
export function paletteGreys(file: DicomFile): Uint8Array | null {
  const tables = PALETTES.map((tag) => table(file.dataset, tag, file));
  if (tables.some((one) => one === null)) return null;
  const [red, green, blue] = tables as Uint8Array[];
  return red!.map((value, i) => Math.max(value, green![i] ?? 0, blue![i] ?? 0));
}

function table(dataset: DataSet, tag: number, file: DicomFile): Uint8Array | null {
  const element = dataset.elements.get(tag);
  const [entries, first, bits] = numbers(dataset, tag - 0x100, contextOf(file));
  if (element?.kind !== 'bytes' || entries === undefined || first === undefined) return null;
  const count = entries === 0 ? 65536 : entries;
  const wide = element.bytes.length >= 2 * count;
  if (!wide && (bits !== 8 || element.bytes.length < count)) return null;
  const high = bits === 8 || !wide ? 0 : 1;
  const at = (i: number) => element.bytes[wide ? 2 * i + (contextOf(file).bigEndian ? 1 - high : high) : i]!;
  return Uint8Array.from({ length: first + count }, (_, i) => at(Math.max(0, i - first)));
}
