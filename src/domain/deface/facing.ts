// Does the head face the way that the header says? The network knows upright heads that face the front; shown one from the side or
// from behind, it still finds a face, but is less sure of what it finds.
import { type Grid, voxelsOf } from './grid';
import { CLASSES } from './manifest';

const FACE_AT = 0.4;
const BRAIN_AT = 0.5;

/** The image [X, Y, Z] turned by 90 degrees about z, once or several times; the grid must be as wide as deep. */
export function turned(image: Float32Array, { shape: [n, , nz] }: Pick<Grid, 'shape'>, quarters: number): Float32Array {
  let now = image;
  for (let q = 0; q < quarters; q++) {
    const out = new Float32Array(now.length);
    for (let x = 0; x < n; x++) {
      for (let y = 0; y < n; y++) {
        const from = (y * n + (n - 1 - x)) * nz;
        out.set(now.subarray(from, from + nz), (x * n + y) * nz);
      }
    }
    now = out;
  }
  return now;
}

/** How sure an answer [4, X, Y, Z] is of what it takes for face and for brain: the product of the mean probabilities, 0..1. */
export function sureness(probabilities: Float32Array, { shape }: Pick<Grid, 'shape'>): number {
  const size = voxelsOf(shape);
  const mean = (name: (typeof CLASSES)[number], bar: number) => {
    const at = CLASSES.indexOf(name) * size;
    let sum = 0;
    let voxels = 0;
    for (let n = at; n < at + size; n++) {
      if (probabilities[n]! < bar) continue;
      sum += probabilities[n]!;
      voxels++;
    }
    return voxels === 0 ? 0 : sum / voxels;
  };
  return mean('face', FACE_AT) * mean('brain', BRAIN_AT);
}
