// A mask that a person drew: kept off the brain, then measured as strictly as one of the network's.
import { DomainError } from '../errors';
import { compose, invert, type Vec3 } from '../nifti/affine';
import type { Volume } from '../nifti/volume';
import type { QualityFigures } from './figures';
import { type Grid, scanToGrid, voxelsOf } from './grid';
import { judge } from './judge';
import { LABEL } from './labelRuns';
import { type Mask, weigher } from './mask';
import { grow } from './morphology';
import type { CutPlan } from './plan';
import type { Segmentation } from './segmentation';

/** More of a scan than this is no face but a slip of the hand. */
const MOST_OF_SCAN = 0.8;
const AT = 0.5;

/**
 * Whether so many marked voxels can be meant at all.
 * @throws DomainError INVALID when none is marked, or nearly all are
 */
export function assertDrawn(marked: number, shape: Vec3): void {
  if (marked === 0) {
    throw new DomainError(
      'INVALID',
      'Nothing is marked for removal. If there is no face in this scan, say so in the review.',
    );
  }
  if (marked > MOST_OF_SCAN * voxelsOf(shape)) {
    throw new DomainError(
      'INVALID',
      'Nearly the whole scan is marked for removal. Mark the face only, or reject the scan.',
    );
  }
}

/** The scan's voxels, x fastest, that the network takes for brain or its margin are LABEL.brain, all others LABEL.keep. */
export function brainGuard({ grid }: Segmentation, { guard }: CutPlan, volume: Volume): Uint8Array {
  const out = new Uint8Array(voxelsOf(volume.shape));
  const share = Float32Array.from(guard);
  overGrid(volume, grid, grow(guard, grid.shape, 1), (at, value) => {
    if (value(share) >= AT) out[at] = LABEL.brain;
  });
  return out;
}

export interface MendedMask {
  readonly mask: Mask;
  /** The network's plan with the person's cut in the place of its own, for the figures. */
  readonly plan: CutPlan;
  /** Voxels that were drawn on the brain or its margin, and so stay. */
  readonly keptForBrain: number;
}

/**
 * The drawn mask less what `guard` (see brainGuard) marks, with the counts that the quality figures need.
 * @param drawn one byte per voxel, x fastest: LABEL.cut is removed
 */
export function mendedMask(
  segmentation: Segmentation,
  plan: CutPlan,
  volume: Volume,
  drawn: Uint8Array,
  guard: Uint8Array,
): MendedMask {
  const voxels = new Uint8Array(drawn.length);
  const counts = { count: 0, faceVoxels: 0, faceMasked: 0, brainMasked: 0 };
  let keptForBrain = 0;
  for (let n = 0; n < drawn.length; n++) {
    if (drawn[n] !== LABEL.cut) continue;
    if (guard[n] === LABEL.brain) keptForBrain++;
    else counts.count += voxels[n] = 1;
  }
  const { grid, face } = segmentation;
  const brain = segmentation.brain.map((p, n) => (plan.brain[n] === 1 ? p : 0));
  const near = grow(
    plan.face.map((v, n) => v | plan.brain[n]!),
    grid.shape,
    2,
  );
  overGrid(volume, grid, near, (at, value) => {
    const masked = voxels[at]!;
    if (value(face) >= AT) {
      counts.faceVoxels++;
      counts.faceMasked += masked;
    }
    if (masked === 1 && value(brain) >= AT) counts.brainMasked++;
  });
  const cut = onGrid(voxels, volume, grid);
  return { mask: { voxels, ...counts }, plan: { ...plan, cut, softCut: Float32Array.from(cut) }, keptForBrain };
}

/** Visits the scan's voxels that lie on the grid where `near` says so, with the trilinear value of any grid array there. */
function overGrid(
  volume: Volume,
  grid: Grid,
  near: Uint8Array,
  visit: (at: number, value: (values: Float32Array) => number) => void,
): void {
  const m = scanToGrid(volume, grid);
  const [gx, gy, gz] = grid.shape;
  const [nx, ny, nz] = volume.shape;
  const weigh = weigher(grid.shape);
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      let x = m[1]! * j + m[2]! * k + m[3]!;
      let y = m[5]! * j + m[6]! * k + m[7]!;
      let z = m[9]! * j + m[10]! * k + m[11]!;
      for (let i = 0; i < nx; i++, at++, x += m[0]!, y += m[4]!, z += m[8]!) {
        if (x < -0.5 || y < -0.5 || z < -0.5 || x > gx - 0.5 || y > gy - 0.5 || z > gz - 0.5) continue;
        const n = (Math.min(gx - 1, (x + 0.5) | 0) * gy + Math.min(gy - 1, (y + 0.5) | 0)) * gz;
        if (near[n + Math.min(gz - 1, (z + 0.5) | 0)] === 1) visit(at, weigh(x, y, z));
      }
    }
  }
}

/** Eight places within a grid voxel, so that a fine mask is not judged by one of its voxels. */
const WITHIN = [-0.25, 0.25].flatMap((x) => [-0.25, 0.25].flatMap((y) => [-0.25, 0.25].map((z) => [x, y, z] as const)));

/** A mask of the scan on the grid: 1 where at least half of the grid voxel is masked. */
function onGrid(voxels: Uint8Array, volume: Volume, grid: Grid): Uint8Array {
  const m = compose(invert(volume.affine), grid.affine);
  const [nx, ny, nz] = volume.shape;
  const [gx, gy, gz] = grid.shape;
  const masked = (x: number, y: number, z: number) => {
    const i = Math.round(m[0]! * x + m[1]! * y + m[2]! * z + m[3]!);
    const j = Math.round(m[4]! * x + m[5]! * y + m[6]! * z + m[7]!);
    const k = Math.round(m[8]! * x + m[9]! * y + m[10]! * z + m[11]!);
    if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return 0;
    return voxels[(k * ny + j) * nx + i]!;
  };
  const out = new Uint8Array(voxelsOf(grid.shape));
  let at = 0;
  for (let x = 0; x < gx; x++) {
    for (let y = 0; y < gy; y++) {
      for (let z = 0; z < gz; z++, at++) {
        let sum = 0;
        for (const [dx, dy, dz] of WITHIN) sum += masked(x + dx, y + dy, z + dz);
        if (sum >= WITHIN.length / 2) out[at] = 1;
      }
    }
  }
  return out;
}

export type MendJudgement =
  | {
      readonly ok: true /** What is still out of range, for the reviewer; null when all is well. */;
      readonly warning: string | null;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Judges a drawn mask. What would harm or deceive is never let through; any other figure out of range may be the network's error as
 * well as the person's, so a reviewer sees it beside the result and decides.
 */
export function judgeMended(figures: QualityFigures): MendJudgement {
  const { brainVoxelsAltered, wrongVoxels, maskMl } = figures;
  if (brainVoxelsAltered !== 0) return { ok: false, reason: 'The drawn mask would touch the brain.' };
  if (wrongVoxels !== 0) return { ok: false, reason: 'The output differs from the drawn mask.' };
  if (!(maskMl > 0)) {
    return { ok: false, reason: 'All that was drawn lies on the brain or its margin, so nothing was removed.' };
  }
  const judgement = judge(figures);
  return { ok: true, warning: judgement.ok ? null : judgement.reason };
}
