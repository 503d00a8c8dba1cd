// Where the grid lies on a scan: what the model's manifest says under `placement`.
import { determinant, transform, type Vec3 } from '../nifti/affine';
import type { ModelManifest } from './manifest';
import type { Reduced } from './preprocess';

/** Share of the way from the low to the high percentile above which a voxel is no air. */
const FOREGROUND = 0.2;
/** The crown: the highest slab with this much foreground. */
const CROWN_MM2 = 1000;
const SLAB_MM = 2;
const ABOVE_CROWN_MM = 10;
const HEAD_MM = 180;

/** Centre of the grid in RAS mm: the middle of the scan along axes where the grid covers it, else by the foreground under the crown. */
export function centreOf(reduced: Reduced, { shape, spacingMm, clipBelow, percentiles }: ModelManifest): Vec3 {
  const { low, high } = reach(reduced);
  const middle = low.map((l, axis) => (l + high[axis]!) / 2) as unknown as Vec3;
  const large = low.map((l, axis) => high[axis]! - l > shape[axis]! * spacingMm);
  if (!large.includes(true)) return middle;
  const bar = foregroundBar(reduced.values, clipBelow, percentiles);
  const crown = large[2] ? crownOf(reduced, bar, low[2], high[2]) : null;
  const mean = meanPlace(reduced, bar, crown) ?? middle;
  return [
    large[0] ? mean[0] : middle[0],
    large[1] ? mean[1] : middle[1],
    crown === null ? middle[2] : crown + ABOVE_CROWN_MM - (shape[2] * spacingMm) / 2,
  ];
}

/** The box between the centres of the outermost voxels. */
function reach({ shape, affine }: Reduced): { low: Vec3; high: Vec3 } {
  const corners = Array.from({ length: 8 }, (_, c) =>
    transform(affine, shape.map((n, axis) => (c & (1 << axis) ? n - 1 : 0)) as unknown as Vec3),
  );
  const over = (pick: (...n: number[]) => number) =>
    [0, 1, 2].map((axis) => pick(...corners.map((c) => c[axis]!))) as unknown as Vec3;
  return { low: over(Math.min), high: over(Math.max) };
}

function foregroundBar(values: Float32Array, clipBelow: number, percentiles: readonly [number, number]): number {
  const sorted = values.map((v) => (Number.isFinite(v) ? Math.max(v, clipBelow) : 0)).sort();
  const [low, high] = percentiles.map((p) => sorted[Math.floor((p / 100) * (sorted.length - 1))]!) as [number, number];
  return low + FOREGROUND * (high - low);
}

function eachForeground(
  { shape: [nx, ny, nz], affine, values }: Reduced,
  bar: number,
  visit: (place: Vec3) => void,
): void {
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, at++) if (values[at]! > bar) visit(transform(affine, [x, y, z]));
    }
  }
}

function crownOf(reduced: Reduced, bar: number, low: number, high: number): number {
  const slabs = new Float64Array(Math.floor((high - low) / SLAB_MM) + 1);
  eachForeground(reduced, bar, ([, , z]) => {
    slabs[Math.max(0, Math.floor((z - low) / SLAB_MM))]!++;
  });
  const mm2 = Math.abs(determinant(reduced.affine)) / SLAB_MM;
  const crown = slabs.findLastIndex((voxels) => voxels * mm2 >= CROWN_MM2);
  return crown < 0 ? high : low + SLAB_MM * (crown + 1);
}

/** Mean place of the foreground; of the part below the crown that a head can take, when there is a crown. */
function meanPlace(reduced: Reduced, bar: number, crown: number | null): Vec3 | null {
  const sum = [0, 0, 0];
  let voxels = 0;
  eachForeground(reduced, bar, (place) => {
    if (crown !== null && (place[2] > crown || place[2] <= crown - HEAD_MM)) return;
    voxels++;
    for (let axis = 0; axis < 3; axis++) sum[axis]! += place[axis]!;
  });
  return voxels === 0 ? null : (sum.map((s) => s / voxels) as unknown as Vec3);
}
