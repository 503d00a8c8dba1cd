// A scan as the network wants it: averaged down to the grid's spacing, sampled on the grid, scaled to 0..1 (models/deface/training/scanner.py, normalise).
import { DomainError } from '../errors';
import { type Affine, compose, invert, spacing, type Vec3 } from '../nifti/affine';
import { isScalar, storedValues } from '../nifti/datatypes';
import type { Volume } from '../nifti/volume';
import { boxOf, type Grid, gridAt, voxelsOf } from './grid';
import type { ModelManifest } from './manifest';

/** Real values on a coarser version of the scan's own grid, x fastest; NaN where the scan has none. */
export interface Reduced {
  readonly shape: Vec3;
  readonly affine: Affine;
  readonly values: Float32Array;
}

export interface Prepared {
  readonly grid: Grid;
  /** [X, Y, Z], z fastest, 0..1; 0 outside the scan. */
  readonly image: Float32Array;
  /** 1 where the grid voxel lies inside the scan. */
  readonly seen: Uint8Array;
  /** Whether the values differ at all. */
  readonly hasContrast: boolean;
}

const MAX_AVERAGED_VOLUMES = 8;

/**
 * Averages blocks of voxels so that none is finer than half the grid; of a 4D series up to eight volumes are averaged.
 * @throws DomainError UNSUPPORTED for colour and complex voxels
 */
export function reduce(volume: Volume, gridMm: number): Reduced {
  if (!isScalar(volume.datatype)) {
    throw new DomainError(
      'UNSUPPORTED',
      'Colour and complex images cannot be defaced here yet. Leave this series out, or send its magnitude.',
    );
  }
  const mm = spacing(volume.affine);
  const factor = mm.map((n) => Math.max(1, Math.floor(gridMm / n + 1e-3))) as unknown as Vec3;
  const shape = volume.shape.map((n, axis) => Math.ceil(n / factor[axis]!)) as unknown as Vec3;
  const sums = new Float32Array(voxelsOf(shape));
  const counts = new Uint32Array(sums.length);
  const stored = storedValues(volume.data, volume.datatype, volume.littleEndian);
  const size = voxelsOf(volume.shape);
  const taken = Math.min(volume.volumes, MAX_AVERAGED_VOLUMES);
  for (let n = 0; n < taken; n++) {
    const at = Math.floor((n * volume.volumes) / taken) * size;
    addBlocks(stored.subarray(at, at + size), volume.shape, factor, shape, sums, counts);
  }
  for (let n = 0; n < sums.length; n++) {
    sums[n] = counts[n] === 0 ? Number.NaN : (sums[n]! / counts[n]!) * volume.sclSlope + volume.sclInter;
  }
  // The middle of block b is voxel b * factor + (factor - 1) / 2.
  const [fx, fy, fz] = factor;
  const toVoxel = [fx, 0, 0, (fx - 1) / 2, 0, fy, 0, (fy - 1) / 2, 0, 0, fz, (fz - 1) / 2, 0, 0, 0, 1];
  return { shape, affine: compose(volume.affine, toVoxel), values: sums };
}

function addBlocks(
  values: ArrayLike<number>,
  [nx, ny, nz]: Vec3,
  [fx, fy, fz]: Vec3,
  [rx, ry]: Vec3,
  sums: Float32Array,
  counts: Uint32Array,
): void {
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = (Math.floor(z / fz) * ry + Math.floor(y / fy)) * rx;
      for (let x = 0, to = row; x < nx; to++) {
        for (const end = Math.min(nx, x + fx); x < end; x++, at++) {
          const v = values[at]!;
          if (v - v !== 0) continue; // NaN or infinite
          sums[to]! += v;
          counts[to]!++;
        }
      }
    }
  }
}

/** Grid centres (RAS mm) along the longest axis of a scan that is longer than the grid: where else to look for a head. */
export function windows(volume: Volume, manifest: ModelManifest): Vec3[] {
  const { low, high } = boxOf(volume);
  const axis = longest(low, high);
  const side = manifest.shape[axis]! * manifest.spacingMm;
  const length = high[axis]! - low[axis]!;
  const middle = low.map((l, n) => (l + high[n]!) / 2);
  if (length <= side) return [];
  const count = Math.ceil((length - side) / (side * 0.6)) + 1;
  return Array.from({ length: count }, (_, n) => {
    const at = high[axis]! - side / 2 - (n * (length - side)) / (count - 1);
    return middle.map((m, k) => (k === axis ? at : m)) as unknown as Vec3;
  });
}

