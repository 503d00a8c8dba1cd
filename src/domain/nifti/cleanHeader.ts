// Cutting a NIfTI header to an allow-list: what places, scales and types the voxels stays, every other byte becomes zero.
import { FIELD_BYTES, type Field, LAYOUT } from './layout';
import { readNifti } from './volume';

/**
 * The same file with free text (descrip, aux_file, intent_name, db_name), extensions and unused bytes zeroed, and what follows the
 * last voxel cut off. Voxels, their offset, geometry, scaling and datatype are untouched; a clean file comes back unchanged.
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
  if (volume.version === 1) keepRegular(out);
  return out;
}

/** 'regular' is the letter r or nothing. */
function keepRegular(out: Uint8Array): void {
  if (out[38] !== 'r'.charCodeAt(0)) out[38] = 0;
}

function copy(from: Uint8Array, to: Uint8Array, at: number, length: number): void {
  to.set(from.subarray(at, at + length), at);
}
