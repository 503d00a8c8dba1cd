// Searches bytes for many needles in one pass, without regard to the case of ASCII letters.

/** What to search for; `fold`ed already. */
interface SearchNeedle {
  readonly bytes: Uint8Array;
}

/** Needles made ready: a table of their first two bytes, in either case, in front of a map of their first four. */
export interface SearchIndex<T extends SearchNeedle> {
  readonly pairs: Uint8Array;
  readonly byKey: ReadonlyMap<number, readonly T[]>;
}

/** Needles shorter than this are not searched for: they occur by chance. */
const SHORTEST_NEEDLE = 4;

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

/** Bytes with ASCII letters in lower case, as needles have to be. */
export function foldBytes(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => LOWER[byte]!);
}

/** Makes needles ready to be searched for. */
export function searchIndex<T extends SearchNeedle>(needles: readonly T[]): SearchIndex<T> {
  const pairs = new Uint8Array(0x10000);
  const byKey = new Map<number, T[]>();
  for (const needle of needles) {
    if (needle.bytes.length < SHORTEST_NEEDLE) continue;
    const key = keyAt(needle.bytes, 0);
    for (const first of casesOf(key & 0xff))
      for (const second of casesOf((key >> 8) & 0xff)) pairs[first | (second << 8)] = 1;
    const list = byKey.get(key);
    if (list) list.push(needle);
    else byKey.set(key, [needle]);
  }
  return { pairs, byKey };
}

/** A folded byte as it may stand in a text: itself and its capital. */
function casesOf(byte: number): number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

const keyAt = (bytes: Uint8Array, at: number) =>
  LOWER[bytes[at]!]! | (LOWER[bytes[at + 1]!]! << 8) | (LOWER[bytes[at + 2]!]! << 16) | (LOWER[bytes[at + 3]!]! << 24);

/** Calls back for every place where a needle stands. */
export function search<T extends SearchNeedle>(
  bytes: Uint8Array,
  index: SearchIndex<T>,
  found: (needle: T, at: number) => void,
): void {
  const { pairs, byKey } = index;
  if (byKey.size === 0) return;
  const last = bytes.length - SHORTEST_NEEDLE;
  let first = bytes[0] ?? 0;
  for (let at = 0; at <= last; at++) {
    const second = bytes[at + 1]!;
    const pair = first | (second << 8);
    first = second;
    if (pairs[pair] === 0) continue;
    const list = byKey.get(keyAt(bytes, at));
    if (list) for (const needle of list) if (standsAt(needle.bytes, bytes, at)) found(needle, at);
  }
}

function standsAt(needle: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at + needle.length > bytes.length) return false;
  for (let i = SHORTEST_NEEDLE; i < needle.length; i++) if (LOWER[bytes[at + i]!] !== needle[i]) return false;
  return true;
}
