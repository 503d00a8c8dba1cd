// Writing a small NIfTI-1 file (nifti1.h), little endian: masks, and generated volumes.
import { type Affine, spacing, type Vec3 } from './affine';
import { DATATYPES } from './datatypes';
import { LAYOUT } from './layout';

export interface NiftiContent {
  readonly shape: Vec3;
  /** How many 3D volumes `data` holds; 1 unless given. */
  readonly volumes?: number;
  /** Voxel -> RAS mm; written as sform. */
  readonly affine: Affine;
  /** NIfTI datatype code; `data` is in it, little endian, x fastest. */
  readonly datatype: number;
  readonly data: Uint8Array;
}

const VOXELS_AT = 352;

/** A NIfTI-1 file with the given voxels, no text and no scaling. */
export function writeNifti({ shape, volumes = 1, affine, datatype, data }: NiftiContent): Uint8Array {
  const out = new Uint8Array(VOXELS_AT + data.byteLength);
  const view = new DataView(out.buffer);
  const at = LAYOUT[1];
  view.setInt32(at.sizeof_hdr.at, 348, true);
  const dim = [volumes > 1 ? 4 : 3, ...shape, volumes, 1, 1, 1];
  dim.forEach((n, k) => {
    view.setInt16(at.dim.at + 2 * k, n, true);
  });
  view.setInt16(at.datatype.at, datatype, true);
  view.setInt16(at.bitpix.at, DATATYPES[datatype]!.bytes * 8, true);
  [1, ...spacing(affine), 1, 1, 1, 1].forEach((n, k) => {
    view.setFloat32(at.pixdim.at + 4 * k, n, true);
  });
  view.setFloat32(at.vox_offset.at, VOXELS_AT, true);
  view.setFloat32(at.scl_slope.at, 1, true);
  view.setUint8(at.xyzt_units.at, 2);
  view.setInt16(at.sform_code.at, 1, true);
  affine.slice(0, 12).forEach((n, k) => {
    view.setFloat32(at.srow.at + 4 * k, n, true);
  });
  out.set([0x6e, 0x2b, 0x31], at.magic.at);
  out.set(data, VOXELS_AT);
  return out;
}
