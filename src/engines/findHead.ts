// Asking the network: the grid is tried along a long scan, moved to the head that was found, turned when the head faces another way
// than the header says, and asked again in the mirror.
import { placedAfter, TURNS } from '../domain/deface/facing';
import { type Grid, mlPerVoxel, voxelsOf } from '../domain/deface/grid';
import { centreOf } from '../domain/deface/placement';
import { type CutPlan, planCut } from '../domain/deface/plan';
import { type Prepared, prepare, type Reduced, windows } from '../domain/deface/preprocess';
import { join, mirror, type Segmentation } from '../domain/deface/segmentation';
import { transform, type Vec3 } from '../domain/nifti/affine';
import type { Volume } from '../domain/nifti/volume';
import type { FaceModel } from './faceModel';

export interface FoundHead {
  readonly segmentation: Segmentation;
  readonly plan: CutPlan;
  readonly hasContrast: boolean;
  /** Face zone that other windows show outside the grid that was chosen, ml. */
  readonly faceElsewhereMl: number;
  /** The scan as its head was found upright: the same voxels, turned in the world where the header is wrong. All above lies on this one. */
  readonly upright: Volume;
  /** Whether the head faces another way than the header says. */
  readonly turned: boolean;
  /** How likely the head is upright and faces the front in `upright`, 0..1. */
  readonly facingSure: number;
}

interface Look {
  readonly prepared: Prepared;
  readonly probabilities: Float32Array;
  readonly score: number;
}

const FACE = 2;
const BRAIN = 3;
/** The head counts as cut by the grid's edge when it comes this near (grid voxels). */
const NEAR_EDGE = 3;

/** How often the grid follows a head that goes on behind its edge; what is then still cut off is held by its figures. */
const MOST_MOVES = 4;
/** Below this much of brain and face, a long scan is searched from end to end. */
const HEAD_ML = 300;

/** From this on the head is turned, in spite of the header, and looked at again. */
const TURN_AT = 0.5;

/** Finds the head in a scan and segments it, whichever way the header says that it faces. */
export async function findHead(model: FaceModel, reduced: Reduced, volume: Volume): Promise<FoundHead> {
  const found = await search(model, reduced, volume);
  const { turn, likely } = await facingAt(model, reduced, found.best);
  if (turn !== 0 && likely[turn]! >= TURN_AT) {
    const middle = middleOf(found.best.prepared.grid);
    const [again, upright] = [placedAfter(reduced, TURNS[turn]!, middle), placedAfter(volume, TURNS[turn]!, middle)];
    const other = await search(model, again, upright);
    const facing = await facingAt(model, again, other.best);
    // Only what is seen the same way twice may overrule the header.
    if (facing.turn === 0) return finish(model, other, { upright, turned: true, facingSure: facing.likely[0]! });
  }
  return finish(model, found, { upright: volume, turned: false, facingSure: likely[0]! });
}

interface Found {
  readonly looks: readonly Look[];
  readonly best: Look;
}

async function search(model: FaceModel, reduced: Reduced, volume: Volume): Promise<Found> {
  const looks = [await lookAt(model, reduced, centreOf(reduced, model.manifest))];
  if (looks[0]!.score * mlPerVoxel(model.manifest) < HEAD_ML) {
    for (const centre of windows(volume, model.manifest)) looks.push(await lookAt(model, reduced, centre));
  }
  let best = looks.reduce((a, b) => (b.score > a.score ? b : a));
  for (let moves = 0, to = recentred(best); to !== null && moves < MOST_MOVES; moves++, to = recentred(best)) {
    best = await lookAt(model, reduced, to);
  }
  return { looks, best };
}

function facingAt(model: FaceModel, reduced: Reduced, { prepared }: Look) {
  return model.facing(prepare(reduced, model.facingManifest, middleOf(prepared.grid)));
}

function middleOf({ affine, shape }: Grid): Vec3 {
  return transform(affine, shape.map((n) => (n - 1) / 2) as unknown as Vec3);
}

