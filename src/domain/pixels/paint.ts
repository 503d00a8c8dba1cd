// Single pixels of one uncompressed grey frame given other values; all others keep every bit.
import { meaningOf, type PixelLayout, sampleAt, wordOf, wordReader, wordWriter } from './layout';

/**
 * What a frame's pixels mean, row by row; `layout` must be grey.
 * @param frame `frameBytes(layout)` bytes
 */
export function pixelValues(frame: Uint8Array, layout: PixelLayout): Float64Array {
  const [read, meaning] = [wordReader(frame, layout), meaningOf(layout)];
  const width = layout.bitsAllocated / 8;
  const values = new Float64Array(layout.rows * layout.columns);
  for (let n = 0; n < values.length; n++) values[n] = meaning(read(n * width));
  return values;
}

/** The value nearest to `value` that a pixel can hold; the lowest one for what is no number. */
export function heldValue({ bitsStored, signed }: PixelLayout, value: number): number {
  const low = signed ? -(2 ** (bitsStored - 1)) : 0;
  const whole = Math.round(value);
  return whole > low ? Math.min(whole, low + 2 ** bitsStored - 1) : low;
}

/**
 * A grey frame in which every pixel that `marked` marks holds (nearly, see `heldValue`) its value; the very same array when none is
 * marked. The frame is not changed.
 * @param marked one byte a pixel, row by row, 1 = painted
 * @param values one a pixel
 */
export function painted(
  frame: Uint8Array,
  layout: PixelLayout,
  marked: Uint8Array,
  values: ArrayLike<number>,
): Uint8Array {
  if (!marked.includes(1)) return frame;
  const copy = frame.slice();
  const [write, word] = [wordWriter(copy, layout), wordOf(layout)];
  for (let n = 0; n < marked.length; n++) {
    if (marked[n] !== 1) continue;
    write(sampleAt(layout, n % layout.columns, Math.floor(n / layout.columns), 0), word(heldValue(layout, values[n]!)));
  }
  return copy;
}
