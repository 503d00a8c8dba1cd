// Free text cleaned by an allow-list (PS3.15 E.3.5): clinical words and small numbers stay, everything else goes.
// Doubt removes: a word that is not in the vocabulary might be a name, a number beside it an id or part of a date.

import vocabulary from './data/vocabulary.json';
import type { KnownIdentifiers } from './identifiers';

const words = new Set(Object.values(vocabulary.words).flatMap((list) => list.split(' ')));
const TITLES = new Set('dr prof herr frau mrs mme sra signora'.split(' '));
const AGE_UNITS = new Set('y yo yr yrs year years jahre ans old'.split(' '));
/** Letters that may stand before a number of up to two digits: echo, slice, vertebra and factor numbers. */
const NUMBERED_LETTERS = new Set('b t c l s p m x n e'.split(' '));
const LONG_NUMBER_AFTER = new Set('b te tr ti bval bvalue'.split(' '));
const CHUNK = /(?:[\p{L}\p{M}]|(?!\d)\p{N}|\d+(?:\.\d+)?)+/gu;
/** Anything but letters, digits and plain punctuation, such as what a false character set leaves behind. */
const ODD = /[^\p{L}\p{M}\p{N}\x20-\x7e\r\n\t\f]/u;

const PLAIN = /^[\x20-\x7e]*$/;

/** A text for comparison: lower case, without diacritics. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether a word is clinical vocabulary. */
export function isVocabulary(word: string): boolean {
  return words.has(fold(word));
}

interface Chunk {
  readonly text: string;
  readonly folded: string;
  readonly start: number;
  kept: boolean;
}

/** A free text with only clinical words and harmless numbers left; the very same string when all of it may stay. */
export function cleanText(text: string, known: KnownIdentifiers): string {
  const chunks: Chunk[] = [...text.matchAll(CHUNK)].map((match) => {
    const folded = fold(match[0]);
    return { text: match[0], folded, start: match.index, kept: staysAlone(folded, known) };
  });
  dropAddresses(chunks, text);
  dropTitled(chunks);
  dropNumbers(chunks);
  if (chunks.length > 0 && chunks.every((chunk) => chunk.kept) && !ODD.test(text)) return text;
  return join(chunks, text);
}

function staysAlone(folded: string, known: KnownIdentifiers): boolean {
  if (known.words.has(folded)) return false;
  return words.has(folded) || runsStay(folded.match(/\D+|\d+(?:\.\d+)?/g) ?? [], known);
}

/** Letters and digits written together: 't1w', '3mm', 'b1000', '64dir', '512x512'. A bare number is judged later by its neighbours. */
function runsStay(runs: readonly string[], known: KnownIdentifiers): boolean {
  return runs.every((run, i) => {
    if (known.words.has(run)) return false;
    if (/^\d/.test(run)) return !AGE_UNITS.has(runs[i + 1] ?? '') && smallNumber(run, digitsAfter(runs[i - 1] ?? ''));
    return run.length > 1 || runs.length === 1 ? words.has(run) : NUMBERED_LETTERS.has(run);
  });
}

function digitsAfter(letters: string): number {
  if (LONG_NUMBER_AFTER.has(letters)) return 4;
  return letters.length === 1 && letters !== 'x' ? 2 : 3;
}

function smallNumber(run: string, digits: number): boolean {
  const [whole = '', fraction = ''] = run.split('.');
  return whole.length <= digits && fraction.length <= 4;
}

/** E-mail addresses and links go whole, whatever words they are made of. */
function dropAddresses(chunks: readonly Chunk[], text: string): void {
  for (const { index, 0: address } of text.matchAll(/\S*(?:@|:\/\/)\S*/g))
    for (const chunk of chunks) if (chunk.start >= index && chunk.start < index + address.length) chunk.kept = false;
}

/** 'Dr. Long': a title takes the word behind it along, vocabulary or not. */
function dropTitled(chunks: readonly Chunk[]): void {
  chunks.forEach((chunk, i) => {
    if (!TITLES.has(chunk.folded)) return;
    for (const next of chunks.slice(i, i + 3)) next.kept = false;
  });
}

/** A bare number stays only between words that stay: not beside another number, an age unit or anything removed. */
function dropNumbers(chunks: readonly Chunk[]): void {
  const bare = (chunk: Chunk | undefined) => chunk !== undefined && /^[\d.]+$/.test(chunk.folded);
  const dropped = chunks.map((chunk, i) => {
    if (!bare(chunk) || !chunk.kept) return false;
    const beside = [chunks[i - 1], chunks[i + 1]].filter((neighbour) => neighbour !== undefined);
    return beside.length === 0 || beside.some((n) => !n.kept || bare(n) || AGE_UNITS.has(n.folded));
  });
  chunks.forEach((chunk, i) => {
    if (dropped[i]) chunk.kept = false;
  });
}

function join(chunks: readonly Chunk[], text: string): string {
  let result = '';
  let previous = -1;
  chunks.forEach((chunk, i) => {
    if (!chunk.kept) return;
    if (previous >= 0) {
      const before = chunks[previous]!;
      const between = text.slice(before.start + before.text.length, chunk.start);
      result += previous === i - 1 && between.length <= 3 && !ODD.test(between) ? between : ' ';
    }
    result += chunk.text;
    previous = i;
  });
  return result;
}

const TELLING = [
  /[\w.+-]+@[\w-]+\.\w/, // an e-mail address
  /\b(?:https?|ftp|file):\/\//i,
  /(?<!\d)\d{7,}(?!\d)/, // an identifier, a telephone number or a date written as one number
  /(?<!\d)(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)/,
  /(?<!\d)\d{1,2}([-./])\d{1,2}\1(?:19|20)\d\d(?!\d)/,
  /\d[\d ()/-]{8,}\d/, // a telephone number in groups
  /\p{L}\^\p{L}/u, // a person name as PN writes it
];

/**
 * Whether a text that a machine usually writes (a kernel, a coil, a software version) looks as if it told who somebody is:
 * a known identifier of the same study, or something of the form of a name, date, number or address.
 */
export function looksIdentifying(text: string, known: KnownIdentifiers): boolean {
  return TELLING.some((pattern) => pattern.test(text)) || mentions(text, known);
}

/** Whether a text mentions an identifier known from the same study. */
export function mentions(text: string, known: KnownIdentifiers): boolean {
  if (known.phrases.length === 0) return false;
  const folded = fold(text);
  return known.phrases.some((phrase) => containsWord(folded, phrase));
}

/** A phrase of this length does not stand inside a longer word by chance. */
export const RARE_LENGTH = 8;

/** Whether a phrase occurs in a folded text, a short one not merely inside a longer word or number. */
function containsWord(folded: string, phrase: string): boolean {
  for (let at = folded.indexOf(phrase); at >= 0; at = folded.indexOf(phrase, at + 1)) {
    const before = folded[at - 1] ?? ' ';
    const after = folded[at + phrase.length] ?? ' ';
    if (phrase.length >= RARE_LENGTH && !/^[\d.]+$/.test(phrase)) return true;
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}
