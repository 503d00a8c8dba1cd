// RLE Lossless (PS3.5 annex G): every byte plane of a frame, the highest byte first, packed by PackBits behind a table of offsets.
import { DomainError } from '../errors';
import { frameBytes, type PixelLayout } from './layout';

const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;

/**
 * Unpacks a frame. Colour comes out by planes (PlanarConfiguration 1), words little endian.
 * @throws DomainError UNREADABLE when segments or their lengths do not add up
 */
export function rleDecode(packed: Uint8Array, layout: PixelLayout): Uint8Array {
  const bytes = layout.bitsAllocated / 8;
  const segments = layout.samples * bytes;
  const pixels = layout.rows * layout.columns;
  if (packed.length < HEADER_BYTES) throw damaged();
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (view.getUint32(0, true) !== segments) throw damaged();
  const starts = Array.from({ length: segments }, (_, i) => view.getUint32(4 + 4 * i, true));
  const frame = new Uint8Array(frameBytes(layout));
  for (const [i, start] of starts.entries()) {
    const end = starts[i + 1] ?? packed.length;
    if (start < HEADER_BYTES || end < start || end > packed.length) throw damaged();
    const sample = Math.floor(i / bytes);
    const first = sample * pixels * bytes + (bytes - 1 - (i % bytes));
    unpack(packed.subarray(start, end), frame, first, bytes, pixels);
  }
  return frame;
}

function unpack(packed: Uint8Array, frame: Uint8Array, first: number, step: number, count: number): void {
  let [at, done] = [0, 0];
  while (done < count) {
    if (at >= packed.length) throw damaged();
    const control = packed[at++]!;
    if (control === 128) continue;
    const run = control > 128;
    const length = run ? 257 - control : control + 1;
    if (at + (run ? 1 : length) > packed.length) throw damaged();
    // Some writers let the last run go past the end of the plane.
    for (let i = 0; i < length && done < count; i++, done++) frame[first + done * step] = packed[run ? at : at + i]!;
    at += run ? 1 : length;
  }
}

/** Packs a frame that lies by planes, words little endian; the inverse of `rleDecode`. Runs end with each row. */
export function rleEncode(frame: Uint8Array, layout: PixelLayout): Uint8Array {
  const bytes = layout.bitsAllocated / 8;
  const segments = layout.samples * bytes;
  if (segments > MOST_SEGMENTS) throw new DomainError('UNSUPPORTED', 'This image has more planes than RLE can hold.');
  const pixels = layout.rows * layout.columns;
  const parts: Uint8Array[] = [];
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, segments, true);
  let length = HEADER_BYTES;
  for (let i = 0; i < segments; i++) {
    const first = Math.floor(i / bytes) * pixels * bytes + (bytes - 1 - (i % bytes));
    const plane = new Uint8Array(pixels);
    for (let pixel = 0; pixel < pixels; pixel++) plane[pixel] = frame[first + pixel * bytes]!;
    const packed = packRows(plane, layout.columns);
    view.setUint32(4 + 4 * i, length, true);
    parts.push(packed);
    length += packed.length;
  }
  const whole = new Uint8Array(length);
  whole.set(header);
  let at = HEADER_BYTES;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function packRows(plane: Uint8Array, columns: number): Uint8Array {
  const out: number[] = [];
  for (let row = 0; row < plane.length; row += columns) packRow(plane.subarray(row, row + columns), out);
  if (out.length % 2 === 1) out.push(0);
  return Uint8Array.from(out);
}

function packRow(row: Uint8Array, out: number[]): void {
  const runAt = (at: number) => {
    let end = at + 1;
    while (end < row.length && end - at < 128 && row[end] === row[at]) end++;
    return end - at;
  };
  let at = 0;
  while (at < row.length) {
    const run = runAt(at);
    if (run > 1) {
      out.push(257 - run, row[at]!);
      at += run;
      continue;
    }
    const start = at++;
    while (at < row.length && at - start < 128 && runAt(at) < 3) at++;
    out.push(at - start - 1);
    for (let i = start; i < at; i++) out.push(row[i]!);
  }
}

function damaged(): DomainError {
  return new DomainError('UNREADABLE', 'Its run-length packed pixels do not add up.');
}
