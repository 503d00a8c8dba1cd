// One frame of a DICOM image beside the defaced volumes of its series, and what is removed of it.
import type { SlicePlace } from '../dicom/geometry';
import type { VoxelArray } from '../nifti/datatypes';
import type { VoxelGrid } from './framePlanes';

/** One defaced NIfTI file of the series, x fastest. */
export interface DefacedVolume extends VoxelGrid {
  /** How many 3D volumes there are. */
  readonly volumes: number;
  /** Stored values of all 3D volumes, as they are released. */
  readonly values: VoxelArray;
  /** 1 = removed; one 3D volume, for all of them. */
  readonly mask: Uint8Array;
  /** Stored value * slope + inter = real value. */
  readonly sclSlope: number;
  readonly sclInter: number;
  /** The converter straightened it: its voxels are not the frame's pixels, only near them. */
  readonly straightened: boolean;
}

/** One frame as it was before its face was removed. */
export interface Frame {
  readonly place: SlicePlace;
  readonly rows: number;
  readonly columns: number;
  /** Pixel values, row by row, not scaled. */
  readonly values: Float64Array;
  /** Pixel value * slope + intercept = real value, as the header says; used where pixels cannot tell. */
  readonly rescale: Scale;
}

export interface Scale {
  readonly slope: number;
  readonly intercept: number;
}

export interface FrameCut {
  /** 1 = removed. */
  readonly removed: Uint8Array;
  /** The pixel value that stands in each removed pixel, whole numbers. */
  readonly fill: Float64Array;
  /** Voxels of the volumes that the frame was found to be; 0 where a volume was straightened. */
  readonly voxels: number;
}

/** Stored voxel of a pixel by the scaling that both headers name. */
export function headerScale({ rescale }: Pick<Frame, 'rescale'>, { sclSlope, sclInter }: DefacedVolume): Scale {
  const [slope, intercept] = [rescale.slope / sclSlope, (rescale.intercept - sclInter) / sclSlope];
  return Number.isFinite(slope) && slope !== 0 && Number.isFinite(intercept)
    ? { slope, intercept }
    : { slope: 1, intercept: 0 };
}
