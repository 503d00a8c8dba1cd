// The network's answer to a made head, straight from the truth, with its plan.
import { gridAt } from '@/domain/deface/grid';
import { planCut } from '@/domain/deface/plan';
import { join, mirror } from '@/domain/deface/segmentation';
import { transform, type Vec3 } from '@/domain/nifti/affine';
import { headAt, type Kind, MANIFEST, truthOn } from './head';

export const GRID = gridAt([0, 0, 0], MANIFEST.shape, MANIFEST.spacingMm);

/** @param shows whether the scan has a voxel at a place, RAS mm */
export function segmented(what: (place: Vec3) => Kind = headAt, shows: (place: Vec3) => boolean = () => true) {
  const plain = truthOn(GRID, what);
  const size = plain.length / 4;
  const mirrored = new Float32Array(plain.length);
  for (let c = 0; c < 4; c++) mirrored.set(mirror(plain.subarray(c * size, (c + 1) * size), GRID), c * size);
  const [, ny, nz] = GRID.shape;
  const placeOf = (n: number) => transform(GRID.affine, [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz]);
  const seen = Uint8Array.from({ length: size }, (_, n) => (shows(placeOf(n)) ? 1 : 0));
  const segmentation = join(plain, mirrored, { grid: GRID, seen });
  return { segmentation, plan: planCut(segmentation) };
}
