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
const multis = new Map<MultiByteSet, Map<string, readonly number[]>>();
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
  if (set === 'gb18030' && character.codePointAt(0)! < 0x80) return [character.codePointAt(0)!];
  let table = multis.get(set);
  if (!table) {
    table = set === 'gb18030' ? invertGb18030() : invert(set);
    multis.set(set, table);
  }
  const bytes = table.get(character);
  if (bytes) return bytes;
  const code = character.codePointAt(0)!;
  return set === 'gb18030' && code >= 0x10000 ? fourBytes(code - 0x10000 + SUPPLEMENTARY) : null;
}

function invert(set: MultiByteSet): Map<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const low = set === 'jis-x-0208' || set === 'jis-x-0212' ? 0 : 0x80;
  for (let first = 0x21; first <= 0x7e; first++) {
    for (let second = 0x21; second <= 0x7e; second++) {
      const character = decodeMultiByte(set, first, second);
      if (character !== '\ufffd' && !table.has(character)) table.set(character, [first | low, second | low]);
    }
  }
  return table;
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

function invertGb18030(): Map<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const decoder = decoderOf('gb18030');
  const add = (bytes: readonly number[]) => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if (text.length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 0x81; first <= 0xfe; first++)
    for (let second = 0x40; second <= 0xfe; second++) if (second !== 0x7f) add([first, second]);
  for (let index = 0; index < FOUR_BYTE_BASIC; index++) add(fourBytes(index));
  return table;
}
