// Free text cleaned by an allow-list (PS3.15 E.3.5): clinical words and small numbers stay, everything else goes.
// Doubt removes: a word that is not in the vocabulary might be a name, a number beside it an id or part of a date.

import type { KnownIdentifiers } from './identifiers';
import { fold, isClinical, isNamePair, isSurname } from './words';

const TITLES = new Set('prof herr frau mrs miss mme sra senora senor signora signore monsieur madame'.split(' '));
/** Words behind which somebody is named. */
const NAMING = new Set('by patient pt name nurse physician doctor surgeon operator radiologist'.split(' '));
/** Words beside which a number is an age. */
const AGE_WORDS = new Set('age aged alter edad leeftijd eta'.split(' '));
const AGE_UNITS = new Set('y yo yr yrs year years jahre ans old'.split(' '));
/** Letters that may stand before a number of up to two digits: echo, slice, vertebra and factor numbers. */
const NUMBERED_LETTERS = new Set('b t c l s p m x n e v'.split(' '));
const LONG_NUMBER_AFTER = new Set('b te tr ti bval bvalue'.split(' '));
const CHUNK = /(?:[\p{L}\p{M}]|(?!\d)\p{N}|\d+(?:\.\d+)?)+/gu;
/** Anything but letters, digits and plain punctuation, such as what a false character set leaves behind. */
const ODD = /[^\p{L}\p{M}\p{N}\x20-\x7e\r\n\t\f]/u;

interface Chunk {
  readonly text: string;
  readonly folded: string;
  readonly start: number;
  kept: boolean;
}

/** Reconstruction kernels as makers write them: B30f, Br40d, FC08. */
const KERNEL = /^(?:[bhiudt]|b[rflvm]|h[rcfpv]|u[rbfhq]|q[rs]|sa|fc)\d{2}[fshd]?$/;

/** A text after cleaning. */
export interface Cleaned {
  readonly text: string;
  /** Whether anything went that nobody knows to identify: it was only not known to be harmless. */
  readonly doubted: boolean;
}

/** A free text with only clinical words and harmless numbers left; the very same string when all of it may stay. */
export function cleanText(text: string, known: KnownIdentifiers): string {
  return clean(text, known).text;
}

/** As `cleanText`, and whether doubt took anything; `allowed` says which folded words may stay (the clinical ones by default). */
export function clean(
  text: string,
  known: KnownIdentifiers,
  allowed: (folded: string) => boolean = isClinical,
): Cleaned {
  const chunks: Chunk[] = [...text.matchAll(CHUNK)].map((match) => {
    const folded = fold(match[0]);
    const kept = staysAlone(folded, known, allowed) && !isMonth(match[0], match.index, text);
    return { text: match[0], folded, start: match.index, kept };
  });
  dropAddresses(chunks, text);
  dropTitled(chunks, text);
  dropSurnames(chunks, text);
  dropInitials(chunks, text, known);
  dropNumbers(chunks);
  if (chunks.every((chunk) => chunk.kept) && (chunks.length > 0 || text === '') && !ODD.test(text))
    return { text, doubted: false };
  const doubted = chunks.some(({ kept, folded }) => !kept && !known.words.has(folded));
  // What now stand side by side may be initials or a number that did not before.
  const again = clean(join(chunks, text), known, allowed);
  return { text: again.text, doubted: doubted || again.doubted };
}

/** 'OCT' is a tomography, 'Oct' and anything beside a day or a year are a month. */
function isMonth(word: string, at: number, text: string): boolean {
  if (!/^oct$/i.test(word)) return false;
  return word !== 'OCT' || /\d[ .,-]{0,2}$/.test(text.slice(0, at)) || /^[ .,-]{0,2}\d/.test(text.slice(at + 3));
}

function staysAlone(folded: string, known: KnownIdentifiers, allowed: (folded: string) => boolean): boolean {
  if (known.words.has(folded)) return false;
  return allowed(folded) || KERNEL.test(folded) || runsStay(folded.match(/\D+|\d+(?:\.\d+)?/g) ?? [], known, allowed);
}

