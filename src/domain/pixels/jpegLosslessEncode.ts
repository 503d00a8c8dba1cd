// Writes JPEG Lossless with predictor 1 (ITU-T T.81 annex H; transfer syntax .70, and allowed in .57).
import { codesOf, tableFor } from './jpegHuffman';
import type { JpegSamples } from './jpegLossless';

/** One image as a lossless JPEG; `decodeJpegLossless` gives the very same samples back. */
export function encodeJpegLossless(image: JpegSamples): Uint8Array {
  const differences = differencesOf(image);
  const frequencies = new Array<number>(17).fill(0);
  for (const difference of differences) frequencies[sizeOf(difference)]! += 1;
  const table = tableFor(frequencies);
  const codes = new Array<{ code: number; length: number }>(17);
  for (const code of codesOf(table)) codes[code.symbol] = code;
  const { width, height, components, precision } = image;
  const ids = Array.from({ length: components }, (_, i) => i + 1);
  const out = new BitWriter(image.values.length * 3 + 128);
  out.bytes(0xff, 0xd8);
  out.segment(
    0xc3,
    [precision, height >> 8, height & 255, width >> 8, width & 255, components].concat(
      ids.flatMap((id) => [id, 0x11, 0]),
    ),
  );
  out.segment(0xc4, [0, ...table.counts, ...table.symbols]);
  out.segment(0xda, [components, ...ids.flatMap((id) => [id, 0]), 1, 0, 0]);
  for (const difference of differences) {
    const size = sizeOf(difference);
    const { code, length } = codes[size]!;
    out.bits(code, length);
    if (size > 0 && size < 16) out.bits(difference > 0 ? difference : difference + (1 << size) - 1, size);
  }
  out.align();
  out.bytes(0xff, 0xd9);
  return out.done();
}

/** What each sample differs from its prediction by, modulo 2^16: -32767 to 32768 (H.1.2.1). */
function differencesOf({ values, width, components, precision }: JpegSamples): Int32Array {
  const line = width * components;
  const differences = new Int32Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const firstOfLine = at % line < components;
    const above = at < line ? 1 << (precision - 1) : values[at - line]!;
    const difference = (values[at]! - (firstOfLine ? above : values[at - components]!)) & 0xffff;
    differences[at] = difference > 32768 ? difference - 65536 : difference;
  }
  return differences;
}

function sizeOf(difference: number): number {
  return difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
}

/** Bytes with a bit stream in their middle, in which FF is followed by 00. */
class BitWriter {
  #out: Uint8Array;
  #at = 0;
  #held = 0;
  #bits = 0;

  constructor(capacity: number) {
    this.#out = new Uint8Array(capacity);
  }

  bytes(...bytes: readonly number[]): void {
    for (const byte of bytes) this.#byte(byte);
  }

  #byte(byte: number): void {
    if (this.#at === this.#out.length) {
      const larger = new Uint8Array(2 * this.#out.length);
      larger.set(this.#out);
      this.#out = larger;
    }
    this.#out[this.#at++] = byte;
  }

  segment(marker: number, body: readonly number[]): void {
    const length = body.length + 2;
    this.bytes(0xff, marker, length >> 8, length & 255, ...body);
  }

  bits(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#held += count;
    while (this.#held >= 8) {
      this.#held -= 8;
      const byte = (this.#bits >>> this.#held) & 255;
      this.#bits &= (1 << this.#held) - 1;
      this.#byte(byte);
      if (byte === 255) this.#byte(0);
    }
  }

  align(): void {
    if (this.#held > 0) this.bits((1 << (8 - this.#held)) - 1, 8 - this.#held);
  }

  done(): Uint8Array {
    return this.#out.slice(0, this.#at);
  }
}
