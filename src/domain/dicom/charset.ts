// Specific Character Set (PS3.5 6.1, PS3.3 C.12.1.1.2): decoding with code extensions (ISO 2022) and encoding back.

import { DomainError } from '../errors';
import {
  bytesInMultiByte,
  bytesInSingleByte,
  decodeMultiByte,
  decodeSingleByte,
  type MultiByteSet,
  type SingleByteSet,
} from './codeTables';

/** A graphic set that can be designated to G0 or G1 by an escape sequence. */
interface CodeElement {
  readonly designator: readonly number[];
  readonly set: SingleByteSet | MultiByteSet;
  /** Bytes of one character; two-byte sets in G0 take bytes below 80. */
  readonly width: 1 | 2;
}

interface CharacterSet {
  readonly g0?: CodeElement;
  readonly g1?: CodeElement;
}

const one = (set: SingleByteSet, ...designator: number[]): CodeElement => ({ designator, set, width: 1 });
const two = (set: MultiByteSet, ...designator: number[]): CodeElement => ({ designator, set, width: 2 });
const ASCII = one('ascii', 0x28, 0x42);

/** By the number in 'ISO_IR n' and 'ISO 2022 IR n'. */
const SETS: Readonly<Record<string, CharacterSet>> = {
  '6': { g0: ASCII },
  '100': { g0: ASCII, g1: one('latin1', 0x2d, 0x41) },
  '101': { g0: ASCII, g1: one('iso-8859-2', 0x2d, 0x42) },
  '109': { g0: ASCII, g1: one('iso-8859-3', 0x2d, 0x43) },
  '110': { g0: ASCII, g1: one('iso-8859-4', 0x2d, 0x44) },
  '126': { g0: ASCII, g1: one('iso-8859-7', 0x2d, 0x46) },
  '127': { g0: ASCII, g1: one('iso-8859-6', 0x2d, 0x47) },
  '138': { g0: ASCII, g1: one('iso-8859-8', 0x2d, 0x48) },
  '144': { g0: ASCII, g1: one('iso-8859-5', 0x2d, 0x4c) },
  '148': { g0: ASCII, g1: one('windows-1254', 0x2d, 0x4d) },
  '166': { g0: ASCII, g1: one('windows-874', 0x2d, 0x54) },
  '203': { g0: ASCII, g1: one('iso-8859-15', 0x2d, 0x62) },
  '13': { g0: one('jis-roman', 0x28, 0x4a), g1: one('katakana', 0x29, 0x49) },
  '87': { g0: two('jis-x-0208', 0x24, 0x42) },
  '159': { g0: two('jis-x-0212', 0x24, 0x28, 0x44) },
  '149': { g1: two('ks-x-1001', 0x24, 0x29, 0x43) },
  '58': { g1: two('gb-2312', 0x24, 0x29, 0x41) },
};
const ELEMENTS = Object.values(SETS).flatMap((set) => [
  ...(set.g0 ? [{ ...set.g0, into: 'g0' as const }] : []),
  ...(set.g1 ? [{ ...set.g1, into: 'g1' as const }] : []),
]);

/** The term without the spelling variants that occur: 'ISO IR 100', 'ISO-IR 100', 'iso_ir 100'. */
function setOf(term: string): CharacterSet | null {
  const match = /^ISO[_ -]?(?:2022[_ -]?)?IR[_ -]?(\d+)$/i.exec(term.trim());
  return match ? (SETS[match[1]!] ?? null) : term.trim() === '' ? SETS['6']! : null;
}

/** Character sets without code extensions, that stand alone. */
function wholeSet(charsets: readonly string[]): 'utf-8' | 'gb18030' | null {
  const term = charsets[0]?.trim().toUpperCase().replace(/[- ]/g, '_');
  if (term === 'ISO_IR_192' || term === 'UTF_8' || term === 'UTF8') return 'utf-8';
  return term === 'GB18030' || term === 'GBK' ? 'gb18030' : null;
}

function isPlainAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80 || bytes[i] === 0x1b) return false;
  return true;
}

