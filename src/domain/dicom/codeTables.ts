// The single-byte and two-byte graphic sets behind the defined terms of PS3.3 C.12.1.1.2, in both directions.
// The runtime's TextDecoder knows the tables; what it cannot do, encoding, is its inverse, made on first need.

export type SingleByteSet =
  | 'ascii'
  | 'latin1'
  | 'jis-roman'
  | 'katakana'
  | 'windows-874'
  | 'windows-1254'
  | `iso-8859-${number}`;
export type MultiByteSet = 'jis-x-0208' | 'jis-x-0212' | 'ks-x-1001' | 'gb-2312' | 'gb18030';

const LABELS = {
  'jis-x-0208': 'euc-jp',
  'jis-x-0212': 'euc-jp',
  'ks-x-1001': 'euc-kr',
  'gb-2312': 'gbk',
  gb18030: 'gb18030',
} as const satisfies Record<MultiByteSet, string>;

const singles = new Map<SingleByteSet, { decode: string[]; encode: Map<string, number> }>();
const multis = new Map<Codes, Inverse>();
const decoders = new Map<string, TextDecoder>();

function decoderOf(label: string): TextDecoder {
  let decoder = decoders.get(label);
  if (!decoder) {
    decoder = new TextDecoder(label);
    decoders.set(label, decoder);
  }
  return decoder;
}

function characterOf(set: SingleByteSet, byte: number): string {
  if (set === 'katakana') return byte >= 0xa1 && byte <= 0xdf ? String.fromCharCode(byte - 0xa1 + 0xff61) : '\ufffd';
  // JIS X 0201 differs from ASCII in the yen sign and the overline; the yen sign's byte is still the delimiter.
  if (set === 'jis-roman' && byte === 0x7e) return '\u203e';
  if (byte < 0x80) return String.fromCharCode(byte);
  if (set === 'latin1') return String.fromCharCode(byte);
  return set === 'ascii' || set === 'jis-roman' ? '\ufffd' : decoderOf(set).decode(Uint8Array.of(byte));
}

function single(set: SingleByteSet) {
  let table = singles.get(set);
  if (!table) {
    const decode = Array.from({ length: 256 }, (_, byte) => characterOf(set, byte));
    const encode = new Map(decode.map((character, byte) => [character, byte] as const));
    encode.delete('\ufffd');
    table = { decode, encode };
    singles.set(set, table);
  }
  return table;
}

/** The character of one byte, U+FFFD when the set has none there. */
export function decodeSingleByte(set: SingleByteSet, byte: number): string {
  return single(set).decode[byte]!;
}

/** The byte of one character, null when the set does not have it. */
export function bytesInSingleByte(set: SingleByteSet, character: string): number | null {
  return single(set).encode.get(character) ?? null;
}

/** The character of two bytes, whether the set is designated to G0 (bytes below 80) or G1; U+FFFD when there is none. */
export function decodeMultiByte(set: MultiByteSet, first: number, second: number): string {
  const pair = [first | 0x80, second | 0x80];
  const bytes = set === 'jis-x-0212' ? [0x8f, ...pair] : pair;
  const text = decoderOf(LABELS[set]).decode(Uint8Array.from(bytes));
  return text.length === 1 ? text : '\ufffd';
}

/** The bytes of one character in a two-byte set (for G0 sets below 80, ready to write) or in GB18030; null when it has none. */
export function bytesInMultiByte(set: MultiByteSet, character: string): readonly number[] | null {
  const code = character.codePointAt(0)!;
  if (set !== 'gb18030') return pairOf(set, character);
  if (code < 0x80) return [code];
  if (code >= 0x10000) return fourBytes(code - 0x10000 + SUPPLEMENTARY);
  return pairOf(set, character) ?? bytesIn('four', character);
}

/** The same where it is two bytes. */
export function pairOf(set: MultiByteSet, character: string): readonly number[] | null {
  return character < '\x80' || character.length > 1 ? null : bytesIn(set, character);
}

/** 'four': the codes of GB18030 with four bytes, which are many and seldom asked for. */
type Codes = MultiByteSet | 'four';

function bytesIn(codes: Codes, character: string): readonly number[] | null {
  let inverse = multis.get(codes);
  if (!inverse) {
    inverse = inverseOf(codes);
    multis.set(codes, inverse);
  }
  let bytes = inverse.known.get(character);
  if (bytes === undefined) {
    const index = inverse.characters.indexOf(character);
    bytes = index < 0 || character === NONE ? null : inverse.bytesAt(index);
    inverse.known.set(character, bytes);
  }
  return bytes;
}

/** Stands where a code has no character (U+FFFD). */
const NONE = '\ufffd';

/** The other direction of a set: all its characters as one text, in the order of their codes, and what was looked up in it. */
interface Inverse {
  readonly characters: string;
  readonly bytesAt: (index: number) => readonly number[];
  readonly known: Map<string, readonly number[] | null>;
}

function inverseOf(codes: Codes): Inverse {
  if (codes === 'four') return inverseBy('gb18030', FOUR_BYTE_BASIC, fourBytes);
  if (codes === 'gb18030') return inverseBy('gb18030', TWO_BYTES, twoBytes);
  const low = codes === 'jis-x-0208' || codes === 'jis-x-0212' ? 0 : 0x80;
  const pair = (index: number, high: number) => [(0x21 + Math.floor(index / 94)) | high, (0x21 + (index % 94)) | high];
  const prefix = codes === 'jis-x-0212' ? [0x8f] : [];
  const written = (index: number) => [...prefix, ...pair(index, 0x80)];
  return inverseBy(LABELS[codes], 94 * 94, written, (index) => pair(index, low));
}

function inverseBy(
  label: string,
  count: number,
  written: (index: number) => readonly number[],
  bytesAt: Inverse['bytesAt'] = written,
): Inverse {
  return { characters: charactersOf(label, count, written), bytesAt, known: new Map() };
}

/** What each of many codes stands for, decoded in one go, a line each. */
function charactersOf(label: string, count: number, written: (index: number) => readonly number[]): string {
  const bytes: number[] = [];
  for (let index = 0; index < count; index++) bytes.push(...written(index), 0x0a);
  const lines = decoderOf(label).decode(Uint8Array.from(bytes)).split('\n', count);
  return lines.map((line) => (line.length === 1 ? line : NONE)).join('');
}

/** GB18030's linear index of U+10000, the four-byte sequence 90 30 81 30. */
const SUPPLEMENTARY = 15 * 12600;
/** Four-byte sequences that stand for characters of the basic plane. */
const FOUR_BYTE_BASIC = 39420;

function fourBytes(index: number): readonly number[] {
  return [
    0x81 + Math.floor(index / 12600),
    0x30 + (Math.floor(index / 1260) % 10),
    0x81 + (Math.floor(index / 10) % 126),
    0x30 + (index % 10),
  ];
}

/** Second bytes of GB18030's two-byte codes: 40 to FE without 7F. */
const SECONDS = 190;
const TWO_BYTES = 126 * SECONDS;

/** A two-byte code of GB18030 by its place among them. */
function twoBytes(index: number): readonly number[] {
  const second = 0x40 + (index % SECONDS);
  return [0x81 + Math.floor(index / SECONDS), second < 0x7f ? second : second + 1];
}
