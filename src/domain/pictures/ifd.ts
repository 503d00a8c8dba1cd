// Directories of tags as TIFF 6.0 and EXIF (CIPA DC-008 4.6.2) have them, and the one tag of EXIF that pictures keep.

export interface IfdEntry {
  /** 1 byte, 3 word, 4 long, 5 fraction of two longs. */
  readonly type: number;
  /** Fractions as numerator, denominator. */
  readonly values: readonly number[];
}
export interface Ifd {
  /** Tags whose values are whole numbers; what else stands there is passed over. */
  readonly entries: ReadonlyMap<number, IfdEntry>;
  /** Where the next directory is; 0 when this is the last. */
  readonly next: number;
}

const BYTES_OF: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8 };
const ORIENTATION = 0x0112;

/** Whether the byte order of a TIFF block is little endian. @throws RangeError when it is no classic TIFF block */
export function littleEndian(block: Uint8Array): boolean {
  const little = block[0] === 0x49;
  const mark = little ? [0x49, 0x49, 42, 0] : [0x4d, 0x4d, 0, 42];
  if (mark.some((byte, i) => block[i] !== byte)) throw new RangeError('no TIFF');
  return little;
}

/** The directory that stands at `at`; at 0, the one that the block's header names. @throws RangeError beyond the block */
export function readIfd(block: Uint8Array, at = 0): Ifd {
  const little = littleEndian(block);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const start = at === 0 ? view.getUint32(4, little) : at;
  const count = view.getUint16(start, little);
  const entries = new Map<number, IfdEntry>();
  for (let i = 0; i < count; i++) {
    const place = start + 2 + 12 * i;
    const type = view.getUint16(place + 2, little);
    const size = BYTES_OF[type];
    if (size === undefined) continue;
    const many = view.getUint32(place + 4, little);
    const from = many * size <= 4 ? place + 8 : view.getUint32(place + 8, little);
    if (from + many * size > block.length) throw new RangeError('a value beyond the end');
    entries.set(view.getUint16(place, little), { type, values: numbers(view, from, many, type, little) });
  }
  return { entries, next: view.getUint32(start + 2 + 12 * count, little) };
}

function numbers(view: DataView, from: number, count: number, type: number, little: boolean): number[] {
  const length = type === 5 ? 2 * count : count;
  if (type === 1) return Array.from({ length }, (_, i) => view.getUint8(from + i));
  if (type === 3) return Array.from({ length }, (_, i) => view.getUint16(from + 2 * i, little));
  return Array.from({ length }, (_, i) => view.getUint32(from + 4 * i, little));
}

/** Which way up a picture is, 1 to 8 as EXIF counts, from an EXIF block; 1 when it does not say so or cannot be read. */
export function exifOrientation(block: Uint8Array): number {
  try {
    return orientationOf(readIfd(block));
  } catch {
    return 1;
  }
}

/** The orientation that a directory names; 1 when it names none. */
export function orientationOf({ entries }: Ifd): number {
  const value = entries.get(ORIENTATION)?.values[0] ?? 1;
  return value >= 1 && value <= 8 ? value : 1;
}

/** An EXIF block that says which way up a picture is, and nothing else. */
export function orientationBlock(orientation: number): Uint8Array {
  const header = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1];
  return Uint8Array.of(...header, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0);
}
