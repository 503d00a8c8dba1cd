// NIfTI files built field by field for tests, in every version and byte order, independently of the code under test.

export interface Made {
  version?: 1 | 2;
  littleEndian?: boolean;
  dims: readonly number[];
  datatype?: number;
  bits?: number;
  /** Rows of the sform; null leaves its code at 0. */
  sform?: readonly number[] | null;
  qform?: { quatern: readonly [number, number, number]; offset: readonly [number, number, number] } | null;
  pixdim?: readonly number[];
  slope?: number;
  inter?: number;
  units?: number;
  voxOffset?: number;
  magic?: string;
  values?: ArrayLike<number>;
  /** Free text put into every field that takes some. */
  text?: string;
  extension?: string;
  trailing?: string;
}

const WRITERS: Record<number, [bytes: number, (v: DataView, at: number, n: number, le: boolean) => void]> = {
  2: [1, (v, at, n) => v.setUint8(at, n)],
  4: [2, (v, at, n, le) => v.setInt16(at, n, le)],
  8: [4, (v, at, n, le) => v.setInt32(at, n, le)],
  16: [4, (v, at, n, le) => v.setFloat32(at, n, le)],
  64: [8, (v, at, n, le) => v.setFloat64(at, n, le)],
  128: [3, (v, at, n) => v.setUint8(at, n)],
  512: [2, (v, at, n, le) => v.setUint16(at, n, le)],
  768: [4, (v, at, n, le) => v.setUint32(at, n, le)],
  1024: [8, (v, at, n, le) => v.setBigInt64(at, BigInt(n), le)],
};

export const DIAGONAL = [2, 0, 0, -10, 0, 2, 0, -20, 0, 0, 2, -30] as const;

/** The bytes of a .nii file. */
export function madeNifti(made: Made): Uint8Array {
  const { version = 1, littleEndian: le = true, dims, datatype = 4, extension = '', trailing = '' } = made;
  const header = version === 1 ? 348 : 540;
  const at = made.voxOffset ?? header + 4 + (extension === '' ? 0 : 8 + extension.length);
  const count = dims.reduce((a, b) => a * b, 1);
  const [bytes, put] = WRITERS[datatype] ?? [made.bits! / 8, () => {}];
  const room = Math.max(0, Math.min(count, made.values?.length ?? count)) * bytes;
  const out = new Uint8Array(Math.max(header, at) + room + trailing.length);
  const view = new DataView(out.buffer);
  if (version === 1) writeFirst(view, made, le, at, made.bits ?? bytes * 8);
  else writeSecond(view, made, le, at, made.bits ?? bytes * 8);
  if (extension !== '') {
    out[header] = 1;
    view.setInt32(header + 4, 8 + extension.length, le);
    out.set(Buffer.from(extension), header + 12);
  }
  for (let n = 0; n < room / bytes; n++) put(view, at + n * bytes, made.values?.[n] ?? 0, le);
  out.set(Buffer.from(trailing), at + room);
  return out;
}

function writeFirst(view: DataView, made: Made, le: boolean, at: number, bits: number): void {
  const { dims, datatype = 4, sform = DIAGONAL, qform = null, pixdim = [1, 2, 2, 2, 1, 1, 1, 1], text = '' } = made;
  view.setInt32(0, 348, le);
  [dims.length, ...dims, ...Array<number>(7 - dims.length).fill(1)].forEach(
    (n, k) => void view.setInt16(40 + 2 * k, n, le),
  );
  view.setInt16(70, datatype, le);
  view.setInt16(72, bits, le);
  pixdim.forEach((n, k) => void view.setFloat32(76 + 4 * k, n, le));
  view.setFloat32(108, at, le);
  view.setFloat32(112, made.slope ?? 1, le);
  view.setFloat32(116, made.inter ?? 0, le);
  view.setUint8(123, made.units ?? 2);
  view.setInt16(252, qform === null ? 0 : 1, le);
  view.setInt16(254, sform === null ? 0 : 1, le);
  [...(qform?.quatern ?? [0, 0, 0]), ...(qform?.offset ?? [0, 0, 0])].forEach(
    (n, k) => void view.setFloat32(256 + 4 * k, n, le),
  );
  (sform ?? []).forEach((n, k) => void view.setFloat32(280 + 4 * k, n, le));
  write(view, 344, made.magic ?? 'n+1\0', 4);
  for (const [place, length] of [
    [4, 10],
    [14, 18],
    [148, 80],
    [228, 24],
    [328, 16],
  ] as const)
    write(view, place, text, length);
}

function writeSecond(view: DataView, made: Made, le: boolean, at: number, bits: number): void {
  const { dims, datatype = 4, sform = DIAGONAL, qform = null, pixdim = [1, 2, 2, 2, 1, 1, 1, 1], text = '' } = made;
  view.setInt32(0, 540, le);
  write(view, 4, made.magic ?? 'n+2\0\r\n\x1a\n', 8);
  view.setInt16(12, datatype, le);
  view.setInt16(14, bits, le);
  [dims.length, ...dims, ...Array<number>(7 - dims.length).fill(1)].forEach(
    (n, k) => void view.setBigInt64(16 + 8 * k, BigInt(n), le),
  );
  pixdim.forEach((n, k) => void view.setFloat64(104 + 8 * k, n, le));
  view.setBigInt64(168, BigInt(at), le);
  view.setFloat64(176, made.slope ?? 1, le);
  view.setFloat64(184, made.inter ?? 0, le);
  view.setInt32(344, qform === null ? 0 : 1, le);
  view.setInt32(348, sform === null ? 0 : 1, le);
  [...(qform?.quatern ?? [0, 0, 0]), ...(qform?.offset ?? [0, 0, 0])].forEach(
    (n, k) => void view.setFloat64(352 + 8 * k, n, le),
  );
  (sform ?? []).forEach((n, k) => void view.setFloat64(400 + 8 * k, n, le));
  view.setInt32(500, made.units ?? 2, le);
  for (const [place, length] of [
    [240, 80],
    [320, 24],
    [508, 16],
    [525, 15],
  ] as const)
    write(view, place, text, length);
}

function write(view: DataView, at: number, text: string, length: number): void {
  for (let n = 0; n < Math.min(text.length, length); n++) view.setUint8(at + n, text.charCodeAt(n));
}
