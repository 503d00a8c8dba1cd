// What a text that was read in pixels gives away: the study's own identifiers and anything of a name's, a date's or an id's form
// is identifying, an allow-list of scales, sides and technique is harmless, and all else is doubtful.
import type { KnownIdentifiers } from '../deid/identifiers';
import { looksIdentifying } from '../deid/machineText';
import { fold, isClinical } from '../deid/words';

export type TextVerdict = 'identifying' | 'doubtful' | 'harmless';

/**
 * Read with less confidence than this (of 100), a text of so many letters and digits is never harmless: a long text that reads
 * as what devices write was hardly anything else, a single letter may have been.
 */
const CONFIDENT = [
  { signs: 6, confidence: 25 },
  { signs: 4, confidence: 50 },
  { signs: 0, confidence: 70 },
];
const UNITS = new Set(
  'mm cm m s ms sec min hz khz mhz db fps kv kvp ma mas mgy mgycm gycm msv bpm mmhg ml deg x % °'.split(' '),
);
const MARKS = new Set(
  'l r a p s i h f ap pa lat lao rao lt rt left right sup inf ant post im se ww wl wc tis tib tic mi fr frq gn gain depth dr pwr power wf prf thi sag cor ax tra te tr ti fov nex et fa flip bw w bandwidth thk sl gap zoom mag score dlp ctdi ctdivol t1 t2 pd flair stir dwi adc b tof long trans axial sagittal coronal supine prone freq dyn range power frame'.split(
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
  /\b(?:name|patient|pat|id|mrn|dob|born|birth|geb|acc|accession|hospital|clinic|klinik|institute|prof|dr(?=\.?\s*\p{L}))\b/iu;

/**
 * What a line of text gives away.
 * @param confidence of the reader, 0 to 100
 */
export function judgeText(text: string, confidence: number, known: KnownIdentifiers): TextVerdict {
  if (DATES.some((date) => date.test(text)) || LABELS.test(text) || looksIdentifying(text, known)) return 'identifying';
  if (resemblesKnown(text, known)) return 'identifying';
  const signs = text.match(/[\p{L}\d]/gu)?.length ?? 0;
  const enough = CONFIDENT.find((one) => signs >= one.signs)!.confidence;
  return confidence >= enough && isHarmless(text, known) ? 'harmless' : 'doubtful';
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

/** What stands between, before and behind the words and numbers of a harmless text. */
const BETWEEN = new Set(':=()*.,');
const TOKEN = /(?<!\p{L})t[12](?!\d)|\p{L}+|\d+(?:[.,]\d+)?|[%°]|[^\s\p{L}\d%°]/gu;
/** Words of devices that are long enough to be known with one letter misread. */
const LONG_MARKS = [...MARKS].filter((mark) => mark.length >= 3);

/**
 * Only marks, units, clinical words and small numbers. A clinical word may be somebody's name (Long, Head), so words alone are
 * harmless only where the study's own names are known.
 */
function isHarmless(text: string, known: KnownIdentifiers): boolean {
  const bare = fold(text.replace(/^[^\p{L}\d]+|[^\p{L}\d%°)]+$/gu, ''));
  // A number alone may be what is left of a date or an id: nothing else may have been read with it.
  if (!/\p{L}|[%°]/u.test(bare)) return /^(?:\d|[1-9]\d)(?:\.\d)?$/.test(text.trim());
  const tokens: readonly string[] = bare.match(TOKEN) ?? [];
  const strange: string[] = [];
  let [meaning, measured, number] = [0, false, false];
  for (const [at, token] of tokens.entries()) {
    if (/^\d/.test(token)) {
      if (number || !isSmall(token, tokens[at + 1] ?? '')) return false;
      number = true;
      meaning += 1;
    } else if (/^[\p{L}%°]/u.test(token)) {
      if (known.words.has(token)) return false;
      if (number && isUnit(token)) measured = true;
      else if (!UNITS.has(token) && !isMark(token, known)) strange.push(token);
      number = false;
      meaning += 1;
    } else if (!BETWEEN.has(token)) return false;
  }
  return meaning > 0 && (strange.length === 0 || (measured && strange.length === 1 && isMisread(strange[0]!)));
}

/** Few digits, or four in front of a unit; an id may begin with 0. */
function isSmall(number: string, next: string): boolean {
  const [whole = '', fraction = ''] = number.split(/[.,]/);
  const digits = whole.length;
  if (fraction.length > 2 || (digits > 1 && number.startsWith('0'))) return false;
  return digits <= 3 || (digits === 4 && UNITS.has(next));
}

/** A unit, hertz and gray also with their first letter misread. */
function isUnit(word: string): boolean {
  return UNITS.has(word) || /^\p{L}hz$/u.test(word) || (word.length >= 5 && distance(word, 'mgycm') <= 2);
}

function isMark(word: string, known: KnownIdentifiers): boolean {
  if (MARKS.has(word)) return word.length === 1 || !known.initials.has(word);
  return word.length >= 3 && known.words.size > 0 && isClinical(word);
}

/** Beside a number with its unit: a word of devices with a letter misread, or too short to be a name. */
function isMisread(word: string): boolean {
  return word.length <= 2 || LONG_MARKS.some((mark) => distance(word, mark) <= 1);
}
