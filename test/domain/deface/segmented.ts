// The network's answer to a made head, straight from the truth, with its plan.
import { gridAt } from '@/domain/deface/grid';
import { planCut } from '@/domain/deface/plan';
import { join, mirror } from '@/domain/deface/segmentation';
import type { Vec3 } from '@/domain/nifti/affine';
import { headAt, type Kind, MANIFEST, truthOn } from './head';

export const GRID = gridAt([0, 0, 0], MANIFEST.shape, MANIFEST.spacingMm);

export function segmented(what: (place: Vec3) => Kind = headAt) {
  const plain = truthOn(GRID, what);
  const size = plain.length / 4;
  const mirrored = new Float32Array(plain.length);
  for (let c = 0; c < 4; c++) mirrored.set(mirror(plain.subarray(c * size, (c + 1) * size), GRID), c * size);
  const segmentation = join(plain, mirrored, { grid: GRID, seen: new Uint8Array(size).fill(1) });
  return { segmentation, plan: planCut(segmentation) };
}
