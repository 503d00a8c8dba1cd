// What is thinner than a square and brighter than what lies around it: the white top-hat of a grey picture.
import type { GreyImage } from './greyImage';

/** A picture minus its opening by a square of `size` pixels (odd). */
export function topHat({ width, height, data }: GreyImage, size: number): Uint8Array {
  const opened = square(square(data, width, height, size, Math.min), width, height, size, Math.max);
  return data.map((value, i) => value - opened[i]!);
}

type Pick = (a: number, b: number) => number;

function square(data: Uint8Array, width: number, height: number, size: number, pick: Pick): Uint8Array {
  const rows = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) running(data, rows, y * width, 1, width, size, pick);
  const whole = new Uint8Array(data.length);
  for (let x = 0; x < width; x++) running(rows, whole, x, width, height, size, pick);
  return whole;
}

/** Smallest or largest of `size` neighbours along a line, cut off at its ends (van Herk, 1992; Gil and Werman, 1993). */
function running(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  count: number,
  size: number,
  pick: Pick,
): void {
  const radius = size >> 1;
  const length = count + 2 * radius;
  const outside = pick === Math.min ? 255 : 0;
  const padded = (i: number) => (i < radius || i >= count + radius ? outside : from[start + (i - radius) * step]!);
  const ahead = new Uint8Array(length);
  const behind = new Uint8Array(length);
  for (let i = 0; i < length; i++) ahead[i] = i % size === 0 ? padded(i) : pick(ahead[i - 1]!, padded(i));
  for (let i = length - 1; i >= 0; i--)
    behind[i] = i === length - 1 || i % size === size - 1 ? padded(i) : pick(behind[i + 1]!, padded(i));
  for (let i = 0; i < count; i++) to[start + i * step] = pick(behind[i]!, ahead[i + 2 * radius]!);
}
