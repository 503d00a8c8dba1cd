// Quality figures of one defacing: what was found, what was taken, and what could tell a bad result from a good one.

import type { Volume } from '../nifti/volume';
import { type Box, boxOf, mlPerVoxel } from './grid';
import type { Mask } from './mask';
import { middle } from './morphology';
import type { CutPlan } from './plan';
import { expectedReceded, receded } from './recession';
import { residualFace } from './residualFace';
import type { Segmentation } from './segmentation';

/** What the network found; enough to tell whether this is a head. Volumes in ml. */
export interface HeadFigures {
  readonly brainMl: number;
  readonly faceMl: number;
  readonly headMl: number;
  /** Mean probability of the face zone where it was found, 0..1; 0 when none was. */
  readonly faceSureness: number;
  readonly mirrorDice: number;
  /** Face zone (ml) that another part of a long scan shows beyond the grid: a second head, or a misplaced grid. */
  readonly faceElsewhereMl: number;
  /** How likely the head faces the way that the cut was planned for, 0..1. */
  readonly facingSure: number;
  /** Whether that is another way than the header says. */
  readonly turned: boolean;
  /** Slices or rows along the scan's shortest axis, in voxels, and the shortest side of its box in mm. */
  readonly fewestVoxels: number;
  readonly shortestMm: number;
  readonly hasContrast: boolean;
  /** Whether the header says where the voxels lie; without it left, right, up and down are a guess. */
  readonly placed: boolean;
}

export interface QualityFigures extends HeadFigures {
  readonly maskMl: number;
  /** Tissue removed, without the air before it, as a share of the brain's volume. */
  readonly cutPerBrain: number;
  readonly brainVoxelsAltered: number;
  /** Share of the face zone's voxels that were removed, 0..1. */
  readonly faceRemovedShare: number;
  /** Share of the rest of the head that was removed, 0..1. */
  readonly headRemovedShare: number;
  /** Share of the lines that enter the face from the front whose first tissue now lies 5 mm deeper or more. */
  readonly recededShare: number;
  /**
   * The same share over the place where eyes and nose must be, told from the brain and not from the face zone, so that a face that
   * the network did not see is missed here; null when the scan shows nothing there.
   */
  readonly expectedFaceRecededShare: number | null;
  /** How much of the face's shape can still be read from the surface, seen from the front and both sides, 0..1; null without a face. */
  readonly residualFace: number | null;
  /**
   * How much of the brain, seen from above, the scan's end cuts open, as a share of its largest cross-section: 0 where the scan shows
   * the crown. A head cut through the brain leads the network to call brain what is eyes and nose.
   */
  readonly crownShare: number;
  /** Middle of the face zone relative to the middle of the brain, RAS mm; null when either is missing. */
  readonly faceFromBrainMm: readonly [number, number, number] | null;
  /** Sides of the grid or the scan at which the face zone ends although it would go on. */
  readonly faceCutOff: readonly string[];
  /** Voxels that changed although they should not have, or did not although they should; from looking again at the output. */
  readonly wrongVoxels: number;
}

const BELOW_TOP_MM = 6;
const SIDES = [
  ['left', 'right'],
  ['back', 'front'],
  ['bottom', 'top'],
] as const;

/** Figures that decide whether there is a head. */
export function headFigures(
  segmentation: Segmentation,
  plan: CutPlan,
  volume: Volume,
  {
    hasContrast,
    faceElsewhereMl,
    facingSure,
    turned,
  }: Pick<HeadFigures, 'hasContrast' | 'faceElsewhereMl' | 'facingSure' | 'turned'>,
): HeadFigures {
  const { grid, face, head, brain } = segmentation;
  const ml = mlPerVoxel(grid);
  let faceVoxels = 0;
  let sure = 0;
  let headVoxels = 0;
  for (let n = 0; n < face.length; n++) {
    if (plan.face[n] === 1) {
      faceVoxels++;
      sure += face[n]!;
    }
    if (head[n]! + face[n]! + brain[n]! >= 0.5) headVoxels++;
  }
  const { low, high } = boxOf(volume);
  return {
    brainMl: round(count(plan.brain) * ml, 1),
    faceMl: round(faceVoxels * ml, 1),
    headMl: round(headVoxels * ml, 1),
    faceSureness: faceVoxels === 0 ? 0 : round(sure / faceVoxels, 3),
    mirrorDice: round(segmentation.mirrorDice, 3),
    fewestVoxels: Math.min(...volume.shape),
    shortestMm: round(Math.min(...high.map((h, axis) => h - low[axis]!)), 1),
    placed: volume.affineFrom !== 'pixdim',
    hasContrast,
    faceElsewhereMl: round(faceElsewhereMl, 1),
    facingSure: round(facingSure, 4),
    turned,
  };
}

