// A removed value in the forms and encodings in which it might have survived: name orders, character sets.

import { bytesInMultiByte } from '../dicom/codeTables';
import { cleanText, fold } from './cleanText';
import { isTelling, nameParts } from './identifiers';
import type { RemovedKind, RemovedValue } from './removed';

/** A form of a removed value: bytes as a string of characters 0-255. */
interface Needle {
  readonly bytes: string;
  readonly kind: RemovedKind;
}

const NOBODY = { words: new Set<string>(), phrases: [] };

/** The searchable texts of a removed value; [] for those that may well be there without telling anything. */
export function formsOf({ text, kind }: RemovedValue): string[] {
  switch (kind) {
    case 'name':
      return nameForms(text);
    case 'id':
      return isTelling(fold(text)) ? [text] : [];
    case 'text':
      return text.length >= 12 && cleanText(text, NOBODY) !== text ? [text] : [];
    case 'date':
      return /^\d{8}/.test(text) ? [text.slice(0, 8)] : [];
    case 'time':
      return /^\d{6}/.test(text) ? [text] : [];
    case 'uid':
      return [text];
  }
}

/** A person name whole, each telling part, and its first two parts in either order with the usual joints. */
function nameForms(name: string): string[] {
  const forms = new Set<string>();
  for (const group of name.split('=')) {
    const parts = nameParts(group);
    for (const part of parts) if (isRare(part)) forms.add(part);
    const [family, given] = parts;
    if (!family || !given || !(isRare(family) || isRare(given))) continue;
    if (family.length + given.length < 5 && !isIdeographic(family + given)) continue;
    for (const joint of [' ', '^', ', ', ',', '_', '.', '-', '']) {
      forms.add(`${family}${joint}${given}`);
      forms.add(`${given}${joint}${family}`);
    }
  }
  return [...forms];
}

const isRare = (part: string) => isTelling(fold(part)) || isIdeographic(part);

/** Two characters of a script with thousands of them are as rare as four letters. */
function isIdeographic(part: string): boolean {
  return part.length >= 2 && /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u.test(part);
}

/** A text in every encoding it can have: UTF-8, UTF-16 both ways, Latin-1, Shift-JIS, JIS, EUC-KR, GB. */
export function encodings(text: string, kind: RemovedKind): Needle[] {
  const found = new Set<string>();
  for (const form of new Set([text, text.toUpperCase(), text.toLowerCase(), unaccented(text)])) {
    found.add(utf8(form));
    if (/^[\x20-\xff]*$/.test(form)) found.add(form);
    found.add(utf16(form, true));
    found.add(utf16(form, false));
    if (/^[\x20-\x7e]*$/.test(form)) continue;
    for (const set of ['jis-x-0208', 'ks-x-1001', 'gb-2312'] as const) {
      const pairs = pairsIn(set, form);
      if (!pairs) continue;
      found.add(String.fromCharCode(...pairs.map((byte) => byte & 0x7f)));
      found.add(String.fromCharCode(...pairs.map((byte) => byte | 0x80)));
      if (set === 'jis-x-0208') found.add(shiftJis(pairs));
    }
  }
  return [...found].map((bytes) => ({ bytes, kind }));
}

const unaccented = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

function utf8(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function utf16(text: string, little: boolean): string {
  let bytes = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const [high, low] = [String.fromCharCode(unit >> 8), String.fromCharCode(unit & 0xff)];
    bytes += little ? low + high : high + low;
  }
  return bytes;
}

function pairsIn(set: 'jis-x-0208' | 'ks-x-1001' | 'gb-2312', text: string): number[] | null {
  const all: number[] = [];
  for (const character of text) {
    const pair = bytesInMultiByte(set, character);
    if (pair?.length !== 2) return null;
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
