// From probabilities to what is to be cut, on the canonical grid: the face zone, the air in front of it, and never the brain.
import type { Vec3 } from '../nifti/affine';
import { ears } from './ears';
import { type Grid, mlPerVoxel } from './grid';
import { components, grow, keepLarge, soften } from './morphology';
import type { Segmentation } from './segmentation';

/** A lower bar for the face than one half: a sliver of skin left is worse than a little too much taken. */
const FACE_AT = 0.4;
const BRAIN_AT = 0.5;
/** Where the network gives the brain even this much, nothing is cut. */
const GUARD_AT = 0.05;
const SMALLEST_PART_ML = 0.5;
/** Less than this is no brain: a crumb of it in an eye or the tongue must not shield the face. */
const BRAIN_CRUMB_ML = 20;
/** The face zone grows by this much on every side, rounded to whole grid voxels. */
const GROW_FACE_MM = 3;
/** Grid voxels that the brain's guard grows by (the brain class itself already has a margin of 2 mm). */
const GROW_GUARD = 1;
/** Cavities of the face are no deeper; the neck is. */
const LARGEST_GAP_MM = 16;
const SMALL_SHARE = 0.25;
const BEHIND_MM = 30;
/** A face lies at the skin: a part of the zone that comes no nearer to the air than this is something inside the head. */
const SKIN_MM = 8;
const AIR_AT = 0.5;

export interface CutPlan {
  /** Face zone as found: every part that counts. */
  readonly face: Uint8Array;
  readonly brain: Uint8Array;
  /** What must not be cut. */
  readonly guard: Uint8Array;
  /** What is to be cut. */
  readonly cut: Uint8Array;
  /** `cut` softened: its border is where this passes 0.5. */
  readonly softCut: Float32Array;
}

/** Plans the cut for one segmentation. All arrays are on its grid. */
export function planCut(segmentation: Segmentation): CutPlan {
  const { grid, face: faceAt, brain: brainAt } = segmentation;
  const { shape } = grid;
  const smallest = SMALLEST_PART_ML / mlPerVoxel(grid);
  const crumb = BRAIN_CRUMB_ML / mlPerVoxel(grid);
  const brain = keepLarge(atLeast(brainAt, BRAIN_AT), shape, crumb);
  const maybe = keepLarge(atLeast(brainAt, GUARD_AT), shape, crumb);
  const guard = grow(brain, shape, GROW_GUARD).map((v, n) => v | maybe[n]!);
  const zone = keepLarge(atLeast(faceAt, FACE_AT), shape, smallest);
  const found = likelyParts(zone, brain, nearAir(segmentation), grid);
  const face = ears(segmentation, brain).map((v, n) => v | found[n]!);
  const cut = clearForward(grow(face, shape, steps(GROW_FACE_MM, grid)), guard, grid);
  for (let n = 0; n < cut.length; n++) if (guard[n] === 1) cut[n] = 0;
  return { face, brain, guard, cut, softCut: soften(cut, shape) };
}

function steps(mm: number, { spacingMm }: Grid): number {
  return Math.max(1, Math.round(mm / spacingMm));
}

/** Where the air that the scan shows is near. Beyond the scan there may be more head, so that is no air. */
function nearAir({ grid, background, seen }: Segmentation): Uint8Array {
  const air = Uint8Array.from(background, (v, n) => (v >= AIR_AT && seen[n] === 1 ? 1 : 0));
  return grow(air, grid.shape, steps(SKIN_MM, grid));
}

function atLeast(values: Float32Array, bar: number): Uint8Array {
  return Uint8Array.from(values, (v) => (v >= bar ? 1 : 0));
}

/**
 * Clears each line from the front (+y, the grid's edge) back to the face zone it meets first, through that zone, its cavities and what
 * lies within LARGEST_GAP of it behind: skin that the network left standing in front of the zone goes, and the air where a nose's
 * echo may be. A line that meets the brain's guard first is left alone.
 */
function clearForward(cut: Uint8Array, guard: Uint8Array, { shape: [nx, ny, nz], spacingMm }: Grid): Uint8Array {
  const out = Uint8Array.from(cut);
  const gap = LARGEST_GAP_MM / spacingMm;
  for (let x = 0; x < nx; x++) {
    for (let z = 0; z < nz; z++) {
      let from = -1;
      for (let y = ny - 1; y >= 0; y--) {
        const n = (x * ny + y) * nz + z;
        if (guard[n] === 1 || (from >= 0 && from - y > gap)) break;
        if (cut[n] === 1) from = y;
      }
      if (from < 0) continue;
      for (let y = from; y < ny; y++) out[(x * ny + y) * nz + z] = 1;
    }
  }
  return out;
}

/**
 * The parts of the zone without the small ones that are no face: far behind the brain's middle (the nape of the neck looks like skin
 * over soft tissue too), or away from the skin (the spinal cord).
 */
function likelyParts(face: Uint8Array, brain: Uint8Array, skin: Uint8Array, { shape, spacingMm }: Grid): Uint8Array {
  const { labels, found } = components(face, shape);
  if (found.length < 2) return face;
  const brainY = middleY(brain, shape, (v) => v === 1);
  const large = found[0]!.voxels * SMALL_SHARE;
  const atSkin = new Set(labels.filter((label, n) => label > 0 && skin[n] === 1));
  const behind = (label: number) => {
    const y = middleY(labels, shape, (v) => v === label);
    return brainY !== null && y !== null && (brainY - y) * spacingMm > BEHIND_MM;
  };
  const dropped = new Set(
    found.flatMap(({ label, voxels }) => (voxels < large && (!atSkin.has(label) || behind(label)) ? [label] : [])),
  );
  return Uint8Array.from(labels, (label) => (label > 0 && !dropped.has(label) ? 1 : 0));
}

function middleY(values: Uint8Array | Int32Array, [, ny, nz]: Vec3, counts: (value: number) => boolean): number | null {
  let sum = 0;
  let voxels = 0;
  for (let n = 0; n < values.length; n++) {
    if (values[n] === 0 || !counts(values[n]!)) continue;
    sum += Math.floor(n / nz) % ny;
    voxels++;
  }
  return voxels === 0 ? null : sum / voxels;
}
