// Overlay planes of a cropped image (PS3.3 C.9.2): their bits are cut with it, and their origin counts in the smaller image.
import type { DataSet, Element } from '../dicom/dataset';
import { makeDataSet, makeElement } from '../dicom/make';
import { number, numbers, type ValueContext } from '../dicom/values';
import { type Box, clipBox } from './boxes';

const FIRST_GROUP = 0x6000;
const LAST_GROUP = 0x601e;
const of = (group: number, element: number) => ((group << 16) | element) >>> 0;

/** The data set with its overlays cut to an area of the image; those that lie outside of it are gone. */
export function croppedOverlays(dataset: DataSet, area: Box, context: ValueContext): DataSet {
  const elements = new Map(dataset.elements);
  for (let group = FIRST_GROUP; group <= LAST_GROUP; group += 2) {
    const rows = number(dataset, of(group, 0x10), context);
    const columns = number(dataset, of(group, 0x11), context);
    const [top = 1, left = 1] = numbers(dataset, of(group, 0x50), context);
    const data = dataset.elements.get(of(group, 0x3000));
    const plane = { x: left - 1, y: top - 1, width: columns ?? 0, height: rows ?? 0 };
    const part = cutPlane(plane, area);
    const kept = part !== null && (data === undefined || data.kind === 'bytes');
    if (!kept) for (const tag of [...elements.keys()]) if (tag >>> 16 === group) elements.delete(tag);
    if (!kept) continue;
    const changed: Element[] = [
      makeElement(of(group, 0x10), 'US', [part.height], context),
      makeElement(of(group, 0x11), 'US', [part.width], context),
      makeElement(of(group, 0x50), 'SS', [part.y - area.y + 1, part.x - area.x + 1], context),
    ];
    if (data?.kind === 'bytes') {
      const frames = number(dataset, of(group, 0x15), context) ?? 1;
      const turned = context.bigEndian && data.vr === 'OW' ? 1 : 0;
      const bits = cutBits(data.bytes, { plane, part, frames, turned });
      changed.push({ ...data, bytes: bits });
    }
    for (const element of changed) elements.set(element.tag, element);
  }
  return makeDataSet(elements.values());
}

/** The part of an overlay that lies in the area, in pixels of the image; null when none does. */
function cutPlane(plane: Box, area: Box): Box | null {
  const inside = clipBox(
    { ...plane, x: plane.x - area.x, y: plane.y - area.y },
    { rows: area.height, columns: area.width },
  );
  return inside === null ? null : { ...inside, x: inside.x + area.x, y: inside.y + area.y };
}

interface Cut {
  readonly plane: Box;
  readonly part: Box;
  readonly frames: number;
  /** 1 where the bytes of words are turned round. */
  readonly turned: 0 | 1;
}

/** Bits follow each other without a gap between rows and frames, the lowest of a byte first (PS3.5 8.2). */
function cutBits(bytes: Uint8Array, { plane, part, frames, turned }: Cut): Uint8Array {
  const size = part.width * part.height;
  const cut = new Uint8Array(2 * Math.ceil((size * frames) / 16));
  const [dx, dy] = [part.x - plane.x, part.y - plane.y];
  for (let to = 0; to < size * frames; to++) {
    const [frame, pixel] = [Math.floor(to / size), to % size];
    const [x, y] = [dx + (pixel % part.width), dy + Math.floor(pixel / part.width)];
    const from = (frame * plane.height + y) * plane.width + x;
    const bit = ((bytes[(from >> 3) ^ turned] ?? 0) >> (from & 7)) & 1;
    cut[(to >> 3) ^ turned]! |= bit << (to & 7);
  }
  return cut;
}
