// How the pixels of a TIFF of one page lie (TIFF 6.0): its directory read and checked before a byte of them is unpacked.
import { type Ifd, littleEndian, readIfd } from './ifd';
import type { Cells } from './raster';
import { checkSize, damaged, unsupported } from './refusal';

export const TAGS = {
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
const MOST_PAGES = 100_000;
const PACKINGS: ReadonlySet<number> = new Set([1, 5, 8, 32773, 32946]);

/** A strip or a tile. */
export interface Block {
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

/** The directory of the one page. @throws DomainError UNSUPPORTED when there are more, UNREADABLE */
export function onlyPage(bytes: Uint8Array): Ifd {
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

/** @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE */
export function layoutOf(bytes: Uint8Array, { entries }: Ifd): Layout {
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