function longest(low: Vec3, high: Vec3): number {
  const lengths = low.map((l, axis) => high[axis]! - l);
  return lengths.indexOf(Math.max(...lengths));
}

/** The reduced scan on a grid around `centre`, scaled as the network was trained. */
export function prepare(
  reduced: Reduced,
  manifest: Pick<ModelManifest, 'shape' | 'spacingMm' | 'clipBelow' | 'percentiles'>,
  centre: Vec3,
): Prepared {
  const grid = gridAt(centre, manifest.shape, manifest.spacingMm);
  const image = new Float32Array(voxelsOf(grid.shape));
  const seen = new Uint8Array(image.length);
  sample(reduced, grid, image, seen);
  const hasContrast = normalise(image, seen, manifest);
  return { grid, image, seen, hasContrast };
}

/** Trilinear; up to half a voxel beyond the outermost centres the edge is repeated, as the scan's voxels reach that far. */
function sample({ shape, affine, values }: Reduced, grid: Grid, image: Float32Array, seen: Uint8Array): void {
  const m = compose(invert(affine), grid.affine);
  const [nx, ny, nz] = shape;
  const [gx, gy, gz] = grid.shape;
  let at = 0;
  for (let x = 0; x < gx; x++) {
    for (let y = 0; y < gy; y++) {
      let i = m[0]! * x + m[1]! * y + m[3]!;
      let j = m[4]! * x + m[5]! * y + m[7]!;
      let k = m[8]! * x + m[9]! * y + m[11]!;
      for (let z = 0; z < gz; z++, at++, i += m[2]!, j += m[6]!, k += m[10]!) {
        if (i < -0.5 || j < -0.5 || k < -0.5 || i > nx - 0.5 || j > ny - 0.5 || k > nz - 0.5) continue;
        const v = trilinear(values, nx, ny, nz, i, j, k);
        if (v - v !== 0) continue;
        image[at] = v;
        seen[at] = 1;
      }
    }
  }
}

function trilinear(values: Float32Array, nx: number, ny: number, nz: number, i: number, j: number, k: number): number {
  const x = Math.min(Math.max(i, 0), nx - 1);
  const y = Math.min(Math.max(j, 0), ny - 1);
  const z = Math.min(Math.max(k, 0), nz - 1);
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const z0 = Math.floor(z);
  const dx = x0 + 1 < nx ? 1 : 0;
  const dy = y0 + 1 < ny ? nx : 0;
  const dz = z0 + 1 < nz ? nx * ny : 0;
  const at = (z0 * ny + y0) * nx + x0;
  const fx = x - x0;
  const fy = y - y0;
  const front = mix(mix(values[at]!, values[at + dx]!, fx), mix(values[at + dy]!, values[at + dy + dx]!, fx), fy);
  const up = at + dz;
  const back = mix(mix(values[up]!, values[up + dx]!, fx), mix(values[up + dy]!, values[up + dy + dx]!, fx), fy);
  return mix(front, back, z - z0);
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function normalise(
  image: Float32Array,
  seen: Uint8Array,
  { clipBelow, percentiles }: Pick<ModelManifest, 'clipBelow' | 'percentiles'>,
): boolean {
  let count = 0;
  const values = new Float32Array(Math.ceil(image.length / 3));
  for (let n = 0; n < image.length; n++) {
    if (seen[n] === 0) continue;
    if (image[n]! < clipBelow) image[n] = clipBelow;
    if (n % 3 === 0) values[count++] = image[n]!;
  }
  const sorted = values.subarray(0, count).sort();
  const at = (percent: number) => sorted[Math.floor((percent / 100) * (count - 1))] ?? 0;
  const [low, high] = [at(percentiles[0]), at(percentiles[1])];
  const span = Math.max(high - low, 1e-6);
  for (let n = 0; n < image.length; n++) {
    if (seen[n] === 1) image[n] = Math.min(1, Math.max(0, (image[n]! - low) / span));
  }
  return high - low > 1e-6 * Math.max(1, Math.abs(high));
}
