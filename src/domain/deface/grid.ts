// The network's canonical grid and the scan on it. Grid arrays are in the network's order: z fastest, index (x * Y + y) * Z + z;
// scans are in NIfTI's order: x fastest.
import { type Affine, compose, invert, transform, type Vec3 } from '../nifti/affine';
import type { Volume } from '../nifti/volume';

export interface Grid {
  readonly shape: Vec3;
  readonly spacingMm: number;
  /** Grid voxel -> RAS mm. */
  readonly affine: Affine;
}

/** A grid of that size whose middle lies at `centre` (RAS mm). */
export function gridAt(centre: Vec3, shape: Vec3, spacingMm: number): Grid {
  const origin = centre.map((c, axis) => c - ((shape[axis]! - 1) / 2) * spacingMm);
  const s = spacingMm;
  return { shape, spacingMm, affine: [s, 0, 0, origin[0]!, 0, s, 0, origin[1]!, 0, 0, s, origin[2]!, 0, 0, 0, 1] };
}

export function voxelsOf([x, y, z]: Vec3): number {
  return x * y * z;
}

/** Volume of one grid voxel in ml. */
export function mlPerVoxel({ spacingMm }: Pick<Grid, 'spacingMm'>): number {
  return spacingMm ** 3 / 1000;
}

/** Scan voxel -> grid voxel. */
export function scanToGrid(volume: Volume, grid: Grid): Affine {
  return compose(invert(grid.affine), volume.affine);
}

export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** The box around a scan's voxels, RAS mm. */
export function boxOf({ shape, affine }: Pick<Volume, 'shape' | 'affine'>): Box {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const at = shape.map((n, axis) => (corner & (1 << axis) ? n - 0.5 : -0.5)) as unknown as Vec3;
    transform(affine, at).forEach((mm, axis) => {
      low[axis] = Math.min(low[axis]!, mm);
      high[axis] = Math.max(high[axis]!, mm);
    });
  }
  return { low: low as unknown as Vec3, high: high as unknown as Vec3 };
}