/** Letters and digits written together: 't1w', '3mm', 'b1000', '64dir', '512x512'. A bare number is judged later by its neighbours. */
function runsStay(runs: readonly string[], known: KnownIdentifiers, allowed: (folded: string) => boolean): boolean {
  return runs.every((run, i) => {
    if (known.words.has(run)) return false;
    if (/^\d/.test(run)) return !AGE_UNITS.has(runs[i + 1] ?? '') && smallNumber(run, digitsAfter(runs[i - 1] ?? ''));
    return run.length > 1 || runs.length === 1 ? allowed(run) : NUMBERED_LETTERS.has(run);
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
  for (const { index, 0: address } of text.matchAll(/\S*(?:@|:\/\/|(?<!\p{L})www\.)\S*/giu))
    for (const chunk of chunks) if (chunk.start >= index && chunk.start < index + address.length) chunk.kept = false;
}

/** 'Dr. Long': a title takes the words behind it along, vocabulary or not. */
function dropTitled(chunks: readonly Chunk[], text: string): void {
  chunks.forEach((chunk, i) => {
    if (!isTitle(chunk, text)) return;
    for (const next of chunks.slice(i, i + 3)) next.kept = false;
  });
}

/** 'MR' and 'DR' are modalities, 'Mr', 'Dr' and 'DR.' are titles. */
function isTitle({ text: word, folded, start }: Chunk, text: string): boolean {
  if (TITLES.has(folded)) return true;
  if (folded === 'dr') return word !== 'DR' || text[start + 2] === '.';
  return word === 'Mr' || word === 'Ms';
}

const isWord = (chunk: Chunk | undefined) => chunk !== undefined && /^\p{L}{2,}/u.test(chunk.folded);

/** A clinical word that is a name too stays neither beside a word that goes, nor where somebody is named. */
function dropSurnames(chunks: readonly Chunk[], text: string): void {
  const goes = (i: number) => isWord(chunks[i]) && !chunks[i]!.kept;
  const near = (i: number) => chunks[i + 1]!.start - chunks[i]!.start - chunks[i]!.text.length <= 3;
  const dropped = chunks.map((chunk, i) => {
    if (!chunk.kept || !isSurname(chunk.folded)) return false;
    if (i > 0 && near(i - 1) && (goes(i - 1) || NAMING.has(chunks[i - 1]!.folded) || isInitial(chunks[i - 1]!, text)))
      return true;
    return i + 1 < chunks.length && near(i) && (goes(i + 1) || isInitial(chunks[i + 1]!, text));
  });
  const folded = chunks.map((chunk) => chunk.folded);
  for (let i = 0; i < chunks.length; i++) if (isNamePair(folded, i)) dropped[i] = dropped[i + 1] = true;
  chunks.forEach((chunk, i) => {
    if (dropped[i]) chunk.kept = false;
  });
}

const SPELT = 4;
/** Abbreviations of single letters that are no initials. */
const DOTTED = new Set('ap ge iv pa po'.split(' '));

const isInitial = ({ folded, start }: Chunk, text: string) => /^\p{L}$/u.test(folded) && text[start + 1] === '.';

/** 'J. Quillfeather', 'Quillfeather J', 'Z.Q.': single letters that belong to a name. */
function dropInitials(chunks: readonly Chunk[], text: string, known: KnownIdentifiers): void {
  const single = (chunk: Chunk | undefined) => chunk !== undefined && /^\p{L}$/u.test(chunk.folded);
  const goes = (chunk: Chunk | undefined) => isWord(chunk) && !chunk!.kept;
  const dropped = chunks.map((chunk, i) => {
    if (!chunk.kept || !single(chunk)) return false;
    const [before, after] = [chunks[i - 1], chunks[i + 1]];
    if (goes(after)) return true;
    return goes(before) && (isInitial(chunk, text) || after === undefined);
  });
  for (let i = 0; i < chunks.length; i++) {
    let end = i;
    while (single(chunks[end])) end++;
    if (end - i < 2) continue;
    // A name spelt letter by letter.
    if (end - i >= SPELT) dropped.fill(true, i, end);
    const letters = chunks
      .slice(i, end)
      .map(({ folded }) => folded)
      .join('');
    const dotted = chunks.slice(i, end).every((chunk) => isInitial(chunk, text));
    if (known.initials.has(letters) || (dotted && !DOTTED.has(letters))) dropped.fill(true, i, end);
    i = end;
  }
  chunks.forEach((chunk, i) => {
    if (dropped[i]) chunk.kept = false;
  });
}

/** A bare number stays only between words that stay: not beside another number, an age unit or anything removed. */
function dropNumbers(chunks: readonly Chunk[]): void {
  const bare = (chunk: Chunk | undefined) => chunk !== undefined && /^[\d.]+$/.test(chunk.folded);
  const dropped = chunks.map((chunk, i) => {
    if (!bare(chunk) || !chunk.kept) return false;
    const beside = [chunks[i - 1], chunks[i + 1]].filter((neighbour) => neighbour !== undefined);
    return (
      beside.length === 0 ||
      beside.some((n) => !n.kept || bare(n) || AGE_UNITS.has(n.folded) || AGE_WORDS.has(n.folded))
    );
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
