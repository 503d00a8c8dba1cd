// The letters of one line of text without what shines through behind them, for a reader that was trained on paper.
import { type Component, components } from './components';
import type { GreyImage } from './greyImage';
import { topHat } from './morphology';

/** Widest stroke by the height of the picture, which is a line of text with a margin. */
const STROKE = 0.22;

interface Letters {
  /** How far each pixel is on the way from the background to the ink, 0 to 255. */
  readonly share: Uint8Array;
  /** Between these shares a pixel becomes black; a letter has one over `full`. */
  readonly pale: number;
  readonly full: number;
  /** What is of the ink's colour and no larger than a letter. */
  readonly letters: readonly Component[];
}

/** Thin letters have soft edges only, noise comes close to ink: the noisier what is behind, the closer to it a letter must be. */
function tones(share: Uint8Array): { readonly pale: number; readonly full: number } {
  const behind = share.filter((value) => value < 128);
  const noise = Math.sqrt(behind.reduce((sum, value) => sum + value * value, 0) / Math.max(1, behind.length)) / 255;
  return { pale: Math.min(0.4, 0.18 + noise), full: Math.min(0.85, 0.5 + 2 * noise) };
}

/**
 * What stands out of a line of text in the colour of most of it.
 * @param line light text, dark around it, cropped to one line with a margin
 */
export function lettersOf(line: GreyImage): Letters {
  const { width, height, data } = line;
  const odd = 2 * Math.ceil((STROKE * height) / 2) + 1;
  const hat = topHat(line, Math.max(5, odd));
  const colour = inkColour(line, hat);
  const behind = background(line, colour);
  const share = Uint8Array.from(data, (value, i) => {
    // What is wider than a stroke stands out of its surroundings, but not of the top-hat.
    const part = Math.min(value - behind[i]!, hat[i]!) / Math.max(20, colour - behind[i]!);
    return Math.max(0, Math.min(255, Math.round(255 * part)));
  });
  const { pale, full } = tones(share);
  const parts = components(share, share, width, 255 * pale);
  const letters = parts.filter((one) => one.peak >= 255 * full && one.height <= 0.9 * height);
  return { share, letters, pale, full };
}

export interface Ink {
  /** Dark letters on white paper, as large as the line, their edges as soft as they were. */
  readonly paper: GreyImage;
  /** The tone of one of its pixels after it was enlarged, as a reader wants it: pale edges white, ink black. */
  tone(value: number): number;
}

/** The letters of a line alone; null when there are none. */
export function inkOf(line: GreyImage): Ink | null {
  const { width, height } = line;
  const { share, letters, pale, full } = lettersOf(line);
  const paper = new Uint8Array(share.length).fill(255);
  for (const one of letters)
    for (let y = Math.max(0, one.y - 1); y < Math.min(height, one.y + one.height + 1); y++)
      for (let x = Math.max(0, one.x - 1); x < Math.min(width, one.x + one.width + 1); x++)
        paper[y * width + x] = 255 - share[y * width + x]!;
  if (letters.length === 0) return null;
  const tone = (value: number) =>
    Math.max(0, Math.min(255, Math.round((value - 255 * (1 - full)) / Math.max(0.1, full - pale))));
  return { paper: { width, height, data: paper }, tone };
}

/** The value of most pixels that stand out clearly. */
function inkColour({ data }: GreyImage, hat: Uint8Array): number {
  const sorted = hat.slice().sort();
  const clear = 0.6 * sorted[Math.floor(0.98 * (sorted.length - 1))]!;
  const values = data.filter((_, i) => hat[i]! >= clear && hat[i]! > 0).sort();
  return values[Math.floor(0.7 * (values.length - 1))] ?? 255;
}

/** For each pixel the mean of those around it that are clearly no ink. */
function background({ width, height, data }: GreyImage, colour: number): Float32Array {
  const sorted = data.slice().sort();
  const middle = sorted[sorted.length >> 1]!;
  const limit = colour - 0.35 * Math.max(0, colour - middle);
  const radius = Math.max(3, Math.round(height / 3));
  const stride = width + 1;
  const [sum, count] = [new Float64Array(stride * (height + 1)), new Float64Array(stride * (height + 1))];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!;
      const at = (y + 1) * stride + x + 1;
      const counts = value < limit ? 1 : 0;
      sum[at] = counts * value + sum[at - 1]! + sum[at - stride]! - sum[at - stride - 1]!;
      count[at] = counts + count[at - 1]! + count[at - stride]! - count[at - stride - 1]!;
    }
  return Float32Array.from(data, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [left, right] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)];
    const [top, bottom] = [Math.max(0, y - radius) * stride, Math.min(height, y + radius + 1) * stride];
    const of = (table: Float64Array) =>
      table[bottom + right]! - table[bottom + left]! - table[top + right]! + table[top + left]!;
    return of(count) === 0 ? middle : of(sum) / of(count);
  });
}
