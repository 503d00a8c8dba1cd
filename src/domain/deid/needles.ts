// A removed value in the forms and encodings in which it might have survived: name orders, character sets.

import { bytesInSingleByte, type MultiByteSet, pairOf, type SingleByteSet } from '../dicom/codeTables';
import { cleanText } from './cleanText';
import { digitsOf, isIdeographic, isTelling, nameParts } from './identifiers';
import type { RemovedKind, RemovedValue } from './removed';
import { spellings } from './spellings';
import { fold, isClinical } from './words';

/** A form of a removed value: bytes as a string of characters 0-255. */
interface Needle {
  readonly bytes: string;
  readonly kind: RemovedKind;
}

const ASCII = /^[\x20-\x7e]*$/;
const NOBODY = { words: new Set<string>(), phrases: [], initials: new Set<string>() };

/** The searchable texts of a removed value; [] for those that may well be there without telling anything. */
export function formsOf({ text, kind }: RemovedValue): string[] {
  switch (kind) {
    case 'name':
      return nameForms(text);
    case 'id':
      return idForms(text);
    case 'text':
      return textForms(text);
    case 'date':
      return /^\d{8}/.test(text) ? [text.slice(0, 8)] : [];
    case 'time':
      return /^\d{6}/.test(text) ? [text] : [];
    case 'uid':
      // What is no UID, in an attribute for UIDs, may be any text.
      return /^[\d.]+$/.test(text) ? [text] : textForms(text);
  }
}

const textForms = (text: string) => (text.length >= 12 && cleanText(text, NOBODY) !== text ? [text] : []);

function idForms(text: string): string[] {
  if (!isTelling(fold(text))) return [];
  const digits = digitsOf(text);
  return digits === null ? [text] : [text, digits];
}

/** A person name: each telling part, and its first two components in either order with the usual joints. */
function nameForms(name: string): string[] {
  const forms = new Set<string>();
  for (const group of name.split('=')) {
    const parts = [...nameParts(group), ...group.split(/[\s^]+/u)];
    for (const part of parts) for (const form of [part, ...spellings(part)]) if (isRare(form)) forms.add(form);
    const [family = '', given = ''] = group.includes('^')
      ? group.split('^').map((part) => part.trim())
      : nameParts(group);
    if (!family || !given || (family.length + given.length < 5 && !isIdeographic(family + given))) continue;
    const joints = [family, given].every((part) => isClinical(fold(part))) ? PLAIN_JOINTS : JOINTS;
    for (const [first, second] of [
      [family, given],
      [given, family],
    ] as const)
      for (const joint of joints) forms.add(`${first}${joint}${second}`);
  }
  return [...forms];
}

const JOINTS = [' ', '^', ', ', ',', '_', '.', '-', ''];
/** How a name is joined that might be two words of a clinical text. */
const PLAIN_JOINTS = ['^', ', '];

const isRare = (part: string) => isTelling(fold(part));

/** A text in every encoding it can have: UTF-8, UTF-16 both ways, Latin-1, Shift-JIS, JIS, EUC-KR, GB. */
export function encodings(text: string, kind: RemovedKind): Needle[] {
  const found = new Set<string>();
  for (const form of new Set([...cases(text), ...(kind === 'name' ? fullWidth(text) : [])])) {
    found.add(utf8(form));
    for (const bytes of singleBytes(form)) found.add(bytes);
    found.add(utf16(form, true));
    found.add(utf16(form, false));
    // Sets of two bytes a character hold no ASCII.
    if (/[\0-\x7f]/.test(form)) continue;
    for (const set of ['jis-x-0208', 'ks-x-1001', 'gb-2312', 'gb18030'] as const) {
      const pairs = pairsIn(set, form);
      if (!pairs) continue;
      found.add(String.fromCharCode(...pairs.map((byte) => byte & 0x7f)));
      found.add(String.fromCharCode(...pairs.map((byte) => byte | 0x80)));
      if (set === 'jis-x-0208') found.add(shiftJis(pairs));
    }
  }
  return [...found].map((bytes) => ({ bytes, kind }));
}

/** The case of ASCII letters makes no difference to the search; that of others does, and so does how accents are composed. */
function cases(text: string): string[] {
  if (ASCII.test(text)) return [text];
  return [text, text.toUpperCase(), text.toLowerCase(), unaccented(text), text.normalize('NFC'), text.normalize('NFD')];
}

/** The sets of one byte a character that DICOM names (PS3.3 C.12.1.1.2). */
const SINGLE: readonly SingleByteSet[] = [
  'latin1',
  ...([2, 3, 4, 5, 6, 7, 8, 15] as const).map((part): SingleByteSet => `iso-8859-${part}`),
  'windows-1254',
  'windows-874',
  'katakana',
];

/** A text in every single-byte set that can hold it, once each. */
function singleBytes(text: string): Set<string> {
  if (ASCII.test(text)) return new Set([text]);
  const found = new Set<string>();
  for (const set of SINGLE) {
    const bytes = [...text].map((character) =>
      character < '\x80' ? character.charCodeAt(0) : bytesInSingleByte(set, character),
    );
    if (bytes.every((byte) => byte !== null)) found.add(String.fromCharCode(...bytes));
  }
  return found;
}

/** Latin letters as Japanese systems write them: twice as wide. */
function fullWidth(text: string): string[] {
  if (!/^[A-Za-z]+$/.test(text)) return [];
  return [text, text.toUpperCase()].map((form) =>
    form.replace(/[\x21-\x7e]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  );
}

const unaccented = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

function utf8(text: string): string {
  if (ASCII.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function utf16(text: string, little: boolean): string {
  let bytes = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes += little ? String.fromCharCode(unit & 0xff, unit >> 8) : String.fromCharCode(unit >> 8, unit & 0xff);
  }
  return bytes;
}

function pairsIn(set: MultiByteSet, text: string): number[] | null {
  const all: number[] = [];
  for (const character of text) {
    const pair = pairOf(set, character);
    if (!pair) return null;
    all.push(...pair);
  }
  return all;
}

/** JIS X 0208 rows and cells as Shift-JIS writes them. */
function shiftJis(pairs: readonly number[]): string {
  let bytes = '';
  for (let i = 0; i < pairs.length; i += 2) {
    const row = pairs[i]! & 0x7f;
    const cell = pairs[i + 1]! & 0x7f;
    const lead = ((row - 0x21) >> 1) + 0x81;
    const trail = row % 2 === 1 ? cell + (cell >= 0x60 ? 0x20 : 0x1f) : cell + 0x7e;
    bytes += String.fromCharCode(lead > 0x9f ? lead + 0x40 : lead, trail);
  }
  return bytes;
}
