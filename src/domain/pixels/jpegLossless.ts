// JPEG Lossless (ITU-T T.81 annex H: process 14, Huffman, predictors 1 to 7), as the transfer syntaxes .57 and .70 use it.
// One scan over all components; samples come out pixel by pixel in words of the layout's width, little endian.
import { DomainError } from '../errors';
import { codeLookup, type HuffmanTable, readTables } from './jpegHuffman';

export interface JpegSamples {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly precision: number;
  /** Width x height x components, pixel by pixel. */
  readonly values: Uint16Array;
}

interface Header {
  width: number;
  height: number;
  precision: number;
  components: number[];
  restart: number;
  readonly tables: Map<number, HuffmanTable>;
}
interface Scan {
  /** Table of each component, in the order of the frame. */
  readonly tables: readonly Uint16Array[];
  readonly predictor: number;
  readonly shift: number;
  readonly start: number;
}

const MOST_SAMPLES = 2 ** 28;

/**
 * Decodes one image.
 * @throws DomainError UNREADABLE when it is damaged, UNSUPPORTED for several scans or subsampled components
 */
export function decodeJpegLossless(bytes: Uint8Array): JpegSamples {
  const header: Header = { width: 0, height: 0, precision: 0, components: [], restart: 0, tables: new Map() };
  const scan = readHeader(bytes, header);
  const { width, height, precision, components } = header;
  const samples = width * height * components.length;
  if (samples === 0 || samples > MOST_SAMPLES || precision < 2 || precision > 16) throw damaged();
  const values = new Uint16Array(samples);
  readScan(bytes, scan, header, values);
  if (scan.shift > 0) for (let i = 0; i < values.length; i++) values[i]! <<= scan.shift;
  return { width, height, components: components.length, precision, values };
}

/** Reads markers up to and with the start of the scan. */
function readHeader(bytes: Uint8Array, header: Header): Scan {
  let at = 2;
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw damaged();
  for (;;) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (bytes[at] !== 0xff || at + 4 > bytes.length) throw damaged();
    const marker = bytes[at + 1]!;
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (length < 2 || body.length !== length - 2) throw damaged();
    at += 2 + length;
    if (marker === 0xc3) readFrame(body, header);
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8) throw unsupported();
    else if (marker === 0xc4) readTables(body, header.tables);
    else if (marker === 0xdd) header.restart = (body[0]! << 8) | body[1]!;
    else if (marker === 0xda) return readScanHeader(body, header, at);
  }
}

function readFrame(body: Uint8Array, header: Header): void {
  const count = body[5]!;
  if (body.length !== 6 + 3 * count) throw damaged();
  header.precision = body[0]!;
  header.height = (body[1]! << 8) | body[2]!;
  header.width = (body[3]! << 8) | body[4]!;
  for (let i = 0; i < count; i++) {
    if (body[7 + 3 * i] !== 0x11) throw unsupported();
    header.components.push(body[6 + 3 * i]!);
  }
}

function readScanHeader(body: Uint8Array, header: Header, start: number): Scan {
  const count = body[0]!;
  if (count !== header.components.length || count === 0) throw unsupported();
  if (body.length !== 4 + 2 * count) throw damaged();
  const tables = header.components.map((id, i) => {
    const table = header.tables.get(body[2 + 2 * i]! >> 4);
    if (body[1 + 2 * i] !== id || table === undefined) throw damaged();
    return codeLookup(table);
  });
  const [predictor, shift] = [body[1 + 2 * count]!, body[3 + 2 * count]! & 15];
  if (predictor < 1 || predictor > 7 || shift >= header.precision) throw damaged();
  return { tables, predictor, shift, start };
}

function readScan(bytes: Uint8Array, scan: Scan, header: Header, values: Uint16Array): void {
  const { width, height, restart } = header;
  const count = header.components.length;
  const next = differences(bytes, scan.start);
  const first = 1 << (header.precision - scan.shift - 1);
  const line = width * count;
  let left = restart;
  // After a restart, and in the first line, prediction begins anew (H.1.1).
  let top = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (restart > 0 && left === 0) {
        next.restart();
        left = restart;
        if (x !== 0) throw unsupported();
        top = y;
      }
      left -= 1;
      for (let c = 0; c < count; c++) {
        const at = y * line + x * count + c;
        const predicted = predict(values, at, x, y === top, scan.predictor, count, line, first);
        values[at] = predicted + next.difference(scan.tables[c]!);
      }
    }
  }
}

function predict(
  values: Uint16Array,
  at: number,
  x: number,
  firstLine: boolean,
  predictor: number,
  step: number,
  line: number,
  first: number,
): number {
  if (firstLine) return x === 0 ? first : values[at - step]!;
  if (x === 0) return values[at - line]!;
  const a = values[at - step]!;
  const b = values[at - line]!;
  const c = values[at - line - step]!;
  if (predictor === 1) return a;
  if (predictor === 2) return b;
  if (predictor === 3) return c;
  if (predictor === 4) return a + b - c;
  if (predictor === 5) return a + ((b - c) >> 1);
  return predictor === 6 ? b + ((a - c) >> 1) : (a + b) >> 1;
}

/** Reads differences from entropy-coded bytes, in which FF00 stands for FF and other markers end a segment. */
function differences(bytes: Uint8Array, start: number) {
  let at = start;
  let bits = 0;
  let held = 0;
  /** How many of the held bits stand behind the end: looked at for the next code, never used. */
  let beyond = 0;
  const fill = () => {
    while (held <= 16) {
      let byte = bytes[at] ?? 0;
      if (at >= bytes.length || (byte === 0xff && bytes[at + 1] !== 0)) {
        byte = 0;
        beyond += 8;
      } else at += byte === 0xff ? 2 : 1;
      bits = ((bits << 8) | byte) & 0xffffff;
      held += 8;
    }
  };
  const take = (count: number) => {
    if (held < count) fill();
    held -= count;
    if (held < beyond) throw damaged();
    return (bits >>> held) & ((1 << count) - 1);
  };
  return {
    difference(table: Uint16Array): number {
      if (held < 16) fill();
      const found = table[(bits >>> (held - 16)) & 0xffff]!;
      if (found === 0) throw damaged();
      held -= found >> 8;
      if (held < beyond) throw damaged();
      const size = found & 0xff;
      if (size === 0) return 0;
      if (size === 16) return 32768;
      const value = take(size);
      return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    },
    restart(): void {
      if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xf8) !== 0xd0) throw damaged();
      at += 2;
      held = 0;
      beyond = 0;
    },
  };
}

function damaged(): DomainError {
  return new DomainError('UNREADABLE', 'Its lossless JPEG is damaged.');
}

function unsupported(): DomainError {
  return new DomainError('UNSUPPORTED', 'Its JPEG is of a kind that cannot be decompressed here.');
}
