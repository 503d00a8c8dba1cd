// How far the front of the head has gone back by a planned cut: over the face zone, and where eyes and nose must be.

import { middle } from './morphology';
import type { CutPlan } from './plan';
import type { Segmentation } from './segmentation';

const RECEDED_MM = 5;
/** The network may see the outermost skin as head before the face zone begins. */
const SKIN_MM = 6;
const FRONTAL_MM = 30;
const ASIDE_MM = 35;
const BELOW_ROOF_MM = [15, 75] as const;
const LEAST_MM2 = 400;

interface Window {
  readonly x: readonly [number, number];
  readonly z: readonly [number, number];
  /** Fewer lines with tissue than this say nothing. */
  readonly leastLines: number;
}

/** Share of the lines from the front through the window, or into the face zone when there is none, that receded far enough; null when too few say anything. */
export function receded(segmentation: Segmentation, plan: CutPlan, window?: Window): number | null {
  const { shape, spacingMm } = segmentation.grid;
  const [nx, ny, nz] = shape;
  const {
    x: [x0, x1],
    z: [z0, z1],
    leastLines,
  } = window ?? { x: [0, nx - 1], z: [0, nz - 1], leastLines: 1 };
  let lines = 0;
  let deep = 0;
  for (let x = Math.max(0, x0); x <= Math.min(nx - 1, x1); x++) {
    for (let z = Math.max(0, z0); z <= Math.min(nz - 1, z1); z++) {
      const depth = depthOf(segmentation, plan, x * ny * nz + z, window !== undefined);
      if (depth === null) continue;
      lines++;
      if (depth * spacingMm >= RECEDED_MM) deep++;
    }
  }
  return lines < leastLines ? null : deep / lines;
}

/**
 * Eyes lie some 25 mm below the floor of the frontal lobes (the roof of the orbits) and the tip of the nose some 60 mm; what is
 * between them, 35 mm to either side of the brain's middle, is face in every head that is tilted by less than 30 degrees or so.
 */
export function expectedReceded(segmentation: Segmentation, plan: CutPlan): number | null {
  const {
    shape: [, ny, nz],
    spacingMm,
  } = segmentation.grid;
  const middleOfBrain = middle(plan.brain, segmentation.grid.shape);
  if (middleOfBrain === null) return null;
  let front = 0;
  for (let n = 0; n < plan.brain.length; n++) if (plan.brain[n] === 1) front = Math.max(front, Math.floor(n / nz) % ny);
  const frontal: number[] = [];
  for (let n = 0; n < plan.brain.length; n++) {
    if (plan.brain[n] === 1 && (front - (Math.floor(n / nz) % ny)) * spacingMm <= FRONTAL_MM) frontal.push(n % nz);
  }
  const roof = frontal.sort((a, b) => a - b)[Math.floor(frontal.length * 0.05)]!;
  const mm = (v: number) => Math.round(v / spacingMm);
  const x = Math.round(middleOfBrain[0]!);
  return receded(segmentation, plan, {
    x: [x - mm(ASIDE_MM), x + mm(ASIDE_MM)],
    z: [roof - mm(BELOW_ROOF_MM[1]), roof - mm(BELOW_ROOF_MM[0])],
    leastLines: LEAST_MM2 / spacingMm ** 2,
  });
}

/**
 * Grid voxels from the first tissue to the first that stays, along one line from the front; null without tissue, and, unless `anywhere`,
 * when the line does not enter the face zone.
 */
function depthOf(
  { grid, head, face, brain }: Segmentation,
  { cut, face: zone }: CutPlan,
  line: number,
  anywhere: boolean,
): number | null {
  const [, ny, nz] = grid.shape;
  const skin = SKIN_MM / grid.spacingMm;
  let before = -1;
  let enters = anywhere;
  for (let y = ny - 1; y >= 0; y--) {
    const n = line + y * nz;
    if (head[n]! + face[n]! + brain[n]! < 0.5) continue;
    if (before < 0) before = y;
    if (zone[n] === 1 && before - y <= skin) enters = true;
    if (cut[n] === 0) return enters ? before - y : null;
  }
  return enters && before >= 0 ? ny : null;
}