async function finish(
  model: FaceModel,
  { looks, best: { prepared, probabilities } }: Found,
  facing: Pick<FoundHead, 'upright' | 'turned' | 'facingSure'>,
): Promise<FoundHead> {
  const mirrored = await model.segment(mirror(prepared.image, prepared.grid), prepared.grid.shape);
  const segmentation = join(probabilities, mirrored, prepared);
  const faceElsewhereMl = looks.reduce((most, look) => Math.max(most, faceOutside(look, prepared.grid)), 0);
  return { ...facing, segmentation, plan: planCut(segmentation), hasContrast: prepared.hasContrast, faceElsewhereMl };
}

async function lookAt(model: FaceModel, reduced: Reduced, centre: Vec3): Promise<Look> {
  const prepared = prepare(reduced, model.manifest, centre);
  const probabilities = await model.segment(prepared.image, prepared.grid.shape);
  const size = voxelsOf(prepared.grid.shape);
  let score = 0;
  for (let n = 0; n < size; n++) {
    if (probabilities[FACE * size + n]! >= 0.5 || probabilities[BRAIN * size + n]! >= 0.5) score++;
  }
  return { prepared, probabilities, score };
}

/** A better centre, when brain or face come near an edge of the grid and the scan goes on behind it. */
function recentred({ prepared: { grid, seen }, probabilities }: Look): Vec3 | null {
  const [nx, ny, nz] = grid.shape;
  const size = voxelsOf(grid.shape);
  const low = [nx, ny, nz];
  const high = [-1, -1, -1];
  for (let n = 0; n < size; n++) {
    if (probabilities[FACE * size + n]! < 0.5 && probabilities[BRAIN * size + n]! < 0.5) continue;
    const at = [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, at[axis]!);
      high[axis] = Math.max(high[axis]!, at[axis]!);
    }
  }
  if (high[0]! < 0 || !edgeIsOpen(low, high, grid.shape, seen)) return null;
  return transform(grid.affine, low.map((l, axis) => (l + high[axis]!) / 2) as unknown as Vec3);
}

function edgeIsOpen(low: number[], high: number[], shape: Vec3, seen: Uint8Array): boolean {
  return [0, 1, 2].some((axis) => {
    const ends: number[] = [];
    if (low[axis]! < NEAR_EDGE) ends.push(0);
    if (high[axis]! > shape[axis]! - 1 - NEAR_EDGE) ends.push(shape[axis]! - 1);
    return ends.some((end) => planeSeen(axis, end, shape, seen));
  });
}

function planeSeen(axis: number, at: number, [nx, ny, nz]: Vec3, seen: Uint8Array): boolean {
  for (let x = axis === 0 ? at : 0; x < (axis === 0 ? at + 1 : nx); x++) {
    for (let y = axis === 1 ? at : 0; y < (axis === 1 ? at + 1 : ny); y++) {
      for (let z = axis === 2 ? at : 0; z < (axis === 2 ? at + 1 : nz); z++) {
        if (seen[(x * ny + y) * nz + z] === 1) return true;
      }
    }
  }
  return false;
}

/** ml of face zone in `look` that lies outside `grid`. */
function faceOutside({ prepared, probabilities }: Look, grid: Grid): number {
  const from = prepared.grid;
  const [, ny, nz] = from.shape;
  const size = voxelsOf(from.shape);
  const shift = [3, 7, 11].map((n) => (from.affine[n]! - grid.affine[n]!) / grid.spacingMm);
  let outside = 0;
  for (let n = 0; n < size; n++) {
    if (probabilities[FACE * size + n]! < 0.5) continue;
    const at = [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz];
    if (at.some((v, axis) => v + shift[axis]! < -0.5 || v + shift[axis]! > grid.shape[axis]! - 0.5)) outside++;
  }
  return outside * mlPerVoxel(from);
}
