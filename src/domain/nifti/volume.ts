// Reading a NIfTI-1 or NIfTI-2 file (nifti1.h, nifti2.h; .nii only) without trusting what its header claims.
import { DomainError } from '../errors';
import { type Affine, determinant, spacing, type Vec3 } from './affine';
import { DATATYPES } from './datatypes';
import { type FieldName, HEADER_BYTES, LAYOUT, readField } from './layout';

export interface Volume {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
  /** All dimensions in use, x first. */
  readonly dims: readonly number[];
  readonly shape: Vec3;
  /** How many 3D volumes there are: the product of the dimensions from the fourth on. */
  readonly volumes: number;
  /** Length in mm of a step along each voxel axis, from the affine. */
  readonly spacingMm: Vec3;
  /** Voxel -> RAS mm. */
  readonly affine: Affine;
  readonly affineFrom: 'sform' | 'qform' | 'pixdim';
  readonly datatype: number;
  readonly bytesPerVoxel: number;
  readonly voxOffset: number;
  /** Stored value * slope + inter = real value; 1 and 0 when the header asks for no scaling. */
  readonly sclSlope: number;
  readonly sclInter: number;
  /** The voxels of all volumes as stored, x fastest: a view into the file. */
  readonly data: Uint8Array;
}

const MAX_BYTES = 2 ** 32 - 1;
const MAX_SIDE = 2 ** 20;

/**
 * How many bytes a .nii file has up to its last voxel, from its first 540 bytes (fewer when the file is shorter).
 * @throws DomainError UNREADABLE | UNSUPPORTED for a header that cannot be true
 */
export function niftiLength(head: Uint8Array): number {
  const { voxOffset, needed } = outline(head);
  return voxOffset + needed;
}

/**
 * Where the voxels of a .nii file lie, from its first 540 bytes (fewer when the file is shorter).
 * @throws DomainError UNREADABLE | UNSUPPORTED as readNifti
 */
export function niftiGrid(head: Uint8Array): Pick<Volume, 'shape' | 'affine'> {
  const { dims, get } = outline(head);
  const [x = 1, y = 1, z = 1] = dims;
  return { shape: [x, y, z], affine: affineOf(get).affine };
}

/** Whether two volumes lie on the same voxels, to a hundredth of a voxel. */
export function sameGrid(a: Pick<Volume, 'shape' | 'affine'>, b: Pick<Volume, 'shape' | 'affine'>): boolean {
  const finest = Math.min(...spacing(a.affine));
  const longest = Math.max(...a.shape);
  // The directions are multiplied by voxel indices, the origin is not.
  const near = (n: number) => (finest * 0.01) / (n % 4 === 3 ? 1 : longest);
  return (
    a.shape.every((side, axis) => side === b.shape[axis]) &&
    a.affine.every((value, n) => Math.abs(value - b.affine[n]!) <= near(n))
  );
}

/**
 * A .nii file (not compressed) as a volume whose `data` is a view into `bytes`.
 * @throws DomainError UNREADABLE when the bytes are not what the header claims, UNSUPPORTED for .hdr/.img pairs and unknown datatypes
 */
export function readNifti(bytes: Uint8Array): Volume {
  const { get, needed, ...facts } = outline(bytes);
  if (needed > bytes.byteLength - facts.voxOffset) throw unreadable('it is shorter than its header claims');
  const { affine, affineFrom } = affineOf(get);
  const [sclSlope, sclInter] = scaling(get('scl_slope')[0]!, get('scl_inter')[0]!);
  const [x = 1, y = 1, z = 1, ...rest] = facts.dims;
  return {
    ...facts,
    shape: [x, y, z],
    volumes: rest.reduce((product, n) => product * n, 1),
    spacingMm: spacing(affine),
    affine,
    affineFrom,
    sclSlope,
    sclInter,
    data: bytes.subarray(facts.voxOffset, facts.voxOffset + needed),
  };
}

