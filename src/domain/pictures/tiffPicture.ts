// A TIFF of one page (TIFF 6.0): its strips or tiles stay byte for byte, around them a new file of a few tags is written.
import { type IfdEntry, littleEndian, orientationOf } from './ifd';
import type { CleanPicture } from './picture';
import { type Cells, emptyRaster, putRow, type Raster } from './raster';
import { damaged } from './refusal';
import { type Block, layoutOf, onlyPage, TAGS } from './tiffLayout';
import { unpackBits, unpackLzw } from './tiffPacking';

/** Whole numbers that say how the pixels lie, which way up and how large they are. All else goes. */
const KEPT: ReadonlySet<number> = new Set([...Object.values(TAGS), 282, 283, 296]);

/**
 * The TIFF with nothing but its pixels and the tags that lay them out.
 * @throws DomainError UNREADABLE | UNSUPPORTED (more than one page, packed in a way that cannot be looked into) | TOO_LARGE
 */
export function cleanTiff(bytes: Uint8Array): CleanPicture {
  const ifd = onlyPage(bytes);
  const { width, height, blocks } = layoutOf(bytes, ifd);
  const orientation = orientationOf(ifd);
  const tiled = ifd.entries.has(TAGS.tileOffsets);
  const stays = (tag: number) => KEPT.has(tag) && !(tiled && (tag === TAGS.stripOffsets || tag === TAGS.stripBytes));
  const kept = new Map([...ifd.entries].filter(([tag]) => stays(tag)).sort(([a], [b]) => a - b));
  return { format: 'tiff', width, height, orientation, chunks: written(kept, blocks, littleEndian(bytes)) };
}

/** Header, directory, values that do not fit into it, blocks: each from an even place on. */
function written(kept: Map<number, IfdEntry>, blocks: readonly Block[], little: boolean): Uint8Array[] {
  const counted = (tag: number) =>
    tag === TAGS.stripBytes || tag === TAGS.tileBytes ? blocks.map((b) => b.packed.length) : null;
  const placed = (tag: number) => tag === TAGS.stripOffsets || tag === TAGS.tileOffsets;
  const rows = [...kept].map(([tag, { type, values }]) => {
    const wide = placed(tag) || counted(tag) !== null;
    return { tag, type: wide ? 4 : type, values: counted(tag) ?? values };
  });
  const sizeOf = (type: number, count: number) => count * ({ 1: 1, 3: 2, 4: 4, 5: 4 }[type] ?? 0);
  const extra = rows.reduce((sum, { type, values }) => {
    const size = sizeOf(type, values.length);
    return sum + (size > 4 ? size + (size % 2) : 0);
  }, 0);
  const head = new Uint8Array(8 + 2 + 12 * rows.length + 4 + extra);
  const starts = startsOf(blocks, head.length);
  const view = new DataView(head.buffer);
  head.set(little ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42]);
  view.setUint32(4, 8, little);
  view.setUint16(8, rows.length, little);
  let free = 8 + 2 + 12 * rows.length + 4;
  for (const [i, { tag, type, values }] of rows.entries()) {
    const all = placed(tag) ? starts : values;
    const at = 10 + 12 * i;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, type === 5 ? all.length / 2 : all.length, little);
    const size = sizeOf(type, all.length);
    if (size > 4) view.setUint32(at + 8, free, little);
    putNumbers(view, size > 4 ? free : at + 8, type, all, little);
    if (size > 4) free += size + (size % 2);
  }
  return [head, ...blocks.flatMap(({ packed }) => (packed.length % 2 ? [packed, new Uint8Array(1)] : [packed]))];
}

function startsOf(blocks: readonly Block[], first: number): number[] {
  let at = first;
  return blocks.map(({ packed }) => {
    const start = at;
    at += packed.length + (packed.length % 2);
    return start;
  });
}

function putNumbers(view: DataView, at: number, type: number, values: readonly number[], little: boolean): void {
  for (const [i, value] of values.entries()) {
    if (type === 1) view.setUint8(at + i, value);
    else if (type === 3) view.setUint16(at + 2 * i, value, little);
    else view.setUint32(at + 4 * i, value, little);
  }
}

/**
 * The pixels of a TIFF of one page.
 * @param inflate unpacks a whole zlib stream to exactly `length` bytes, or throws
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE
 */
export function decodeTiff(bytes: Uint8Array, inflate: (packed: Uint8Array[], length: number) => Uint8Array): Raster {
  const { width, height, cells, packing, predictor, blocks } = layoutOf(bytes, onlyPage(bytes));
  const raster = emptyRaster(width, height, cells);
  const samples = cells.colours + (cells.alpha ? 1 : 0);
  for (const { x, y, columns, rows, lineBytes, lines, packed } of blocks) {
    const length = lines * lineBytes;
    const plain = unpacked(packed, packing, length, inflate);
    for (let row = 0; row < rows; row++) {
      const line = plain.subarray(row * lineBytes, (row + 1) * lineBytes);
      putRow(raster, cells, predictor ? summed(line, samples, cells) : line, {
        y: y + row,
        x,
        step: 1,
        count: columns,
      });
    }
  }
  return raster;
}

function unpacked(
  packed: Uint8Array,
  packing: number,
  length: number,
  inflate: (packed: Uint8Array[], length: number) => Uint8Array,
): Uint8Array {
  if (packing === 5) return unpackLzw(packed, length);
  if (packing === 32773) return unpackBits(packed, length);
  if (packing !== 1) return inflate([packed], length);
  if (packed.length < length) throw damaged('it is cut short');
  return packed;
}

/** A row whose samples were stored as differences to those before (TIFF 6.0, section 14). */
function summed(line: Uint8Array, samples: number, { depth, bigEndian }: Cells): Uint8Array {
  const out = new Uint8Array(line);
  if (depth === 8) {
    for (let i = samples; i < out.length; i++) out[i]! += out[i - samples]!;
    return out;
  }
  const view = new DataView(out.buffer);
  for (let at = 2 * samples; at + 1 < out.length; at += 2)
    view.setUint16(at, view.getUint16(at, !bigEndian) + view.getUint16(at - 2 * samples, !bigEndian), !bigEndian);
  return out;
}
