// The words that may stay: of clinical texts, of published codes, of equipment. Compared without case, diacritics and width.

import codeWords from './data/codeWords.json';
import vocabulary from './data/vocabulary.json';

const split = (lists: Readonly<Record<string, string>>) =>
  new Set(Object.values(lists).flatMap((list) => list.split(' ')));
const clinical = split(vocabulary.words);
const ofCodes = split(codeWords.words);
const surnames = new Set(vocabulary.surnames.split(' '));

const PLAIN = /^[\x20-\x7e]*$/;

/** A text for comparison: lower case, without diacritics, full-width letters as plain ones. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether a folded word is clinical vocabulary, so that it may stay in what people write. */
export function isClinical(folded: string): boolean {
  return clinical.has(folded);
}

/** Whether a folded word is clinical, or belongs to a published code or to equipment. */
export function isCodeWord(folded: string): boolean {
  return clinical.has(folded) || ofCodes.has(folded) || isCompound(folded);
}

/** Whether a clinical word is a common name as well, so that a name beside it takes it along. */
export function isSurname(folded: string): boolean {
  return surnames.has(folded);
}

/** Given names that are words as well. */
const GIVEN = new Set(
  'art dean faith frank grace grant guy holly hope jack jean joy june mark may miles penny ray rose victor will'.split(
    ' ',
  ),
);

/** Whether the folded word at `at` and the next are a given name beside a surname, in either order: 'Will Long', 'BONE, MARK'. */
export function isNamePair(folded: readonly string[], at: number): boolean {
  const [before, word = '', next = ''] = [folded[at - 1], folded[at], folded[at + 1]];
  if (word === 'ray' && before === 'x') return false;
  return (GIVEN.has(word) && isSurname(next)) || (isSurname(word) && GIVEN.has(next));
}

const SHORTEST_PART = 3;

/** 'chestabdpelvis', 'headneck': words of a code written together, each of three letters or more. */
function isCompound(folded: string): boolean {
  if (folded.length < 2 * SHORTEST_PART || folded.length > 24) return false;
  for (let at = SHORTEST_PART; at <= folded.length - SHORTEST_PART; at++) {
    if (!clinical.has(folded.slice(0, at))) continue;
    const rest = folded.slice(at);
    if (clinical.has(rest) || isCompound(rest)) return true;
  }
  return false;
}
