// Searches bytes for many needles at once, without regard to the case of ASCII letters. Every needle is known by its last
// few bytes, its window; a table of all fours of bytes in all windows lets most of the bytes be stepped over, unread.

/** What to search for; `fold`ed already. */
interface SearchNeedle {
  readonly bytes: Uint8Array;
}

/** Needles whose last bytes are the same, by length and then by all their bytes: never a list to walk along. */
type Bucket<T> = Map<number, Map<string, T[]>>;

/** Needles of a length of at least `width`, made ready. */
interface Windows<T> {
  readonly width: number;
  /** For every four bytes, by their `gramAt`: bit i says that some window has them at place i. */
  readonly grams: Uint8Array;
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

/** Bytes that are looked at together. */
const GRAM = 4;
/** A table of this many bits' numbers stays in the processor's cache, and is filled to some hundredths. */
const GRAM_BITS = 17;

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
  const grams = new Uint8Array(2 ** GRAM_BITS);
  const byWindow = new Map<number, T | Bucket<T>>();
  for (const needle of needles) {
    const { bytes } = needle;
    const at = bytes.length - width;
    const view = viewOf(bytes);
    for (let place = 0; place + GRAM <= width; place++) grams[gramAt(view, at + place)]! |= 1 << place;
    const key = windowAt(bytes, at, width);
    const there = byWindow.get(key);
    if (there === undefined) byWindow.set(key, needle);
    else if (there instanceof Map) addTo(there, needle);
    else byWindow.set(key, addTo(addTo(new Map(), there), needle));
  }
  return { width, grams, byWindow };
}

function addTo<T extends SearchNeedle>(bucket: Bucket<T>, needle: T): Bucket<T> {
  const { length } = needle.bytes;
  const same = bucket.get(length) ?? new Map<string, T[]>();
  const text = textAt(needle.bytes, 0, length);
  same.set(text, [...(same.get(text) ?? []), needle]);
  return bucket.set(length, same);
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

/** A number for the four bytes at a place, the same for either case of a letter; others may share it. */
function gramAt(view: DataView, at: number): number {
  const four = view.getInt32(at, true);
  return Math.imul(four | ((four >>> 1) & 0x20202020), 0x9e3779b1) >>> (32 - GRAM_BITS);
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

/** A window has four bytes at each of `step` places, one of which is looked at: no other bytes have to be. */
function searchWindows<T extends SearchNeedle>(
  bytes: Uint8Array,
  windows: Windows<T>,
  from: number,
  found: (needle: T, at: number) => void,
): void {
  const { grams, width, byWindow } = windows;
  if (byWindow.size === 0) return;
  const step = width - GRAM + 1;
  const last = bytes.length - GRAM;
  const view = viewOf(bytes);
  for (let at = nextHit(view, grams, from, last, step); at <= last; at = nextHit(view, grams, at + step, last, step)) {
    const places = grams[gramAt(view, at)]!;
    for (let place = 0; places >> place !== 0; place++)
      if ((places & (1 << place)) !== 0) tryWindow(bytes, view, windows, at - place, from, found);
  }
}

/** The first place from `at` on, in steps, whose bytes are in the table: a loop so small that it runs at the speed of memory. */
function nextHit(view: DataView, grams: Uint8Array, at: number, last: number, step: number): number {
  let place = at;
  while (place <= last && grams[gramAt(view, place)] === 0) place += step;
  return place;
}

function tryWindow<T extends SearchNeedle>(
  bytes: Uint8Array,
  view: DataView,
  { width, grams, byWindow }: Windows<T>,
  at: number,
  from: number,
  found: (needle: T, at: number) => void,
): void {
  if (at < from || at + width > bytes.length) return;
  const end = width - GRAM;
  if ((grams[gramAt(view, at)]! & 1) === 0 || (grams[gramAt(view, at + end)]! & (1 << end)) === 0) return;
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
