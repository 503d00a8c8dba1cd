// A PNG (ISO/IEC 15948): its compressed pixels stay byte for byte, texts, times, profiles and unknown chunks go.
import { exifOrientation, orientationBlock } from './ifd';
import type { CleanPicture } from './picture';
import { type Cells, emptyRaster, putRow, type Raster } from './raster';
import { checkSize, damaged, unsupported } from './refusal';

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** Length, type, data and check. */
  readonly whole: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Chunks that hold nothing but numbers of a known count, needed or not. */
const KEPT: Readonly<Record<string, (length: number) => boolean>> = {
  IHDR: (length) => length === 13,
  PLTE: (length) => length <= 768 && length % 3 === 0,
  IDAT: () => true,
  IEND: (length) => length === 0,
  tRNS: (length) => length <= 256,
  gAMA: (length) => length === 4,
  cHRM: (length) => length === 32,
  sRGB: (length) => length === 1,
  sBIT: (length) => length <= 4,
  pHYs: (length) => length === 9,
};
const ANIMATED = /^(acTL|fcTL|fdAT)$/;
const CRITICAL = /^[A-Z]/;

/**
 * The PNG without texts, times, EXIF, colour profiles and unknown chunks, and without what follows its end.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE
 */
export function cleanPng(bytes: Uint8Array): CleanPicture {
  const chunks = pngChunks(bytes);
  if (chunks.some(({ type }) => ANIMATED.test(type)))
    throw unsupported('moves: it holds more images than the first', 'Save each as a picture of its own.');
  if (chunks.some(({ type }) => CRITICAL.test(type) && KEPT[type] === undefined))
    throw unsupported('is a PNG of a kind that cannot be looked at here', 'Save it as a usual PNG.');
  const { width, height } = headerOf(chunks);
  checkSize(width, height);
  const exif = chunks.find(({ type }) => type === 'eXIf');
  const orientation = exif === undefined ? 1 : exifOrientation(exif.data);
  const kept = chunks.filter(({ type, data }) => KEPT[type]?.(data.length)).map(({ whole }) => whole);
  if (orientation !== 1) kept.splice(1, 0, pngChunk('eXIf', orientationBlock(orientation)));
  return { format: 'png', width, height, orientation, chunks: [SIGNATURE, ...kept] };
}

/** The chunks up to the end of the picture. @throws DomainError UNREADABLE */
function pngChunks(bytes: Uint8Array): PngChunk[] {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw damaged('it does not begin like a PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (view.getUint32(end - 4) !== crc(bytes.subarray(at + 4, end - 4))) throw damaged('a check sum is wrong');
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
  throw damaged('it is cut short');
}

/** A chunk with its length and check. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(
    Array.from(type, (letter) => letter.charCodeAt(0)),
    4,
  );
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = CRC[(value ^ bytes[i]!) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 and 6 with transparency. */
  readonly colour: number;
  readonly interlaced: boolean;
}

function headerOf([first]: readonly PngChunk[]): PngHeader {
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw damaged('it does not say what it holds');
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13);
  const [depth, colour, packing, filter, interlace] = first.data.subarray(8) as unknown as number[];
  const depths = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] }[colour!];
  if (!depths?.includes(depth!) || packing !== 0 || filter !== 0 || interlace! > 1)
    throw damaged('it does not say what it holds');
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: depth!,
    colour: colour!,
    interlaced: interlace === 1,
  };
}

function cellsOf({ depth, colour }: PngHeader, chunks: readonly PngChunk[]): Cells {
  const transparent = chunks.find(({ type }) => type === 'tRNS');
  if (transparent !== undefined && !(colour === 3 && transparent.data.every((alpha) => alpha === 255)))
    throw unsupported('has transparent parts, in which text can hide', 'Save it without transparency.');
  const palette = colour === 3 ? (chunks.find(({ type }) => type === 'PLTE')?.data ?? new Uint8Array(0)) : null;
  const colours = colour === 0 || colour === 3 || colour === 4 ? 1 : 3;
  return { depth, colours, alpha: colour >= 4, palette, inverted: false, bigEndian: true };
}

/** Adam7: where each pass begins, and its steps. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * The pixels of a PNG.
 * @param inflate unpacks a whole zlib stream to exactly `length` bytes, or throws
 * @throws DomainError UNREADABLE | UNSUPPORTED
 */
export function decodePng(bytes: Uint8Array, inflate: (packed: Uint8Array[], length: number) => Uint8Array): Raster {
  const chunks = pngChunks(bytes);
  const header = headerOf(chunks);
  const { width, height, depth } = header;
  checkSize(width, height);
  const cells = cellsOf(header, chunks);
  const bits = depth * (cells.colours + (cells.alpha ? 1 : 0));
  const passes = (header.interlaced ? PASSES : ([[0, 0, 1, 1]] as const))
    .map(([x, y, dx, dy]) => ({
      x,
      y,
      dx,
      dy,
      columns: Math.ceil((width - x) / dx),
      rows: Math.ceil((height - y) / dy),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const lineBytes = (columns: number) => Math.ceil((columns * bits) / 8);
  const length = passes.reduce((sum, { columns, rows }) => sum + rows * (1 + lineBytes(columns)), 0);
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const plain = inflate(packed, length);
  const raster = emptyRaster(width, height, cells);
  let at = 0;
  for (const { x, y, dx, dy, columns, rows } of passes) {
    let above: Uint8Array = new Uint8Array(lineBytes(columns));
    for (let row = 0; row < rows; row++) {
      const line = plain.subarray(at + 1, at + 1 + above.length);
      unfilter(plain[at]!, line, above, Math.max(1, bits >> 3));
      putRow(raster, cells, line, { y: y + row * dy, x, step: dx, count: columns });
      at += 1 + line.length;
      above = line;
    }
  }
  return raster;
}

/** Undoes a row's filter in place (clause 9.2). */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, back: number): void {
  if (filter > 4) throw damaged('its rows are packed in an unknown way');
  for (let i = 0; i < line.length; i++) {
    const [left, up, corner] = [i < back ? 0 : line[i - back]!, above[i]!, i < back ? 0 : above[i - back]!];
    if (filter === 1) line[i]! += left;
    else if (filter === 2) line[i]! += up;
    else if (filter === 3) line[i]! += (left + up) >> 1;
    else if (filter === 4) line[i]! += paeth(left, up, corner);
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
