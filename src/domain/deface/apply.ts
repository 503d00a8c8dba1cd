// Applying a mask to the bytes of a NIfTI file, and looking again at what came out.
import { encodeValue, storedValues } from '../nifti/datatypes';
import type { Volume } from '../nifti/volume';
import { scanToGrid, voxelsOf } from './grid';
import type { Segmentation } from './segmentation';

/**
 * A copy of the file in which every masked voxel holds the fill: all other bytes, header included, are the same.
 * @param mask one byte per voxel of one 3D volume, x fastest; used for every volume of a series
 * @param fills one stored value (not scaled) per 3D volume
 */
export function applyMask(bytes: Uint8Array, volume: Volume, mask: Uint8Array, fills: readonly number[]): Uint8Array {
  const out = new Uint8Array(bytes);
  const { bytesPerVoxel, voxOffset, datatype, littleEndian } = volume;
  const size = voxelsOf(volume.shape);
  for (let v = 0; v < volume.volumes; v++) {
    const fill = encodeValue(fills[v]!, datatype, littleEndian);
    const start = voxOffset + v * size * bytesPerVoxel;
    for (let n = 0; n < size; n++) if (mask[n] === 1) out.set(fill, start + n * bytesPerVoxel);
  }
  return out;
}

/**
 * The scan's own background, as stored value per 3D volume: the median where the network is sure to see nothing, else the lowest value.
 */
export function backgroundOf(volume: Volume, { grid, background }: Segmentation): number[] {
  const places = backgroundPlaces(volume, grid.shape, background, scanToGrid(volume, grid));
  const stored = storedValues(volume.data, volume.datatype, volume.littleEndian);
  const size = voxelsOf(volume.shape);
  return Array.from({ length: volume.volumes }, (_, v) => {
    const values = stored.subarray(v * size, (v + 1) * size);
    return places.length >= 50 ? median(places.map((n) => values[n]!)) : lowest(values);
  });
}

const MOST_PLACES = 20000;

function backgroundPlaces(
  { shape: [nx, ny, nz] }: Volume,
  [gx, gy, gz]: readonly number[],
  background: Float32Array,
  m: readonly number[],
): number[] {
  const places: number[] = [];
  const size = nx * ny * nz;
  // A step without common divisors with the rows spreads the places over the whole scan.
  const step = Math.max(1, Math.floor(size / (MOST_PLACES * 4))) | 1;
  for (let n = 0; n < size && places.length < MOST_PLACES; n += step) {
    const i = n % nx;
    const j = Math.floor(n / nx) % ny;
    const k = Math.floor(n / (nx * ny));
    const at = (r: number) => Math.round(m[r]! * i + m[r + 1]! * j + m[r + 2]! * k + m[r + 3]!);
    const [x, y, z] = [at(0), at(4), at(8)];
    if (x < 0 || y < 0 || z < 0 || x >= gx! || y >= gy! || z >= gz!) continue;
    if (background[(x * gy! + y) * gz! + z]! > 0.95) places.push(n);
  }
  return places;
}

function median(values: number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function lowest(values: ArrayLike<number>): number {
  let low = Infinity;
  for (let n = 0; n < values.length; n++) if (values[n]! < low) low = values[n]!;
  return Number.isFinite(low) ? low : 0;
}

export interface SecondLook {
  /** Voxels (over all volumes) outside the mask that differ from the input: must be 0. */
  readonly changedOutside: number;
  /** Voxels inside the mask that do not hold the fill: must be 0. */
  readonly leftInside: number;
  /** Whether every byte before the voxels is the same. */
  readonly sameHeader: boolean;
}

/** Compares a written file with its input, byte by byte and independently of how the mask was applied. */
export function lookAgain(
  before: Uint8Array,
  after: Uint8Array,
  volume: Volume,
  mask: Uint8Array,
  fills: readonly number[],
): SecondLook {
  const { bytesPerVoxel, voxOffset, datatype, littleEndian, volumes } = volume;
  const size = voxelsOf(volume.shape);
  let changedOutside = before.length === after.length ? 0 : 1;
  let leftInside = 0;
  for (let v = 0; v < volumes; v++) {
    const fill = encodeValue(fills[v]!, datatype, littleEndian);
    for (let n = 0, at = voxOffset + v * size * bytesPerVoxel; n < size; n++, at += bytesPerVoxel) {
      const masked = mask[n] === 1;
      for (let b = 0; b < bytesPerVoxel; b++) {
        if (after[at + b] === (masked ? fill[b] : before[at + b])) continue;
        if (masked) leftInside++;
        else changedOutside++;
        break;
      }
    }
  }
  let sameHeader = true;
  for (let n = 0; n < voxOffset; n++) if (before[n] !== after[n]) sameHeader = false;
  return { changedOutside, leftInside, sameHeader };
}
