// Cutting a NIfTI header to an allow-list: what places, scales and types the voxels stays, every other byte becomes zero.
import { FIELD_BYTES, type Field, type FieldName, LAYOUT, readField } from './layout';
import { readNifti, type Volume } from './volume';

const MAGIC = { 1: [0x6e, 0x2b, 0x31, 0], 2: [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a] } as const;

/**
 * The same file with free text (descrip, aux_file, intent_name, db_name), extensions and unused bytes and fields zeroed, and what
 * follows the last voxel cut off. Voxels, their offset, geometry, scaling and datatype are untouched; a clean file comes back unchanged.
 * @throws DomainError as readNifti
 */
export function cleanHeader(bytes: Uint8Array): Uint8Array {
  const volume = readNifti(bytes);
  const end = volume.voxOffset + volume.data.byteLength;
  const out = new Uint8Array(bytes.subarray(0, end));
  out.fill(0, 0, volume.voxOffset);
  const kept = Object.values<Field | null>(LAYOUT[volume.version]);
  for (const field of kept) {
    if (field !== null) copy(bytes, out, field.at, field.count * FIELD_BYTES[field.type]);
  }
  out.set(MAGIC[volume.version], LAYOUT[volume.version].magic!.at);
  if (volume.version === 1) keepRegular(out);
  clearUnused(out, volume);
  return out;
}

/** Dimensions beyond those in use are 1, and a form that the header says is none is zero: nobody reads them, so they may say anything. */
function clearUnused(out: Uint8Array, { version, littleEndian, dims }: Volume): void {
  const layout = LAYOUT[version];
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const zero = (name: FieldName) => {
    const { at, type, count } = layout[name]!;
    out.fill(0, at, at + count * FIELD_BYTES[type]);
  };
  const off = (code: 'sform_code' | 'qform_code') => readField(view, layout[code], littleEndian)[0] === 0;
  if (off('sform_code')) zero('srow');
  if (off('qform_code')) for (const name of ['quatern', 'qoffset'] as const) zero(name);
  for (const [i, length] of readField(view, layout.dim, littleEndian).entries()) {
    if (i <= dims.length || length === 0 || length === 1) continue;
    const at = layout.dim!.at + i * FIELD_BYTES[layout.dim!.type];
    if (version === 1) view.setInt16(at, 1, littleEndian);
    else view.setBigInt64(at, 1n, littleEndian);
  }
}

/** 'regular' is the letter r or nothing. */
function keepRegular(out: Uint8Array): void {
  if (out[38] !== 'r'.charCodeAt(0)) out[38] = 0;
}

function copy(from: Uint8Array, to: Uint8Array, at: number, length: number): void {
  to.set(from.subarray(at, at + length), at);
}
