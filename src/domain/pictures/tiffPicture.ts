// A TIFF of one page (TIFF 6.0): its strips or tiles stay byte for byte, around them a new file of a few tags is written.
import { type Ifd, type IfdEntry, littleEndian, orientationOf, readIfd } from './ifd';
import type { CleanPicture } from './picture';
import { type Cells, emptyRaster, putRow, type Raster } from './raster';
import { checkSize, damaged, unsupported } from './refusal';
import { unpackBits, unpackLzw } from './tiffPacking';

const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  packing: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planes: 284,
  predictor: 317,
  colours: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extra: 338,
  sampleFormat: 339,
} as const;
/** Whole numbers that say how the pixels lie, which way up and how large they are. All else goes. */
const KEPT: ReadonlySet<number> = new Set([...Object.values(TAGS), 282, 283, 296]);
const MOST_PAGES = 100_000;
const PACKINGS: ReadonlySet<number> = new Set([1, 5, 8, 32773, 32946]);

/** A strip or a tile. */
interface Block {
  readonly x: number;
  readonly y: number;
  /** Columns and rows of it that lie in the picture. */
  readonly columns: number;
  readonly rows: number;
  /** Bytes of one of its rows, unpacked, and how many rows are packed. */
  readonly lineBytes: number;
  readonly lines: number;
  readonly packed: Uint8Array;
}
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly cells: Cells;
  readonly packing: number;
  readonly predictor: boolean;
  readonly blocks: readonly Block[];
}

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

function onlyPage(bytes: Uint8Array): Ifd {
  try {
    const first = readIfd(bytes);
    let pages = 1;
    for (let next = first.next; next !== 0 && pages < MOST_PAGES; pages++) next = nextPage(bytes, next);
    if (pages === 1) return first;
    throw unsupported(
      `has ${pages} pages, of which viewers show the first`,
      'Save each as a picture of its own; leave out labels and small copies.',
    );
  } catch (error) {
    if (error instanceof RangeError) throw damaged('a part of it is missing');
    throw error;
  }
}

/** Where the page behind the one at `at` stands: its values are not looked at. */
function nextPage(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = littleEndian(bytes);
  return view.getUint32(at + 2 + 12 * view.getUint16(at, little), little);
}

function layoutOf(bytes: Uint8Array, { entries }: Ifd): Layout {
  const numbers = (name: keyof typeof TAGS) => entries.get(TAGS[name])?.values ?? [];
  const one = (name: keyof typeof TAGS, usual: number) => numbers(name)[0] ?? usual;
  const [width, height, samples, packing] = [one('width', 0), one('height', 0), one('samples', 1), one('packing', 1)];
  checkSize(width, height);
  const bits = numbers('bits').length === 0 ? [1] : numbers('bits');
  const depth = bits[0]!;
  const photometric = one('photometric', -1);
  const colours = photometric === 2 ? 3 : 1;
  const alpha = samples === colours + 1;
  const odd =
    ![1, 2, 4, 8, 16].includes(depth) ||
    bits.some((other) => other !== depth) ||
    ![0, 1, 2, 3].includes(photometric) ||
    (depth < 8 && samples > 1) ||
    (photometric === 3 && depth > 8) ||
    samples !== colours + (alpha ? 1 : 0) ||
    numbers('sampleFormat').some((format) => format !== 1) ||
    (one('planes', 1) !== 1 && samples > 1) ||
    one('fillOrder', 1) !== 1 ||
    one('predictor', 1) > 2 ||
    (one('predictor', 1) === 2 && depth < 8);
  if (odd || !PACKINGS.has(packing))
    throw unsupported(
      odd
        ? 'is a TIFF of a kind that cannot be looked at here'
        : 'is a TIFF compressed in a way that cannot be looked into here',
      'Save it as PNG, or as a TIFF without compression.',
    );
  const palette = photometric === 3 ? paletteOf(numbers('colours'), 2 ** depth) : null;
  const cells = {
    depth,
    colours,
    alpha,
    palette,
    inverted: photometric === 0,
    bigEndian: !littleEndian(bytes),
  } as const;
  const size = { width, height, bits: depth * samples };
  const blocks = blocksOf(bytes, numbers, size, packing);
  return { width, height, cells, packing, predictor: one('predictor', 1) === 2, blocks };
}

/** Words of red, then green, then blue, as triplets of bytes. */
function paletteOf(words: readonly number[], colours: number): Uint8Array {
  if (words.length !== 3 * colours) throw damaged('a colour is missing');
  return Uint8Array.from({ length: words.length }, (_, i) => words[(i % 3) * colours + Math.floor(i / 3)]! >> 8);
}

function blocksOf(
  bytes: Uint8Array,
  numbers: (name: keyof typeof TAGS) => readonly number[],
  { width, height, bits }: { width: number; height: number; bits: number },
  packing: number,
): Block[] {
  const tiled = numbers('tileOffsets').length > 0;
  const offsets = numbers(tiled ? 'tileOffsets' : 'stripOffsets');
  const lengths = numbers(tiled ? 'tileBytes' : 'stripBytes');
  const across = tiled ? (numbers('tileWidth')[0] ?? 0) : width;
  const down = tiled ? (numbers('tileHeight')[0] ?? 0) : Math.min(height, numbers('rowsPerStrip')[0] ?? height);
  const [columns, rows] = [Math.ceil(width / across), Math.ceil(height / down)];
  if (!(across > 0 && down > 0) || offsets.length !== columns * rows || lengths.length !== offsets.length)
    throw damaged('its parts do not make up its picture');
  if (lengths.reduce((sum, length) => sum + length, 0) > bytes.length) throw damaged('its parts lie over each other');
  const lineBytes = Math.ceil((across * bits) / 8);
  return offsets.map((from, i) => {
    const [x, y] = [(i % columns) * across, Math.floor(i / columns) * down];
    const inside = { columns: Math.min(across, width - x), rows: Math.min(down, height - y) };
    const lines = tiled ? down : inside.rows;
    // Without compression some writers fill up the last strip.
    const length = packing === 1 ? Math.min(lengths[i]!, lines * lineBytes) : lengths[i]!;
    if (from + length > bytes.length) throw damaged('it is cut short');
    return { x, y, ...inside, lineBytes, lines, packed: bytes.subarray(from, from + length) };
  });
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
