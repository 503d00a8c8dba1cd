// The fields of the NIfTI-1 (348 bytes, nifti1.h) and NIfTI-2 (540 bytes, nifti2.h) headers: where each is and of what kind.

export type FieldType = 'u8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64';
export interface Field {
  readonly at: number;
  readonly type: FieldType;
  readonly count: number;
}
export const FIELD_BYTES: Record<FieldType, number> = { u8: 1, i16: 2, i32: 4, i64: 8, f32: 4, f64: 8 };

const field = (at: number, type: FieldType, count = 1): Field => ({ at, type, count });

/** Fields that place and scale the voxels, or say what they mean in numbers. Every other byte may hold free text. */
const nifti1 = {
  sizeof_hdr: field(0, 'i32'),
  regular: field(38, 'u8'),
  dim_info: field(39, 'u8'),
  dim: field(40, 'i16', 8),
  intent_p: field(56, 'f32', 3),
  intent_code: field(68, 'i16'),
  datatype: field(70, 'i16'),
  bitpix: field(72, 'i16'),
  slice_start: field(74, 'i16'),
  pixdim: field(76, 'f32', 8),
  vox_offset: field(108, 'f32'),
  scl_slope: field(112, 'f32'),
  scl_inter: field(116, 'f32'),
  slice_end: field(120, 'i16'),
  slice_code: field(122, 'u8'),
  xyzt_units: field(123, 'u8'),
  cal: field(124, 'f32', 2),
  slice_duration: field(132, 'f32'),
  qform_code: field(252, 'i16'),
  sform_code: field(254, 'i16'),
  quatern: field(256, 'f32', 3),
  qoffset: field(268, 'f32', 3),
  srow: field(280, 'f32', 12),
  magic: field(344, 'u8', 4),
} as const;

export type FieldName = keyof typeof nifti1;

const nifti2: Record<FieldName, Field | null> = {
  sizeof_hdr: field(0, 'i32'),
  magic: field(4, 'u8', 8),
  datatype: field(12, 'i16'),
  bitpix: field(14, 'i16'),
  dim: field(16, 'i64', 8),
  intent_p: field(80, 'f64', 3),
  pixdim: field(104, 'f64', 8),
  vox_offset: field(168, 'i64'),
  scl_slope: field(176, 'f64'),
  scl_inter: field(184, 'f64'),
  cal: field(192, 'f64', 2),
  slice_duration: field(208, 'f64'),
  slice_start: field(224, 'i64'),
  slice_end: field(232, 'i64'),
  qform_code: field(344, 'i32'),
  sform_code: field(348, 'i32'),
  quatern: field(352, 'f64', 3),
  qoffset: field(376, 'f64', 3),
  srow: field(400, 'f64', 12),
  slice_code: field(496, 'i32'),
  xyzt_units: field(500, 'i32'),
  intent_code: field(504, 'i32'),
  dim_info: field(524, 'u8'),
  regular: null,
};

export const LAYOUT = { 1: nifti1, 2: nifti2 } as const satisfies Record<1 | 2, Record<FieldName, Field | null>>;
export const HEADER_BYTES = { 1: 348, 2: 540 } as const;

/** The numbers of one field; an absent field is empty. 64-bit integers beyond 2^53 lose digits, which no use here minds. */
export function readField(view: DataView, at: Field | null, littleEndian: boolean): number[] {
  if (at === null) return [];
  const out: number[] = [];
  for (let n = 0; n < at.count; n++) {
    const p = at.at + n * FIELD_BYTES[at.type];
    if (at.type === 'u8') out.push(view.getUint8(p));
    else if (at.type === 'i16') out.push(view.getInt16(p, littleEndian));
    else if (at.type === 'i32') out.push(view.getInt32(p, littleEndian));
    else if (at.type === 'i64') out.push(Number(view.getBigInt64(p, littleEndian)));
    else if (at.type === 'f32') out.push(view.getFloat32(p, littleEndian));
    else out.push(view.getFloat64(p, littleEndian));
  }
  return out;
}
