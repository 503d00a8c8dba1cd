// The network's answer on the canonical grid, as mean of the image and its mirror image.
import { type Grid, voxelsOf } from './grid';
import { CLASSES } from './manifest';
import type { Prepared } from './preprocess';

/** Probabilities per class, each [X, Y, Z] with z fastest. */
export interface Segmentation {
  readonly grid: Grid;
  readonly seen: Uint8Array;
  readonly background: Float32Array;
  readonly head: Float32Array;
  readonly face: Float32Array;
  readonly brain: Float32Array;
  /** Overlap (Dice, 0..1) of the face found in the image and in its mirror image; 1 when neither shows one. */
  readonly mirrorDice: number;
}

/** The image with left and right exchanged: what the network is asked a second time. */
export function mirror(image: Float32Array, { shape: [nx, ny, nz] }: Grid): Float32Array {
  const slab = ny * nz;
  const out = new Float32Array(image.length);
  for (let x = 0; x < nx; x++) out.set(image.subarray(x * slab, (x + 1) * slab), (nx - 1 - x) * slab);
  return out;
}

/** Joins the probabilities [4, X, Y, Z] of an image and of its mirror image. */
export function join(
  plain: Float32Array,
  mirrored: Float32Array,
  { grid, seen }: Pick<Prepared, 'grid' | 'seen'>,
): Segmentation {
  const size = voxelsOf(grid.shape);
  const channel = (of: Float32Array, name: (typeof CLASSES)[number]) => {
    const at = CLASSES.indexOf(name) * size;
    return of.subarray(at, at + size);
  };
  const mean = (name: (typeof CLASSES)[number]) => {
    const a = channel(plain, name);
    const b = mirror(channel(mirrored, name), grid);
    for (let n = 0; n < size; n++) b[n] = (a[n]! + b[n]!) / 2;
    return b;
  };
  const mirrorDice = dice(channel(plain, 'face'), mirror(channel(mirrored, 'face'), grid));
  return {
    grid,
    seen,
    background: mean('background'),
    head: mean('head'),
    face: mean('face'),
    brain: mean('brain'),
    mirrorDice,
  };
}

/** Dice overlap of where two probabilities are at least one half. */
function dice(a: Float32Array, b: Float32Array): number {
  let both = 0;
  let sum = 0;
  for (let n = 0; n < a.length; n++) {
    const inA = a[n]! >= 0.5 ? 1 : 0;
    const inB = b[n]! >= 0.5 ? 1 : 0;
    both += inA & inB;
    sum += inA + inB;
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}

/** Whether these are probabilities at all: finite, 0..1, adding up to one. A broken runtime must not pass for an empty scan. */
export function areProbabilities(values: Float32Array): boolean {
  const size = values.length / CLASSES.length;
  for (let n = 0; n < size; n++) {
    let sum = 0;
    for (let c = 0; c < CLASSES.length; c++) {
      const p = values[c * size + n]!;
      if (!(p >= -1e-4 && p <= 1.0001)) return false;
      sum += p;
    }
    if (!(Math.abs(sum - 1) < 1e-2)) return false;
  }
  return true;
}
