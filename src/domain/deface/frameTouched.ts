// The mask of a volume that the converter straightened (gantry tilt, uneven slices), on a frame: there no voxel is a pixel, so every
// pixel is removed whose neighbourhood the mask touches.
import { type Affine, transform, type Vec3 } from '../nifti/affine';
import { type DefacedVolume, type Frame, headerScale } from './frame';
import { pixelToVoxel } from './framePlanes';

/** A frame and its straightened volume must be this much alike, or the frame is not where it says. */
const ALIKE = 0.95;

/** Marks what the mask touches of the frame. 0; null when the frame does not lie in the volume, or does not look like it. */
export function removeTouched(frame: Frame, volume: DefacedVolume, removed: Uint8Array, fill: Float64Array): 0 | null {
  const toVoxel = pixelToVoxel(frame.place, volume);
  if (toVoxel === null || frame.place.wholeVolume) return null;
  const start = mostAlike(frame, volume, toVoxel);
  if (start === null) return null;
  const { slope, intercept } = headerScale(frame, volume);
  const removedNear = nearRemoved(volume);
  for (const mm of offsetsOf(frame, toVoxel)) {
    eachVoxel(frame, toVoxel, mm, (pixel, x, y, z) => {
      if (removed[pixel] === 1) return;
      const voxel = removedNear(x, y, z);
      if (voxel < 0) return;
      removed[pixel] = 1;
      fill[pixel] = Math.round((volume.values[start + voxel]! - intercept) / slope);
    });
  }
  return 0;
}

/** Calls `visit` with every pixel of a frame and its place among the voxels, `mm` away along the frame's normal. */
function eachVoxel(
  { rows, columns }: Frame,
  m: Affine,
  mm: number,
  visit: (pixel: number, x: number, y: number, z: number) => void,
): void {
  const [right, down] = [[m[0]!, m[4]!, m[8]!] as const, [m[1]!, m[5]!, m[9]!] as const];
  const [sx, sy, sz] = transform(m, [0, 0, mm]);
  for (let row = 0, pixel = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, pixel++)
      visit(
        pixel,
        sx + right[0] * column + down[0] * row,
        sy + right[1] * column + down[1] * row,
        sz + right[2] * column + down[2] * row,
      );
}

/** Places (mm along the normal) through the thickness of a slice, none further from the next than half a voxel. */
function offsetsOf({ place }: Frame, toVoxel: Affine): number[] {
  const half = (place.sliceThickness ?? 0) / 2;
  const voxelsPerMm = Math.max(...[2, 6, 10].map((n) => Math.abs(toVoxel[n]!)));
  const steps = Math.ceil(half * voxelsPerMm * 2);
  return Array.from({ length: 2 * steps + 1 }, (_, n) => (steps === 0 ? 0 : (half * (n - steps)) / steps));
}

/** Finds a removed voxel among the eight around a place, -1 when there is none. */
function nearRemoved({ shape: [nx, ny, nz], mask }: DefacedVolume): (x: number, y: number, z: number) => number {
  return (x, y, z) => {
    const [i0, j0, k0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    if (i0 < -1 || j0 < -1 || k0 < -1 || i0 >= nx || j0 >= ny || k0 >= nz) return -1;
    for (let k = Math.max(0, k0); k <= k0 + 1 && k < nz; k++)
      for (let j = Math.max(0, j0); j <= j0 + 1 && j < ny; j++)
        for (let i = Math.max(0, i0); i <= i0 + 1 && i < nx; i++) {
          const voxel = (k * ny + j) * nx + i;
          if (mask[voxel] === 1) return voxel;
        }
    return -1;
  };
}

/** Where the 3D volume begins that looks like the frame at the frame's place; null when none does. */
function mostAlike(frame: Frame, volume: DefacedVolume, toVoxel: Affine): number | null {
  const pairs = keptPairs(frame, volume, toVoxel);
  if (pairs === null) return null;
  let best: number | null = null;
  let alike = ALIKE;
  for (let start = 0; start < volume.values.length; start += volume.mask.length) {
    const r = correlation(pairs, frame.values, volume.values, start);
    if (r >= alike) [best, alike] = [start, r];
  }
  return best;
}

/** Kept pixels, each followed by its nearest voxel; null when a corner of the frame lies outside of the volume. */
function keptPairs(frame: Frame, { shape, mask }: DefacedVolume, toVoxel: Affine): Uint32Array | null {
  const { rows, columns } = frame;
  const inside = (at: Vec3) => at.every((voxel, axis) => voxel > -1 && voxel < shape[axis]!);
  const corners = [0, columns - 1].flatMap((x) => [0, rows - 1].map((y) => transform(toVoxel, [x, y, 0])));
  if (!corners.every(inside)) return null;
  const pairs = new Uint32Array(2 * rows * columns);
  let length = 0;
  eachVoxel(frame, toVoxel, 0, (pixel, x, y, z) => {
    const [i, j, k] = [nearest(x, shape[0]), nearest(y, shape[1]), nearest(z, shape[2])];
    const voxel = (k * shape[1] + j) * shape[0] + i;
    if (mask[voxel] === 1) return;
    pairs[length++] = pixel;
    pairs[length++] = voxel;
  });
  return pairs.subarray(0, length);
}

const nearest = (at: number, side: number) => Math.min(side - 1, Math.max(0, Math.round(at)));

/** Pearson's r of pixels and voxels; 1 when both are the same everywhere, or there are none. */
function correlation(pairs: Uint32Array, pixels: ArrayLike<number>, voxels: ArrayLike<number>, start: number): number {
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let n = 0; n < pairs.length; n += 2) {
    const [x, y] = [pixels[pairs[n]!]!, voxels[start + pairs[n + 1]!]!];
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += x * y;
  }
  const count = pairs.length / 2;
  const [vx, vy] = [count * sxx - sx * sx, count * syy - sy * sy];
  if (count === 0 || (vx === 0 && vy === 0)) return 1;
  return (count * sxy - sx * sy) / Math.sqrt(vx * vy);
}
