// The voxel datatypes of NIfTI (nifti1.h, DT_*): bytes per voxel, and which of them are one plain number.

interface Datatype {
  readonly name: string;
  readonly bytes: number;
  /** How one number is stored; null for RGB, complex and 128-bit types. */
  readonly number: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32' | 'f64' | null;
}

export const DATATYPES: Readonly<Record<number, Datatype>> = {
  2: { name: 'uint8', bytes: 1, number: 'u8' },
  4: { name: 'int16', bytes: 2, number: 'i16' },
  8: { name: 'int32', bytes: 4, number: 'i32' },
  16: { name: 'float32', bytes: 4, number: 'f32' },
  32: { name: 'complex64', bytes: 8, number: null },
  64: { name: 'float64', bytes: 8, number: 'f64' },
  128: { name: 'RGB24', bytes: 3, number: null },
  256: { name: 'int8', bytes: 1, number: 'i8' },
  512: { name: 'uint16', bytes: 2, number: 'u16' },
  768: { name: 'uint32', bytes: 4, number: 'u32' },
  1024: { name: 'int64', bytes: 8, number: 'i64' },
  1280: { name: 'uint64', bytes: 8, number: 'u64' },
  1536: { name: 'float128', bytes: 16, number: null },
  1792: { name: 'complex128', bytes: 16, number: null },
  2048: { name: 'complex256', bytes: 32, number: null },
  2304: { name: 'RGBA32', bytes: 4, number: null },
};

export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

/** Whether the voxels are plain numbers, so that they can be looked at by the network. */
export function isScalar(datatype: number): boolean {
  return DATATYPES[datatype]?.number != null;
}

/**
 * Stored values (not scaled) as a typed array, x fastest: a view where byte order and alignment allow it, else a copy.
 * 64-bit integers become doubles. The datatype must be scalar.
 */
export function storedValues(data: Uint8Array, datatype: number, littleEndian: boolean): VoxelArray {
  const kind = DATATYPES[datatype]?.number;
  if (kind == null) throw new TypeError(`datatype ${datatype} is not one number`);
  const count = Math.floor(data.byteLength / DATATYPES[datatype]!.bytes);
  if (kind === 'u64' || kind === 'i64') return wideValues(data, count, kind, littleEndian);
  const Kind = ARRAYS[kind];
  const size = Kind.BYTES_PER_ELEMENT;
  if (size === 1 || (littleEndian && data.byteOffset % size === 0)) {
    return new Kind(data.buffer as ArrayBuffer, data.byteOffset, count);
  }
  const copy = new Uint8Array(data.subarray(0, count * size));
  if (!littleEndian) swap(copy, size);
  return new Kind(copy.buffer as ArrayBuffer, copy.byteOffset, count);
}

function wideValues(data: Uint8Array, count: number, kind: 'u64' | 'i64', littleEndian: boolean): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    out[n] = Number(kind === 'u64' ? view.getBigUint64(n * 8, littleEndian) : view.getBigInt64(n * 8, littleEndian));
  }
  return out;
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) {
    for (let a = at, b = at + size - 1; a < b; a++, b--) {
      const kept = bytes[a]!;
      bytes[a] = bytes[b]!;
      bytes[b] = kept;
    }
  }
}

/** The bytes of one stored value, rounded and clamped to what the datatype holds; all zero for types that are no number. */
export function encodeValue(value: number, datatype: number, littleEndian: boolean): Uint8Array {
  const { bytes, number: kind } = DATATYPES[datatype]!;
  const out = new Uint8Array(bytes);
  const view = new DataView(out.buffer);
  if (kind === 'f32') view.setFloat32(0, value, littleEndian);
  else if (kind === 'f64') view.setFloat64(0, value, littleEndian);
  else if (kind === 'u64') view.setBigUint64(0, BigInt(Math.max(0, Math.round(value))), littleEndian);
  else if (kind === 'i64') view.setBigInt64(0, BigInt(Math.round(value)), littleEndian);
  else if (kind !== null) {
    const bits = bytes * 8;
    const low = kind.startsWith('i') ? -(2 ** (bits - 1)) : 0;
    const held = Math.min(low + 2 ** bits - 1, Math.max(low, Math.round(value)));
    if (bits === 8) view.setUint8(0, held);
    else if (bits === 16) view.setUint16(0, held, littleEndian);
    else view.setUint32(0, held, littleEndian);
  }
  return out;
}
