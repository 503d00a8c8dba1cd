// A made head on the canonical grid, and a network that reads it: the intensity of a voxel says its class, so tests know the truth.
import type { Grid } from '@/domain/deface/grid';
import { CLASSES, type ModelManifest } from '@/domain/deface/manifest';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';

export const MANIFEST: ModelManifest = {
  name: 'made',
  version: '0',
  sha256: '0'.repeat(64),
  inputName: 'image',
  outputName: 'probabilities',
  shape: [64, 64, 64],
  spacingMm: 4,
  clipBelow: -1024,
  percentiles: [0, 100],
};

/** Intensity that stands for each class in a made scan. */
export const INTENSITY = { background: 0, head: 100, face: 200, brain: 300 } as const;
export type Kind = keyof typeof INTENSITY;

/** What lies at a place (RAS mm): a head with a brain in it and a face at its front, below the brain. */
export function headAt([x, y, z]: Vec3): Kind {
  const r = (cx: number, cy: number, cz: number) => Math.hypot(x - cx, y - cy, z - cz);
  if (r(0, 0, 20) < 55) return 'brain';
  // Longer below than above, as heads are.
  const head = Math.hypot(x, y, z < 0 ? z * 0.6 : z) < 90;
  if (head && y > 30 && z < 10 && r(0, 0, 20) > 65) return 'face';
  return head ? 'head' : 'background';
}

/** Intensities of a scan of `what` with that shape and affine, x fastest. */
export function scanOf(shape: Vec3, affine: Affine, what: (place: Vec3) => Kind = headAt): Float32Array {
  const out = new Float32Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[0]; x++) out[at++] = INTENSITY[what(transform(affine, [x, y, z]))];
    }
  }
  return out;
}

/**
 * What a perfect network answers to an image on MANIFEST's grid that shows intensities scaled to 0..1 of `range`. Where brain and head
 * blend, a voxel looks like face: a face voxel without enough of its kind around it is given to the head.
 */
export function readKinds(image: Float32Array, range: number = INTENSITY.brain): Float32Array {
  const levels = CLASSES.map((name) => INTENSITY[name] / range);
  const kinds = Uint8Array.from(image, (v) => {
    let best = 0;
    for (let c = 1; c < levels.length; c++) if (Math.abs(v - levels[c]!) < Math.abs(v - levels[best]!)) best = c;
    return best;
  });
  const out = new Float32Array(image.length * CLASSES.length).fill(0.01);
  for (let n = 0; n < image.length; n++) {
    const alone = kinds[n] === FACE && alike(kinds, n) < 12;
    out[(alone ? HEAD : kinds[n]!) * image.length + n] = 0.97;
  }
  return out;
}

const HEAD = CLASSES.indexOf('head');
const FACE = CLASSES.indexOf('face');

/** How many of the 27 voxels around voxel `at` are of its kind. */
function alike(kinds: Uint8Array, at: number): number {
  const [, ny, nz] = MANIFEST.shape;
  let same = 0;
  for (let x = -1; x <= 1; x++) {
    for (let y = -1; y <= 1; y++) {
      for (let z = -1; z <= 1; z++) if (kinds[at + (x * ny + y) * nz + z] === kinds[at]) same++;
    }
  }
  return same;
}

/** Probabilities on a grid straight from the truth. */
export function truthOn({ shape, affine }: Grid, what: (place: Vec3) => Kind = headAt): Float32Array {
  const [nx, ny, nz] = shape;
  const size = nx * ny * nz;
  const out = new Float32Array(size * CLASSES.length).fill(0.01);
  let at = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++, at++) out[CLASSES.indexOf(what(transform(affine, [x, y, z]))) * size + at] = 0.97;
    }
  }
  return out;
}
