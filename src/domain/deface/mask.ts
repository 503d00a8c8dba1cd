// The planned cut on the scan's own voxels, whatever their spacing, order or obliqueness.
import type { Volume } from '../nifti/volume';
import { scanToGrid, voxelsOf } from './grid';
import { grow } from './morphology';
import type { CutPlan } from './plan';
import type { Segmentation } from './segmentation';

/** One byte per voxel of the scan, x fastest: 1 is removed. */
export interface Mask {
  readonly voxels: Uint8Array;
  readonly count: number;
  /** Voxels of the scan that are face zone by the network, and how many of them are in the mask. */
  readonly faceVoxels: number;
  readonly faceMasked: number;
  /** Voxels in the mask that are brain by the network: must be 0. */
  readonly brainMasked: number;
}

const CUT_AT = 0.5;
const FACE_AT = 0.5;
const BRAIN_AT = 0.5;
/** A voxel that touches the guard even this much stays. */
const GUARD_AT = 0.5;

/** The cut on the scan's grid, trilinear between grid voxels. Beyond the grid's front the cut goes on; beyond its other sides nothing is cut. */
export function postprocess(segmentation: Segmentation, plan: CutPlan, volume: Volume): Mask {
  const { grid, face } = segmentation;
  const [gx, gy, gz] = grid.shape;
  const near = grow(
    plan.cut.map((v, n) => v | plan.face[n]!),
    grid.shape,
    2,
  );
  const guard = Float32Array.from(plan.guard);
  const brain = segmentation.brain.map((p, n) => (plan.brain[n] === 1 ? p : 0));
  const m = scanToGrid(volume, grid);
  const [nx, ny, nz] = volume.shape;
  const voxels = new Uint8Array(voxelsOf(volume.shape));
  const counts = { count: 0, faceVoxels: 0, faceMasked: 0, brainMasked: 0 };
  const weigh = weigher(grid.shape);
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      let x = m[1]! * j + m[2]! * k + m[3]!;
      let y = m[5]! * j + m[6]! * k + m[7]!;
      let z = m[9]! * j + m[10]! * k + m[11]!;
      for (let i = 0; i < nx; i++, at++, x += m[0]!, y += m[4]!, z += m[8]!) {
        if (x < -0.5 || z < -0.5 || y < -0.5 || x > gx - 0.5 || z > gz - 0.5) continue;
        const front = Math.min(y, gy - 1);
        if (near[(((x + 0.5) | 0) * gy + ((front + 0.5) | 0)) * gz + ((z + 0.5) | 0)] === 0) continue;
        const value = weigh(x, front, z);
        const isFace = value(face) >= FACE_AT;
        if (isFace) counts.faceVoxels++;
        if (value(plan.softCut) < CUT_AT || value(guard) >= GUARD_AT) continue;
        voxels[at] = 1;
        counts.count++;
        if (isFace) counts.faceMasked++;
        if (value(brain) >= BRAIN_AT) counts.brainMasked++;
      }
    }
  }
  return { voxels, ...counts };
}

/**
 * Trilinear interpolation on a grid of that shape (z fastest) whose eight weights are found once per place, in grid voxels, and used for
 * several arrays: call with the place, then the answer with each array before the next place.
 */
export function weigher([gx, gy, gz]: readonly [number, number, number]) {
  let at = 0;
  let dx = 0;
  let dy = 0;
  let dz = 0;
  let fx = 0;
  let fy = 0;
  let fz = 0;
  const value = (values: Float32Array): number => {
    const low = along(values, at);
    const high = along(values, at + dx);
    return low + (high - low) * fx;
  };
  const along = (values: Float32Array, n: number): number => {
    const a = values[n]! + (values[n + dz]! - values[n]!) * fz;
    const b = values[n + dy]! + (values[n + dy + dz]! - values[n + dy]!) * fz;
    return a + (b - a) * fy;
  };
  return (i: number, j: number, k: number) => {
    const x = Math.min(Math.max(i, 0), gx - 1);
    const y = Math.min(Math.max(j, 0), gy - 1);
    const z = Math.min(Math.max(k, 0), gz - 1);
    const [x0, y0, z0] = [x | 0, y | 0, z | 0];
    dx = x0 + 1 < gx ? gy * gz : 0;
    dy = y0 + 1 < gy ? gz : 0;
    dz = z0 + 1 < gz ? 1 : 0;
    at = (x0 * gy + y0) * gz + z0;
    fx = x - x0;
    fy = y - y0;
    fz = z - z0;
    return value;
  };
}
