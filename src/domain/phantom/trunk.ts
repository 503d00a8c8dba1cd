// A generated abdomen: something that is no head and has no face. Coordinates RAS, mm, origin in the middle.

import type { HeadPhantomOptions } from './head';
import { seededRandom } from './random';
import { ellipsoid } from './shapes';
import { addTexture, soften } from './texture';

const VALUES = {
  t1: { air: 4, skin: 330, fat: 800, muscle: 300, liver: 420, bone: 240, bowel: 200 },
  ct: { air: -1000, skin: 30, fat: -95, muscle: 55, liver: 62, bone: 900, bowel: 20 },
} as const;

/** A piece of a trunk as voxels, x fastest, in RAS: T1-weighted intensities or Hounsfield units. */
export function trunkPhantom({ dims, spacingMm, contrast, seed }: HeadPhantomOptions): Float32Array {
  const random = seededRandom(seed);
  const values = VALUES[contrast];
  const size = 0.96 + random() * 0.08;
  const voxels = new Float32Array(dims[0] * dims[1] * dims[2]);
  let at = 0;
  for (let k = 0; k < dims[2]; k++) {
    const z = (k - (dims[2] - 1) / 2) * spacingMm[2];
    for (let j = 0; j < dims[1]; j++) {
      const y = ((j - (dims[1] - 1) / 2) * spacingMm[1]) / size;
      for (let i = 0; i < dims[0]; i++)
        voxels[at++] = values[organAt(((i - (dims[0] - 1) / 2) * spacingMm[0]) / size, y, z)];
    }
  }
  soften(voxels, dims);
  addTexture(voxels, dims, { contrast, random });
  return voxels;
}

function organAt(x: number, y: number, z: number): keyof (typeof VALUES)['ct'] {
  const wall = ellipsoid(x, y, 0, [0, 0, 0], [160, 105, 1000]);
  if (wall > 0) return 'air';
  if (wall > -2.5) return 'skin';
  if (wall > -18) return 'fat';
  if (wall > -28) return 'muscle';
  if (ellipsoid(x, y, z, [0, -62, 0], [24, 20, 1000]) < 0) return 'bone';
  if (ellipsoid(x, y, z, [58, 14, 40], [62, 56, 90]) < 0) return 'liver';
  if (ellipsoid(Math.abs(x), y, z, [62, -40, -20], [26, 20, 50]) < 0) return 'liver';
  return Math.sin(x / 13) + Math.sin(y / 11) + Math.sin(z / 12) > 0.6 ? 'bowel' : 'fat';
}
