// Texts that equipment writes (a kernel, a coil, a version) and coded strings: what in them looks as if it told who somebody is.

import type { KnownIdentifiers } from './identifiers';
import { fold, isCodeWord, isNamePair } from './words';

const MONTH = 'jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]';

const TELLING = [
  new RegExp(
    `\\d[ .,-]*(?:${MONTH})\\p{L}*[ .,-]*\\d|(?<!\\p{L})(?:${MONTH})\\p{L}*[ .-]*\\d{1,2}(?:st|nd|rd|th)?[ ,.]+\\d`,
    'iu',
  ),
  /[\w.+-]+@[\w-]+\.\w/, // an e-mail address
  /(?:https?|ftp|file):\/\/|(?<!\p{L})www\./iu,
  /(?<!\d)\d{7,}(?!\d)/, // an identifier, a telephone number or a date written as one number
  /(?<!\d)(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)/,
  /(?<!\d)\d{1,2}([-./])\d{1,2}\1(?:19|20)\d\d(?!\d)/,
  /(?<!\d)\d{1,2}\/\d{1,2}\/\d{2}(?!\d)/,
  /\d[\d ()/-]{8,}\d/, // a telephone number in groups
  /(?<!\d)\d{3}[ -]\d{2,4}[ -]?\d{4}(?!\d)/,
  /(?<![\d.])[1-9]\d{1,2}\.\d{1,3}\.\d{1,3}\.[1-9]\d{1,2}(?![\d.])/, // an IP address
  /(?<!\d)\d{3}[ -]\d{4}(?!\d)/,
  /(?<![\d.])(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.\d\d(?![\d.])/, // a day with a short year
  /(?<!\p{L})\p{L}\. ?\p{L}\.(?!\p{L})/u, // initials
  /(?<!\p{L})\p{Lu}\. \p{Lu}|(?<!\p{L})\p{L}{2,},? \p{Lu}\.(?![\p{L}\d])/u, // an initial beside a name
  /\p{L}\^\p{L}/u, // a person name as PN writes it
  /(?<!\d)0?(?:9\d|1[01]\d)[ -]?(?:y|yo|yr|yrs|years?|jahre|j\.)(?!\p{L})/iu, // an age over 89
  /(?<!\p{L})(?:aged?|alter)[ :]+\d/iu,
  /(?<!\p{L})(?:\p{L}[ ._-]){3,}\p{L}(?!\p{L})/u, // spelt letter by letter
  // A given name that is a word as well, with a surname behind it.
  /(?<!\p{L}|[Xx][- ]?)(?:Will|Ray|Mark|Grace|Art|Faith|Rose|May|June|Dean|Grant|Frank|Guy|Jean|Jack|Victor|Penny|Holly|Hope|Joy|Miles) \p{Lu}\p{Ll}{2}/u,
  /(?<!\p{L})(?:Dr|Mr|Mrs|Ms|Prof|Herr|Frau|Mme)\.? \p{L}/u,
];

/** Whether a text has the form of a name, date, number or address, or mentions what is known from the same study. */
export function looksIdentifying(text: string, known: KnownIdentifiers): boolean {
  return TELLING.some((pattern) => pattern.test(text)) || namesSomebody(text) || looksKnown(text, known);
}

function namesSomebody(text: string): boolean {
  const words = fold(text).match(/\p{L}+/gu) ?? [];
  return words.some((_, at) => isNamePair(words, at));
}

const TOKEN = /[\p{L}\p{M}]+|\p{N}+/gu;
const LONGEST_NUMBER = 5;
/** A bare number of a code table, a sequence's own name, a scheme of a maker's own. */
const WHOLE = /^(?:\d{1,5}(?:\.\d)?|[*%][\w.#*-]{1,20}|99[A-Za-z][A-Za-z_]{1,9})$/;

/**
 * Whether every word of a coded string or a machine's text is one of a published code, of equipment, or too short to be
 * a name, and no number in it is long enough for an identifier.
 */
export function isMachineText(text: string): boolean {
  if (WHOLE.test(text)) return true;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (/^\p{N}/u.test(token)) {
      if (token.length > LONGEST_NUMBER || (token.length >= 4 && !isJoined(text, index, token.length))) return false;
    } else if (!isMachineWord(token)) return false;
  }
  return true;
}

/** A number that belongs to what stands beside it: the parts of a version, 'b1000', '2011A'. */
const isJoined = (text: string, at: number, length: number) =>
  /[\p{L}._*#:-]/u.test(text[at - 1] ?? '') || /\p{L}/u.test(text[at + length] ?? '');

/** A word of codes or equipment, also as 'HeadNeck' or 'TSEcor' are made of several; three letters are no name. */
function isMachineWord(token: string): boolean {
  if (/^[A-Za-z]{1,3}$/.test(token) || isCodeWord(fold(token))) return true;
  const parts = token.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|[^\p{Lu}\p{Ll}]+/gu) ?? [token];
  return parts.length > 1 && parts.every((part) => part.length <= 3 || isCodeWord(fold(part)));
}

/** Whether a text mentions an identifier known from the same study. */
export function mentions(text: string, known: KnownIdentifiers): boolean {
  if (known.phrases.length === 0) return false;
  const folded = fold(text);
  return known.phrases.some((phrase) => containsWord(folded, phrase));
}

/**
 * Whether a text of a machine mentions such an identifier, short ones too: 'NGO' is no body part where the patient is called so,
 * but 'MA' of a code is no name because the patient's is short.
 */
export function looksKnown(text: string, known: KnownIdentifiers): boolean {
  if (mentions(text, known)) return true;
  const words = fold(text).match(/\p{L}+/gu) ?? [];
  return words.some((word) => word.length <= SHORT_NAME && known.words.has(word) && !isCodeWord(word));
}

/** Longer parts of names are phrases, that may stand nowhere. */
const SHORT_NAME = 3;

/** A phrase of this length does not stand inside a longer word by chance. */
export const RARE_LENGTH = 8;

/** Whether two characters side by side belong to one word or one number. */
function continues(a: string, b: string): boolean {
  return /\p{L}/u.test(a) ? /\p{L}/u.test(b) : /\p{N}/u.test(a) && /\p{N}/u.test(b);
}

/** Whether a phrase occurs in a folded text, a short one not merely inside a longer word or number. */
function containsWord(folded: string, phrase: string): boolean {
  for (let at = folded.indexOf(phrase); at >= 0; at = folded.indexOf(phrase, at + 1)) {
    const before = folded[at - 1] ?? ' ';
    const after = folded[at + phrase.length] ?? ' ';
    if (phrase.length >= RARE_LENGTH && !/^[\d.]+$/.test(phrase)) return true;
    if (!continues(before, phrase[0]!) && !continues(after, phrase.at(-1)!)) return true;
  }
  return false;
}
