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
}

/**
 * Whether every frame lies in one of the volumes. Frames that do not say where they lie must, with all others, have as many pixels as
 * the volumes have voxels, so that none was passed over.
 */
export function allJudged(files: readonly ShownFrames[], volumes: readonly JudgedVolume[]): boolean {
  if (files.every(({ places, frames }) => places.length === frames && places.every((place) => liesIn(place, volumes))))
    return true;
  const pixels = files.reduce((sum, file) => sum + pixelsOf(file), 0);
  const voxels = volumes.reduce((sum, { shape: [x, y, z], volumes: n }) => sum + x * y * z * n, 0);
  const unplaced = files.every(({ places }) => places.every((place) => pixelToVoxelOf(place, volumes) === null));
  return unplaced && pixels === voxels;
}

const pixelToVoxelOf = (place: SlicePlace, volumes: readonly JudgedVolume[]) =>
  volumes[0] === undefined ? null : pixelToVoxel(place, volumes[0]);

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

function pixelsOf({ places, frames }: ShownFrames): number {
  const first = places[0];
  return first === undefined ? 0 : frames * (first.rows ?? 0) * (first.columns ?? 0);
}
