// Unused bits of pixels that are not kept in 16-bit words: of 8 bits in a byte, of 32 in four (PS3.5 8.1.1).

interface Format {
  readonly allocated: 8 | 32;
  readonly stored: number;
  readonly high: number;
  readonly signed: boolean;
  readonly bigEndian: boolean;
}

/** The bytes with bits beside the pixels cleared, signs repeated; null when there is nothing to clear. */
export function cleanCells(bytes: Uint8Array, format: Format): Uint8Array | null {
  const { allocated, stored, high, signed, bigEndian } = format;
  if (stored >= allocated || high < stored - 1 || high >= allocated) return null;
  const width = allocated / 8;
  const low = high - stored + 1;
  const mask = ((2 ** stored - 1) * 2 ** low) >>> 0;
  const above = high === 31 ? 0 : (0xffffffff << (high + 1)) & (allocated === 8 ? 0xff : 0xffffffff);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let copy: DataView | null = null;
  for (let at = 0; at + width <= bytes.length; at += width) {
    const cell = width === 1 ? view.getUint8(at) : view.getUint32(at, !bigEndian);
    const negative = signed && ((cell >>> high) & 1) === 1;
    const clean = ((cell & mask) | (negative ? above : 0)) >>> 0;
    if (clean === cell) continue;
    copy ??= new DataView(bytes.slice().buffer);
    if (width === 1) copy.setUint8(at, clean);
    else copy.setUint32(at, clean, !bigEndian);
  }
  return copy && new Uint8Array(copy.buffer);
}

/** The format of a data set's pixels, when their cells are bytes or four of them and not all bits are used. */
export function cellFormat(number: (tag: number) => number | null, bigEndian: boolean): Format | null {
  const [allocated, stored] = [number(0x00280100), number(0x00280101)];
  if ((allocated !== 8 && allocated !== 32) || stored === null || stored < 1) return null;
  const high = number(0x00280102) ?? stored - 1;
  return { allocated, stored, high, signed: number(0x00280103) === 1, bigEndian };
}