/** Bytes as the characters of the same number (Latin-1). */
export function latin1(bytes: Uint8Array): string {
  // For the short values of a header, a loop is several times faster than any decoder.
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

const ascii = new TextDecoder('windows-1252');
const decoders = { 'utf-8': new TextDecoder('utf-8', { ignoreBOM: true }), gb18030: new TextDecoder('gb18030') };

/** Where code extensions fall back to the first character set (PS3.5 6.1.2.5.3): ends of lines, tab, and delimiters. */
function resets(byte: number, vr: string | undefined): boolean {
  if (byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d) return true;
  return byte === 0x5c || (vr === 'PN' && (byte === 0x5e || byte === 0x3d));
}

/**
 * The text that bytes spell in the given terms of (0008,0005), [] being ISO_IR 6; padding is kept.
 * Never throws: U+FFFD stands where the bytes are not what the character set says. Bytes over 7F without any character set
 * read as Latin-1, one to one. Multiple values stay joined by backslashes. VR 'PN' ends code extensions at ^ and = too.
 */
export function decodeText(bytes: Uint8Array, charsets: readonly string[], vr?: string): string {
  if (isPlainAscii(bytes)) return bytes.length < 64 ? latin1(bytes) : ascii.decode(bytes);
  const whole = wholeSet(charsets);
  return whole ? decoders[whole].decode(bytes) : decodeIso2022(bytes, charsets, vr);
}

function initial(charsets: readonly string[]): { g0: CodeElement; g1: CodeElement } {
  const first = setOf(charsets[0] ?? '') ?? SETS['6']!;
  return { g0: first.g0 && first.g0.width === 1 ? first.g0 : ASCII, g1: first.g1 ?? one('latin1') };
}

/** Whether a byte can be half of a two-byte character: 21 to 7E, or A1 to FE. */
const isHalf = (byte: number) => (byte & 0x7f) > 0x20 && (byte & 0x7f) < 0x7f;

function decodeIso2022(bytes: Uint8Array, charsets: readonly string[], vr: string | undefined): string {
  const start = initial(charsets);
  let { g0, g1 } = start;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    if (byte === 0x1b) {
      const element = ELEMENTS.find(({ designator }) => designator.every((code, i) => bytes[at + 1 + i] === code));
      if (element?.into === 'g0') g0 = element;
      if (element?.into === 'g1') g1 = element;
      if (!element) text += '\ufffd';
      at += 1 + (element?.designator.length ?? 0);
      continue;
    }
    const active = byte >= 0x80 ? g1 : g0;
    if (active.width === 2 && isHalf(byte)) {
      const second = bytes[at + 1];
      const whole = second !== undefined && isHalf(second);
      text += whole ? decodeMultiByte(active.set as MultiByteSet, byte, second) : '\ufffd';
      at += whole ? 2 : 1;
      continue;
    }
    if (byte < 0x80 && resets(byte, vr)) ({ g0, g1 } = start);
    if (byte <= 0x20 || byte === 0x7f) text += String.fromCharCode(byte);
    else text += active.width === 2 ? '\ufffd' : decodeSingleByte(active.set as SingleByteSet, byte);
    at += 1;
  }
  return text;
}

/** Whether a term of (0008,0005) is one that the standard defines, spelling variants included; '' is the default repertoire. */
export function isCharsetTerm(term: string): boolean {
  return setOf(term) !== null || wholeSet([term]) !== null;
}

/** Whether the bytes are what the character sets say; false of a character set that lies, and of one that nobody knows. */
export function decodesCleanly(bytes: Uint8Array, charsets: readonly string[], vr?: string): boolean {
  if (isPlainAscii(bytes)) return true;
  if (!wholeSet(charsets)) {
    if (charsets.some((term) => setOf(term) === null)) return false;
    if (charsets.every((term) => setOf(term) === SETS['6'])) return false;
  }
  return !decodeText(bytes, charsets, vr).includes('\ufffd');
}

/**
 * The bytes of a text in the given character sets, with escape sequences where they are needed; unpadded.
 * Throws DomainError INVALID when a character is in none of them.
 */
export function encodeText(text: string, charsets: readonly string[], vr?: string): Uint8Array {
  // ASCII is the same bytes in every set but JIS X 0201, where backslash and tilde are other characters.
  if (/^[\t\n\f\r\x20-\x7e]*$/.test(text) && !charsets[0]?.endsWith(' 13')) return new TextEncoder().encode(text);
  const whole = wholeSet(charsets);
  if (whole === 'utf-8') return new TextEncoder().encode(text);
  const out: number[] = [];
  if (whole === 'gb18030') {
    for (const character of text) out.push(...(bytesInMultiByte('gb18030', character) ?? unencodable()));
    return Uint8Array.from(out);
  }
  return encodeIso2022(text, charsets, vr);
}

function unencodable(): never {
  throw new DomainError('INVALID', "A character cannot be written in the file's character set.");
}

function encodeIso2022(text: string, charsets: readonly string[], vr: string | undefined): Uint8Array {
  const out: number[] = [];
  const start = initial(charsets);
  const candidates = [
    { ...start.g0, into: 'g0' as const },
    // Latin-1 for want of any character set has no escape sequence: it cannot be mixed with code extensions.
    ...(charsets.length > 1 && start.g1.designator.length === 0 ? [] : [{ ...start.g1, into: 'g1' as const }]),
    ...charsets.flatMap((term) => {
      const set = setOf(term);
      return ELEMENTS.filter(
        ({ designator }) => designator === set?.g0?.designator || designator === set?.g1?.designator,
      );
    }),
  ];
  let now = start;
  const designate = (element: CodeElement, into: 'g0' | 'g1') => {
    if (now[into].set === element.set) return;
    out.push(0x1b, ...element.designator);
    now = { ...now, [into]: element };
  };
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (code <= 0x20 || code === 0x7f || (code < 0x80 && resets(code, vr))) {
      // A two-byte G0 would swallow what follows, so it never outlives a delimiter or a space.
      if (now.g0.width === 2) designate(start.g0.set === 'jis-roman' ? start.g0 : ASCII, 'g0');
      if (resets(code, vr)) now = start;
      out.push(code);
      continue;
    }
    const found = candidates.map((element) => ({ element, codes: encodeIn(element, character) })).find((c) => c.codes);
    if (!found?.codes) unencodable();
    designate(found.element, found.element.into);
    out.push(...found.codes);
  }
  if (now.g0.width === 2) designate(start.g0.set === 'jis-roman' ? start.g0 : ASCII, 'g0');
  return Uint8Array.from(out);
}

function encodeIn(element: CodeElement & { into: 'g0' | 'g1' }, character: string): readonly number[] | null {
  if (element.width === 2) return bytesInMultiByte(element.set as MultiByteSet, character);
  const byte = bytesInSingleByte(element.set as SingleByteSet, character);
  return byte !== null && byte >= 0x80 === (element.into === 'g1') ? [byte] : null;
}
