// The packings of TIFF 6.0 that are no zlib: PackBits (section 9) and LZW (section 13).
import { damaged } from './refusal';

/** Bytes behind the last one that is needed, below which they are padding and not something hidden. */
const PADDING = 2;

/** @throws DomainError UNREADABLE unless `packed` unpacks to `length` bytes and holds nothing else */
export function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let [at, to] = [0, 0];
  while (to < length) {
    const code = packed[at++];
    if (code === undefined) throw damaged('it is cut short');
    if (code === 128) continue;
    const count = code < 128 ? code + 1 : 257 - code;
    if (to + count > length) throw damaged('a row is too long');
    if (code < 128) {
      out.set(packed.subarray(at, at + count), to);
      if (at + count > packed.length) throw damaged('it is cut short');
      at += count;
    } else out.fill(packed[at++] ?? 0, to, to + count);
    to += count;
  }
  if (packed.length - at > PADDING) throw damaged('it holds more than its picture');
  return out;
}

const [CLEAR, END, FIRST, MOST] = [256, 257, 258, 4096];

/** @throws DomainError UNREADABLE unless `packed` unpacks to `length` bytes and holds nothing else */
export function unpackLzw(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  // A word is where it stood in the output, and how long it was.
  const [starts, lengths] = [new Uint32Array(MOST + 1), new Uint32Array(MOST + 1)];
  let [next, width, to, bit, before] = [FIRST, 9, 0, 0, -1];
  while (to < length) {
    const code = bits(packed, bit, width);
    bit += width;
    if (code === END) break;
    if (code === CLEAR) {
      [next, width, before] = [FIRST, 9, -1];
      continue;
    }
    const from = to;
    const known = code < 256 ? 1 : code < next ? lengths[code]! : 0;
    const size = known > 0 ? known : before < 0 || code !== next ? 0 : lengthOf(before, lengths) + 1;
    if (size === 0 || to + size > length) throw damaged('its compressed pixels cannot be unpacked');
    if (code < 256) out[to++] = code;
    else {
      const source = code < next ? starts[code]! : from - lengthOf(before, lengths);
      for (let i = 0; i < size; i++) out[to++] = out[source + i]!;
    }
    if (before >= 0 && next <= MOST) {
      lengths[next] = lengthOf(before, lengths) + 1;
      starts[next] = from - lengthOf(before, lengths);
      next += 1;
    }
    if (next >= 2 ** width - 1 && width < 12) width += 1;
    before = code;
  }
  if (to < length) throw damaged('it is cut short');
  // The end code, filled up to a whole byte.
  if (packed.length - Math.ceil((bit + width) / 8) > PADDING) throw damaged('it holds more than its picture');
  return out;
}

function lengthOf(code: number, lengths: Uint32Array): number {
  return code < 256 ? 1 : lengths[code]!;
}

function bits(packed: Uint8Array, at: number, width: number): number {
  const byte = at >> 3;
  if (at + width > packed.length * 8) throw damaged('it is cut short');
  const three = (packed[byte]! << 16) | ((packed[byte + 1] ?? 0) << 8) | (packed[byte + 2] ?? 0);
  return (three >> (24 - (at & 7) - width)) & (2 ** width - 1);
}
