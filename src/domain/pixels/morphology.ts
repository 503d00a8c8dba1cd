// What is thinner than a square and brighter than what lies around it: the white top-hat of a grey picture.
import type { GreyImage } from './greyImage';

/** A picture minus its opening by a square of `size` pixels (odd). */
export function topHat({ width, height, data }: GreyImage, size: number): Uint8Array {
  const eroded = darkest(data, width, height, size);
  const opened = negative(darkest(negative(eroded), width, height, size));
  return data.map((value, i) => value - opened[i]!);
}

const negative = (data: Uint8Array): Uint8Array => data.map((value) => 255 - value);

/** The smallest value in the square around every pixel; what lies outside of the picture does not count. */
function darkest(data: Uint8Array, width: number, height: number, size: number): Uint8Array {
  const radius = size >> 1;
  const stride = width + 2 * radius;
  const framed = new Uint8Array(stride * (height + 2 * radius)).fill(255);
  for (let y = 0; y < height; y++)
    framed.set(data.subarray(y * width, (y + 1) * width), (y + radius) * stride + radius);
  smallestAhead(framed, 1, size);
  smallestAhead(framed, stride, size);
  const inner = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) inner.set(framed.subarray(y * stride, y * stride + width), y * width);
  return inner;
}

/** Makes every value the smallest of itself and the next `count - 1`, `step` apart, by windows that double. */
function smallestAhead(values: Uint8Array, step: number, count: number): void {
  let covered = 1;
  while (covered < count) {
    const more = Math.min(covered, count - covered);
    const ahead = more * step;
    for (let i = 0, end = values.length - ahead; i < end; i++)
      if (values[i + ahead]! < values[i]!) values[i] = values[i + ahead]!;
    covered += more;
  }
}
