// Whether everything that a series' DICOM shows is in the volumes of it that were looked at.
import type { SlicePlace } from '../dicom/geometry';
import { transform } from '../nifti/affine';
import { framePlanes, pixelToVoxel, type VoxelGrid } from './framePlanes';

/** What one file shows: the places of its frames, which may be fewer than its frames when it does not tell them apart. */
export interface ShownFrames {
  readonly places: readonly SlicePlace[];
  readonly frames: number;
}
interface JudgedVolume extends VoxelGrid {
  /** How many 3D volumes there are. */
  readonly volumes: number;
  readonly straightened: boolean;
}

/**
 * Whether every frame lies in one of the volumes, and there are as many pixels as voxels: then none was passed over. Frames that do
 * not say where they lie are counted only; so are none when a volume was straightened, where no voxel is a pixel.
 */
export function allJudged(files: readonly ShownFrames[], volumes: readonly JudgedVolume[]): boolean {
  const placed = files.filter(({ places }) => places.some(({ position }) => position !== null));
  const allLie = placed.every(
    ({ places, frames }) => places.length === frames && places.every((place) => liesIn(place, volumes)),
  );
  if (!allLie) return false;
  if (placed.length === files.length && volumes.some(({ straightened }) => straightened)) return true;
  const pixels = files.reduce((sum, file) => sum + pixelsOf(file, volumes), 0);
  const voxels = volumes.reduce((sum, { shape: [x, y, z], volumes: n }) => sum + x * y * z * n, 0);
  return pixels === voxels;
}

function liesIn(place: SlicePlace, volumes: readonly JudgedVolume[]): boolean {
  return volumes.some((volume) => {
    if (place.wholeVolume) return framePlanes(place, volume) !== null;
    const toVoxel = pixelToVoxel(place, volume);
    const { rows, columns } = place;
    if (toVoxel === null || rows === null || columns === null) return false;
    const corners = [0, columns - 1].flatMap((x) => [0, rows - 1].map((y) => transform(toVoxel, [x, y, 0])));
    return corners.every((at) => at.every((v, axis) => v > -0.6 && v < volume.shape[axis]! - 0.4));
  });
}

/** Pixels of a file's frames; of a mosaic without its empty tiles. */
function pixelsOf({ places, frames }: ShownFrames, volumes: readonly JudgedVolume[]): number {
  const first = places[0];
  if (first === undefined) return 0;
  if (first.wholeVolume) {
    const volume = volumes.find((one) => framePlanes(first, one) !== null);
    return volume === undefined ? 0 : volume.shape.reduce((product, n) => product * n, 1);
  }
  return frames * (first.rows ?? 0) * (first.columns ?? 0);
}
