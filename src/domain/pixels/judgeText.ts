// What a text that was read in pixels gives away: the study's own identifiers and anything of a name's, a date's or an id's form
// is identifying, an allow-list of scales, sides and technique is harmless, and all else is doubtful.
import type { KnownIdentifiers } from '../deid/identifiers';
import { looksIdentifying } from '../deid/machineText';
import { fold, isClinical } from '../deid/words';

export type TextVerdict = 'identifying' | 'doubtful' | 'harmless';

/** Read with less confidence than this (of 100), a text is never harmless. */
const CONFIDENT = 70;
const UNITS = new Set(
  'mm cm m s ms sec min hz khz mhz db fps kv kvp ma mas mgy mgycm msv bpm mmhg ml deg x % °'.split(' '),
);
const MARKS = new Set(
  'l r a p s i h f lt rt left right sup inf ant post im se ww wl wc tis tib tic mi fr frq gn gain depth dr pwr power wf prf thi sag cor ax tra te tr ti fov nex thk zoom mag score'.split(
    ' ',
  ),
);
const DATES = [
  /(?<!\d)\d{1,2}\s*[-./ ]\s*\d{1,2}\s*[-./ ]\s*\d{2,4}(?!\d)/,
  /(?<!\d)\d{4}\s*[-./]\s*\d{1,2}\s*[-./]\s*\d{1,2}(?!\d)/,
  /\d{1,2}\s*[-./ ]?\s*(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\s*[-./ ]?\s*\d{2,4}/i,
  /(?<!\d)\d{1,2}:\d{2}:\d{2}(?!\d)/,
];
const LABELS =
  /\b(?:name|patient|pat|id|mrn|dob|born|birth|geb|acc|accession|hospital|clinic|klinik|institute|dr|prof)\b/i;

/**
 * What a line of text gives away.
 * @param confidence of the reader, 0 to 100
 */
export function judgeText(text: string, confidence: number, known: KnownIdentifiers): TextVerdict {
  if (DATES.some((date) => date.test(text)) || LABELS.test(text) || looksIdentifying(text, known)) return 'identifying';
  if (resemblesKnown(text, known)) return 'identifying';
  return confidence >= CONFIDENT && isHarmless(text, known) ? 'harmless' : 'doubtful';
}

/** Readers mistake a letter here and there: words within an edit or two of a known one count as that one. */
function resemblesKnown(text: string, known: KnownIdentifiers): boolean {
  const words = fold(text).match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  const targets = [...known.words, ...known.phrases.flatMap((phrase) => phrase.split(/\s+/))].filter(
    (t) => t.length >= 4,
  );
  return words.some((word) =>
    targets.some((target) => distance(word, target) <= (target.length >= 8 ? 2 : target.length >= 5 ? 1 : 0)),
  );
}

/** Levenshtein distance; 99 when the lengths alone say that it is large. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 99;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/**
 * Only marks, units, clinical words and small numbers. A clinical word may be somebody's name (Long, Head), so words alone are
 * harmless only where the study's own names are known.
 */
function isHarmless(text: string, known: KnownIdentifiers): boolean {
  const tokens = fold(text).match(/[\p{L}]+|\d+(?:\.\d+)?|[%°]|[^\s\p{L}\d%°]/gu) ?? [];
  let numbers = 0;
  let meaning = 0;
  for (const token of tokens) {
    if (/^\d/.test(token)) {
      numbers += 1;
      if (numbers > 1 || token.replace(/\..*/, '').length > 3) return false;
      meaning += 1;
      continue;
    }
    if (/^[^\p{L}%°]/u.test(token)) {
      if (!':=()*'.includes(token)) return false;
      continue;
    }
    numbers = 0;
    if (UNITS.has(token) || MARKS.has(token)) meaning += 1;
    else if (!isClinical(token) || known.words.size === 0 || token.length < 3) return false;
    else meaning += 1;
  }
  return meaning > 0;
}
