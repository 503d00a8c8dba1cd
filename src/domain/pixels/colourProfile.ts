// ICC profiles (ISO 15076-1) without what people write into them: names of devices, places, serial numbers. Colours are numbers.

const HEADER = 128;
/** Types of tags that hold numbers only. */
const NUMBERS = new Set(
  'XYZ curv para mft1 mft2 mAB mBA sf32 chrm clro meas view sig uf32 ui08 ui16 ui32 ui64'.split(' '),
);

/**
 * The profile with every text in it overwritten with zeros, and whatever belongs to no tag; the very same bytes where there is
 * nothing to overwrite, null when it is no profile.
 */
export function plainProfile(bytes: Uint8Array): Uint8Array | null {
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER + 4 || text(36) !== 'acsp') return null;
  const tags = view.getUint32(HEADER);
  const table = HEADER + 4 + 12 * tags;
  if (table > bytes.length) return null;
  const plain = new Uint8Array(bytes.length);
  const keep = (from: number, to: number) => plain.set(bytes.subarray(from, to), from);
  // Behind the signature of the program that wrote it stand a checksum of all and bytes for later use.
  keep(0, 84);
  keep(HEADER, table);
  for (let at = HEADER + 4; at < table; at += 12) {
    const [start, length] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (start < table || start + length > bytes.length) return null;
    keep(start, start + (NUMBERS.has(text(start).trim()) ? length : Math.min(8, length)));
  }
  const texts = plain.subarray(HEADER).some((byte, i) => byte !== bytes[HEADER + i]);
  return texts || bytes.subarray(100, HEADER).some((byte) => byte !== 0) ? plain : bytes;
}