/** What the header says about the layout of the file, checked as far as it can be without the rest. */
function outline(bytes: Uint8Array) {
  const { version, littleEndian } = kindOf(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const get = (name: FieldName) => readField(view, LAYOUT[version][name], littleEndian);
  checkMagic(get('magic'), version);
  const dims = checkDims(get('dim'));
  const datatype = get('datatype')[0]!;
  const bytesPerVoxel = checkDatatype(datatype, get('bitpix')[0]!);
  const voxOffset = get('vox_offset')[0]!;
  if (!Number.isInteger(voxOffset) || voxOffset < HEADER_BYTES[version] || voxOffset > MAX_BYTES) {
    throw unreadable('its voxels start at an impossible place');
  }
  const needed = dims.reduce((product, n) => product * n, bytesPerVoxel);
  if (voxOffset + needed > MAX_BYTES) throw unreadable('its header claims more than 4 GB of voxels');
  return { version, littleEndian, dims, datatype, bytesPerVoxel, voxOffset, needed, get };
}

function unreadable(what: string): DomainError {
  return new DomainError('UNREADABLE', `This is not a readable NIfTI file: ${what}. Export it again from its source.`);
}

function kindOf(bytes: Uint8Array): { version: 1 | 2; littleEndian: boolean } {
  if (bytes.byteLength < HEADER_BYTES[1]) throw unreadable('it is shorter than a header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === HEADER_BYTES[1]) return { version: 1, littleEndian };
    if (size === HEADER_BYTES[2]) {
      if (bytes.byteLength < HEADER_BYTES[2]) throw unreadable('it is shorter than a header');
      return { version: 2, littleEndian };
    }
  }
  throw unreadable('it does not start with a NIfTI header');
}

function checkMagic(magic: readonly number[], version: 1 | 2): void {
  const text = String.fromCharCode(...magic.slice(0, 3));
  if (text === `n+${version}`) return;
  if (text === `ni${version}`) {
    throw new DomainError('UNSUPPORTED', 'This is half of a .hdr/.img pair. Save it as one .nii file and send that.');
  }
  throw unreadable('its header lacks the NIfTI mark');
}

function checkDims(dim: readonly number[]): number[] {
  const count = dim[0]!;
  if (!Number.isInteger(count) || count < 1 || count > 7)
    throw unreadable('its header names an impossible number of dimensions');
  const dims = dim.slice(1, count + 1);
  if (dims.some((n) => !Number.isInteger(n) || n < 1 || n > MAX_SIDE))
    throw unreadable('its header names an impossible size');
  return dims;
}

function checkDatatype(datatype: number, bitpix: number): number {
  const known = DATATYPES[datatype];
  if (known === undefined)
    throw new DomainError('UNSUPPORTED', 'The voxels of this NIfTI file are of a type that is not known here.');
  if (bitpix !== known.bytes * 8) throw unreadable('its header contradicts itself about the size of a voxel');
  return known.bytes;
}

function scaling(slope: number, inter: number): [number, number] {
  // nifti1.h: a slope of 0 means that the values are not scaled.
  if (slope === 0 || !Number.isFinite(slope) || !Number.isFinite(inter)) return [1, 0];
  return [slope, inter];
}

function affineOf(get: (name: FieldName) => number[]): Pick<Volume, 'affine' | 'affineFrom'> {
  const mm = unitInMm(get('xyzt_units')[0]! & 7);
  const toMm = (m: readonly number[]): Affine => m.map((v, n) => (n < 12 ? v * mm : v));
  if (get('sform_code')[0]! > 0) {
    const affine = toMm([...get('srow'), 0, 0, 0, 1]);
    if (usable(affine)) return { affine, affineFrom: 'sform' };
  }
  if (get('qform_code')[0]! > 0) {
    const affine = toMm(fromQuaternion(get('quatern'), get('qoffset'), get('pixdim')));
    if (usable(affine)) return { affine, affineFrom: 'qform' };
  }
  const [, x, y, z] = get('pixdim').map((n) => Math.abs(n) || 1);
  const affine = toMm([x!, 0, 0, 0, 0, y!, 0, 0, 0, 0, z!, 0, 0, 0, 0, 1]);
  if (!usable(affine)) throw unreadable('its header gives no usable voxel size');
  return { affine, affineFrom: 'pixdim' };
}

/** NaN is a damaged header and refused; a flat matrix places nothing, so the next way to place the voxels is tried. */
function usable(affine: Affine): boolean {
  if (affine.some((n) => !Number.isFinite(n))) throw unreadable('its header places the voxels nowhere');
  const mm = spacing(affine);
  if (mm.some((n) => n < 1e-4 || n > 1e4)) return false;
  return Math.abs(determinant(affine)) > 1e-3 * mm[0] * mm[1] * mm[2];
}

function unitInMm(unit: number): number {
  return unit === 1 ? 1000 : unit === 3 ? 1e-3 : 1;
}

/** nifti1.h, METHOD 2. */
function fromQuaternion(
  [b, c, d]: readonly number[],
  [ox, oy, oz]: readonly number[],
  pixdim: readonly number[],
): number[] {
  const [x, y, z] = [b!, c!, d!];
  const left = 1 - (x * x + y * y + z * z);
  // Rounding in float32 can push the sum past one: it is then a half turn.
  const scale = left < 1e-7 ? 1 / Math.hypot(x, y, z) : 1;
  const [p, q, r] = [x * scale, y * scale, z * scale];
  const a = left < 1e-7 ? 0 : Math.sqrt(left);
  const qfac = pixdim[0]! < 0 ? -1 : 1;
  const [sx, sy, sz] = [Math.abs(pixdim[1]!), Math.abs(pixdim[2]!), Math.abs(pixdim[3]!) * qfac];
  // biome-ignore format: a matrix reads as a matrix
  return [
    (a * a + p * p - q * q - r * r) * sx, (2 * p * q - 2 * a * r) * sy, (2 * p * r + 2 * a * q) * sz, ox!,
    (2 * p * q + 2 * a * r) * sx, (a * a + q * q - p * p - r * r) * sy, (2 * q * r - 2 * a * p) * sz, oy!,
    (2 * p * r - 2 * a * q) * sx, (2 * q * r + 2 * a * p) * sy, (a * a + r * r - q * q - p * p) * sz, oz!,
    0, 0, 0, 1,
  ];
}
