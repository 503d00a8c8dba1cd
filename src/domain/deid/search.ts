// Searches bytes for many needles at once, without regard to the case of ASCII letters. Every needle is known by its last
// few bytes, its window; a table of the byte pairs in all windows lets most of the bytes be stepped over, unread.

/** What to search for; `fold`ed already. */
interface SearchNeedle {
  readonly bytes: Uint8Array;
}

/** Needles whose last bytes are the same, by length and then by all their bytes: never a list to walk along. */
type Bucket<T> = Map<number, Map<string, T[]>>;

/** Needles of a length of at least `width`, made ready. */
interface Windows<T> {
  readonly width: number;
  /** For every pair of bytes, in either case: bit i says that some window has it at place i. */
  readonly pairs: Uint8Array;
  /** The needle of a window, or the bucket of those that share it: a series brings thousands, and most have their own. */
  readonly byWindow: ReadonlyMap<number, T | Bucket<T>>;
}

/** Needles made ready to be searched for: long ones and short ones apart. */
export interface SearchIndex<T extends SearchNeedle> {
  readonly long: Windows<T>;
  readonly short: Windows<T>;
  /** Bytes of the longest needle. */
  readonly longest: number;
}

/** Needles shorter than this are not searched for: they occur by chance. */
const SHORTEST_NEEDLE = 4;
/** Needles of this length and more are long: as many bytes do not occur by chance, not even in pixels. */
export const LONG_NEEDLE = 8;

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

/** Bytes with ASCII letters in lower case, as needles have to be. */
export function foldBytes(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => LOWER[byte]!);
}

/** Makes needles ready to be searched for. */
export function searchIndex<T extends SearchNeedle>(needles: readonly T[]): SearchIndex<T> {
  const isLong = ({ bytes }: T) => bytes.length >= LONG_NEEDLE;
  const isShort = ({ bytes }: T) => bytes.length >= SHORTEST_NEEDLE && bytes.length < LONG_NEEDLE;
  return {
    long: windowsOf(needles.filter(isLong), LONG_NEEDLE),
    short: windowsOf(needles.filter(isShort), SHORTEST_NEEDLE),
    longest: needles.reduce((most, { bytes }) => Math.max(most, bytes.length), 0),
  };
}

function windowsOf<T extends SearchNeedle>(needles: readonly T[], width: number): Windows<T> {
  const pairs = new Uint8Array(0x10000);
  const byWindow = new Map<number, T | Bucket<T>>();
  for (const needle of needles) {
    const { bytes } = needle;
    const at = bytes.length - width;
    addPairs(pairs, bytes, at, width);
    const key = windowAt(bytes, at, width);
    const there = byWindow.get(key);
    if (there === undefined) byWindow.set(key, needle);
    else if (there instanceof Map) addTo(there, needle);
    else byWindow.set(key, addTo(addTo(new Map(), there), needle));
  }
  return { width, pairs, byWindow };
}

function addTo<T extends SearchNeedle>(bucket: Bucket<T>, needle: T): Bucket<T> {
  const { length } = needle.bytes;
  const same = bucket.get(length) ?? new Map<string, T[]>();
  const text = textAt(needle.bytes, 0, length);
  same.set(text, [...(same.get(text) ?? []), needle]);
  return bucket.set(length, same);
}

function addPairs(pairs: Uint8Array, bytes: Uint8Array, at: number, width: number): void {
  for (let place = 0; place + 1 < width; place++)
    for (const first of casesOf(bytes[at + place]!))
      for (const second of casesOf(bytes[at + place + 1]!)) pairs[first | (second << 8)]! |= 1 << place;
}

/** A folded byte as it may stand in a text: itself and its capital. */
function casesOf(byte: number): number[] {
  return byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

/** A number for the folded window that starts at a place; different windows may share one. */
function windowAt(bytes: Uint8Array, at: number, width: number): number {
  let key = 0;
  for (let i = at; i < at + width; i++) key = Math.imul(key ^ LOWER[bytes[i]!]!, 0x01000193);
  return key;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i++) text += String.fromCharCode(LOWER[bytes[i]!]!);
  return text;
}

/**
 * Calls back for every place from `from` up to (not including) `to` at which a needle starts; it may end behind `to`.
 * With `longOnly`, needles shorter than LONG_NEEDLE are passed over.
 */
export function search<T extends SearchNeedle>(
  bytes: Uint8Array,
  index: SearchIndex<T>,
  found: (needle: T, at: number) => void,
  { from = 0, to = bytes.length, longOnly = false } = {},
): void {
  const within = (needle: T, at: number) => {
    if (at >= from && at < to) found(needle, at);
  };
  // A window lies up to `longest` behind the start of its needle.
  const end = Math.min(bytes.length, to + index.longest);
  searchWindows(bytes.subarray(0, end), index.long, from, within);
  if (!longOnly) searchWindows(bytes.subarray(0, end), index.short, from, within);
}

/** A window of n bytes has a pair at every place that is a multiple of n-1: no other pairs have to be looked at. */
function searchWindows<T extends SearchNeedle>(
  bytes: Uint8Array,
  windows: Windows<T>,
  from: number,
  found: (needle: T, at: number) => void,
): void {
  const { pairs, width, byWindow } = windows;
  if (byWindow.size === 0) return;
  const step = width - 1;
  const last = bytes.length - 1;
  for (let at = from; at < last; at += step) {
    if (pairs[bytes[at]! | (bytes[at + 1]! << 8)] === 0) continue;
    const places = placesAt(bytes, at, pairs, step);
    for (let place = 0; places >> place !== 0; place++)
      if ((places & (1 << place)) !== 0) tryWindow(bytes, windows, at - place, from, found);
  }
}

/** At which places of a window the pair may be, by the pairs around it. */
function placesAt(bytes: Uint8Array, at: number, pairs: Uint8Array, step: number): number {
  const all = (1 << step) - 1;
  let places = pairs[bytes[at]! | (bytes[at + 1]! << 8)]!;
  for (let off = 2; off < step && places !== 0; off += 2) {
    if (at + off + 1 < bytes.length)
      places &= (pairs[bytes[at + off]! | (bytes[at + off + 1]! << 8)]! >> off) | (all & ~(all >> off));
    if (at >= off) places &= (pairs[bytes[at - off]! | (bytes[at - off + 1]! << 8)]! << off) | ((1 << off) - 1);
  }
  return places;
}

function tryWindow<T extends SearchNeedle>(
  bytes: Uint8Array,
  { width, byWindow }: Windows<T>,
  at: number,
  from: number,
  found: (needle: T, at: number) => void,
): void {
  if (at < from || at + width > bytes.length) return;
  const there = byWindow.get(windowAt(bytes, at, width));
  if (there === undefined) return;
  if (!(there instanceof Map)) {
    const start = at + width - there.bytes.length;
    if (start >= 0 && standsAt(there.bytes, bytes, start)) found(there, start);
    return;
  }
  for (const [length, byText] of there) {
    const start = at + width - length;
    if (start < 0) continue;
    for (const needle of byText.get(textAt(bytes, start, length)) ?? []) found(needle, start);
  }
}

function standsAt(needle: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < needle.length; i++) if (LOWER[bytes[start + i]!] !== needle[i]) return false;
  return true;
}