/** Figures of a finished mask. `wrongVoxels` comes from the second look at the output. */
export function qualityFigures(
  found: HeadFigures,
  segmentation: Segmentation,
  plan: CutPlan,
  mask: Mask,
  volume: Volume,
  wrongVoxels: number,
): QualityFigures {
  const voxelMl = volume.spacingMm.reduce((product, mm) => product * mm, 1) / 1000;
  return {
    ...found,
    maskMl: round(mask.count * voxelMl, 1),
    cutPerBrain: round(cutPerBrain(segmentation, plan), 3),
    brainVoxelsAltered: mask.brainMasked,
    faceRemovedShare: mask.faceVoxels === 0 ? 0 : round(mask.faceMasked / mask.faceVoxels, 4),
    headRemovedShare: round(headRemoved(segmentation, plan), 4),
    recededShare: round(receded(segmentation, plan) ?? 0, 4),
    expectedFaceRecededShare: rounded(expectedReceded(segmentation, plan)),
    residualFace: rounded(residualFace(segmentation, plan)),
    crownShare: round(crown(segmentation, plan), 3),
    faceFromBrainMm: faceFromBrain(segmentation, plan),
    faceCutOff: cutOff(segmentation, plan, boxOf(volume)),
    wrongVoxels,
  };
}

function headRemoved({ head, face, brain }: Segmentation, { cut }: CutPlan): number {
  let rest = 0;
  let removed = 0;
  for (let n = 0; n < head.length; n++) {
    if (head[n]! < 0.5 || face[n]! >= 0.5 || brain[n]! >= 0.5) continue;
    rest++;
    removed += cut[n]!;
  }
  return rest === 0 ? 0 : removed / rest;
}

/** Lines upwards on which the scan, whatever its slant, ends right above the brain, as a share of the brain's largest cross-section. */
function crown({ grid, seen }: Segmentation, { brain }: CutPlan): number {
  const nz = grid.shape[2];
  const reach = Math.round(BELOW_TOP_MM / grid.spacingMm);
  const sections = new Uint32Array(nz);
  let open = 0;
  for (let line = 0; line < brain.length; line += nz) {
    let top = -1;
    for (let z = 0; z < nz; z++) {
      if (brain[line + z] === 0) continue;
      sections[z]!++;
      top = z;
    }
    if (top < 0) continue;
    for (let z = top + 1; z <= top + reach; z++) {
      if (z < nz && seen[line + z] === 1) continue;
      open++;
      break;
    }
  }
  return open / Math.max(1, ...sections);
}

function cutPerBrain({ background }: Segmentation, { cut, brain }: CutPlan): number {
  let tissue = 0;
  for (let n = 0; n < cut.length; n++) if (cut[n] === 1 && background[n]! < 0.5) tissue++;
  return tissue / Math.max(1, count(brain));
}

function faceFromBrain({ grid }: Segmentation, { face, brain }: CutPlan): [number, number, number] | null {
  const a = middle(face, grid.shape);
  const b = middle(brain, grid.shape);
  if (a === null || b === null) return null;
  return [0, 1, 2].map((axis) => round((a[axis]! - b[axis]!) * grid.spacingMm, 1)) as [number, number, number];
}

/** Where the face zone touches the grid's own edge and the scan goes on: the grid lay wrong, and face may be left beyond it. */
function cutOff({ grid }: Segmentation, { face }: CutPlan, scan: Box): string[] {
  const [, ny, nz] = grid.shape;
  const touched = new Set<string>();
  for (let n = 0; n < face.length; n++) {
    if (face[n] === 0) continue;
    const at = [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz];
    for (let axis = 0; axis < 3; axis++) {
      if (at[axis] === 0) touched.add(`${axis}0`);
      if (at[axis] === grid.shape[axis]! - 1) touched.add(`${axis}1`);
    }
  }
  return SIDES.flatMap((names, axis) => {
    const start = grid.affine[axis * 4 + 3]! - grid.spacingMm / 2;
    const end = start + grid.shape[axis]! * grid.spacingMm;
    const sides: string[] = [];
    if (touched.has(`${axis}0`) && scan.low[axis]! < start) sides.push(names[0]);
    if (touched.has(`${axis}1`) && scan.high[axis]! > end) sides.push(names[1]);
    return sides;
  });
}

function count(mask: Uint8Array): number {
  let n = 0;
  for (const v of mask) n += v;
  return n;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function rounded(share: number | null): number | null {
  return share === null ? null : round(share, 4);
}
