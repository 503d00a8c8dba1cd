// Where the pixels of a DICOM frame lie among the voxels of the volumes that were made of it (PS3.3 C.7.6.2.1.1): geometry only.
import type { SlicePlace } from '../dicom/geometry';
import { type Affine, compose, invert, transform, type Vec3 } from '../nifti/affine';

export interface VoxelGrid {
  readonly shape: Vec3;
  /** Voxel -> RAS mm. */
  readonly affine: Affine;
}

/** A rectangle of a frame whose pixels are, one to one, the voxels of one slice of a volume. */
export interface FramePlane {
  /** Where the rectangle lies in the frame, in pixels from 0. */
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
  /** Voxel of the rectangle's first pixel, and the steps to its neighbours on the right and below (x fastest). */
  readonly first: number;
  readonly right: number;
  readonly down: number;
}

/** How far a pixel's middle may lie from its voxel's, in voxels: headers are written with few decimals. */
const NEAR = 0.2;

/**
 * (column, row, mm along the slice's normal) of a frame -> voxel of a grid; null when the frame does not say where it lies.
 * DICOM's LPS is turned into NIfTI's RAS.
 */
export function pixelToVoxel(place: SlicePlace, { affine }: Pick<VoxelGrid, 'affine'>): Affine | null {
  const { position, orientation, pixelSpacing } = place;
  if (position === null || orientation === null || pixelSpacing === null) return null;
  const [rx, ry, rz, cx, cy, cz] = orientation;
  const [downMm, rightMm] = pixelSpacing;
  const [px, py, pz] = position;
  const [nx, ny, nz] = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  // biome-ignore format: a matrix reads as a matrix
  const toRas = [
    -rx * rightMm, -cx * downMm, -nx, -px,
    -ry * rightMm, -cy * downMm, -ny, -py,
    rz * rightMm, cz * downMm, nz, pz,
    0, 0, 0, 1,
  ];
  return compose(invert(affine), toRas);
}

/** The slices of a grid that a frame shows: one, or all of them as tiles (mosaic); null unless pixels and voxels are one to one. */
export function framePlanes(place: SlicePlace, grid: VoxelGrid): FramePlane[] | null {
  if (place.wholeVolume) return mosaicPlanes(place, grid);
  const plane = onePlane(place, grid);
  return plane && [plane];
}

function onePlane(place: SlicePlace, grid: VoxelGrid): FramePlane | null {
  const { rows, columns } = place;
  const toVoxel = pixelToVoxel(place, grid);
  if (toVoxel === null || rows === null || columns === null) return null;
  const [right, down] = [unitStep(toVoxel, 0), unitStep(toVoxel, 1)];
  if (right === null || down === null || right.axis === down.axis) return null;
  const { shape } = grid;
  if (shape[right.axis] !== columns || shape[down.axis] !== rows) return null;
  const start = transform(toVoxel, [0, 0, 0]).map(Math.round) as unknown as Vec3;
  for (const [x, y] of [[0, 0] as const, [columns - 1, 0] as const, [0, rows - 1] as const]) {
    const found = transform(toVoxel, [x, y, 0]);
    for (const axis of [0, 1, 2] as const) {
      const along = axis === right.axis ? right.sign * x : axis === down.axis ? down.sign * y : 0;
      const voxel = start[axis] + along;
      if (voxel < 0 || voxel >= shape[axis] || !(Math.abs(found[axis] - voxel) <= NEAR)) return null;
    }
  }
  const stride = [1, shape[0], shape[0] * shape[1]] as const;
  const first = start.reduce((sum, voxel, axis) => sum + voxel * stride[axis]!, 0);
  const step = ({ axis, sign }: Step) => sign * stride[axis];
  return { x: 0, y: 0, columns, rows, first, right: step(right), down: step(down) };
}

interface Step {
  readonly axis: 0 | 1 | 2;
  readonly sign: 1 | -1;
}

/** Along which voxel axis a step of one pixel goes, when it goes along one only. */
function unitStep(toVoxel: Affine, column: number): Step | null {
  const along = ([0, 1, 2] as const).filter((row) => Math.abs(toVoxel[row * 4 + column]!) > 0.5);
  const axis = along[0];
  if (axis === undefined || along.length > 1) return null;
  return { axis, sign: toVoxel[axis * 4 + column]! < 0 ? -1 : 1 };
}

/**
 * The tiles of a mosaic, row by row from the top left: a square of tiles as small as will hold all slices. Its position is that of
 * a frame of its whole size around the middle of the first slice.
 */
function mosaicPlanes(place: SlicePlace, grid: VoxelGrid): FramePlane[] | null {
  const { position, orientation, pixelSpacing, rows, columns } = place;
  if (!position || !orientation || !pixelSpacing || rows === null || columns === null) return null;
  const [nx, ny, nz] = grid.shape;
  const side = Math.ceil(Math.sqrt(nz));
  const [width, height] = [columns / side, rows / side];
  const [right, down] = [((columns - width) / 2) * pixelSpacing[1], ((rows - height) / 2) * pixelSpacing[0]];
  const first = position.map((mm, i) => mm + orientation[i]! * right + orientation[i + 3]! * down) as unknown as Vec3;
  const tile = onePlane({ ...place, position: first, columns: width, rows: height, wholeVolume: false }, grid);
  // The slices follow each other along the last axis, from one end or the other.
  if (tile === null || Math.abs(tile.right) >= nx * ny || Math.abs(tile.down) >= nx * ny) return null;
  const slice = Math.floor(tile.first / (nx * ny));
  if (slice !== 0 && slice !== nz - 1) return null;
  const step = slice === 0 ? nx * ny : -nx * ny;
  return Array.from({ length: nz }, (_, n) => ({
    ...tile,
    x: (n % side) * width,
    y: Math.floor(n / side) * height,
    first: tile.first + n * step,
  }));
}
