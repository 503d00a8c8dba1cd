// How else a name gets written: without diacritics, with the digraphs of its language, in Latin letters.

import { fold } from './words';

/** Letters that no decomposition takes apart: plainly, and as its language writes it without the letter. */
const LATIN: Readonly<Record<string, readonly [string, string]>> = {
  ß: ['ss', 'ss'],
  ø: ['o', 'oe'],
  å: ['a', 'aa'],
  æ: ['ae', 'ae'],
  œ: ['oe', 'oe'],
  ä: ['a', 'ae'],
  ö: ['o', 'oe'],
  ü: ['u', 'ue'],
  þ: ['th', 'th'],
  ð: ['d', 'd'],
  đ: ['d', 'dj'],
  ł: ['l', 'l'],
  ħ: ['h', 'h'],
  ŋ: ['n', 'ng'],
  ı: ['i', 'i'],
};

const CYRILLIC: Readonly<Record<string, string>> = Object.fromEntries(
  'а a|б b|в v|г g|д d|е e|ё yo|ж zh|з z|и i|й y|к k|л l|м m|н n|о o|п p|р r|с s|т t|у u|ф f|х kh|ц ts|ч ch|ш sh|щ shch|ъ |ы y|ь |э e|ю yu|я ya|і i|ї yi|є ye|ґ g|ў u|ј j|љ lj|њ nj|ћ c|ђ dj|џ dz'
    .split('|')
    .map((pair) => pair.split(' ') as [string, string]),
);
const GREEK: readonly (readonly [RegExp, string])[] = [
  [/ου/g, 'ou'],
  [/ευ(?=[αεηιουβγδζλμνρ])/g, 'ev'],
  [/ευ/g, 'ef'],
  [/αυ(?=[αεηιουβγδζλμνρ])/g, 'av'],
  [/αυ/g, 'af'],
  ...'α a|β v|γ g|δ d|ε e|ζ z|η i|θ th|ι i|κ k|λ l|μ m|ν n|ξ x|ο o|π p|ρ r|σ s|ς s|τ t|υ y|φ f|χ ch|ψ ps|ω o'
    .split('|')
    .map((pair) => pair.split(' ') as [string, string])
    .map(([from, to]) => [new RegExp(from, 'g'), to] as const),
];
const JAMO = [
  'g kk n d tt r m b pp s ss  j jj ch k t p h'.split(' '),
  'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' '),
  ' k k k n n n t l k m p t t p h m p p t t ng t t k t p t'.split(' '),
] as const;

/**
 * The folded forms of a name or word: plain, with digraphs (Müller, Muller, Mueller), and in Latin letters where it is
 * written in Cyrillic, Greek or Hangul. The first is `fold(text)`.
 */
export function spellings(text: string): string[] {
  const plain = fold(text);
  if (/^[\x20-\x7e]*$/.test(text)) return [plain];
  const lower = text.normalize('NFC').toLowerCase();
  const forms = new Set([plain]);
  for (const choice of [0, 1] as const)
    forms.add(fold(lower.replace(/[^\x20-\x7e]/g, (letter) => LATIN[letter]?.[choice] ?? letter)));
  if (/\p{Script=Cyrillic}/u.test(lower)) {
    const latin = lower.replace(/./gu, (letter) => CYRILLIC[letter] ?? letter);
    forms.add(fold(latin)).add(fold(latin.replaceAll('kh', 'h').replaceAll('iy', 'y').replaceAll('ts', 'c')));
  }
  if (/\p{Script=Greek}/u.test(lower)) forms.add(GREEK.reduce((form, [from, to]) => form.replace(from, to), plain));
  if (/[\uac00-\ud7a3]/.test(lower)) forms.add(fold(lower.replace(/[\uac00-\ud7a3]/g, romanised)));
  return [...forms];
}

/** A Hangul syllable by the Revised Romanisation, without the changes between syllables. */
function romanised(syllable: string): string {
  const code = syllable.charCodeAt(0) - 0xac00;
  return (
    (JAMO[0][Math.floor(code / 588)] ?? '') +
    (JAMO[1][Math.floor((code % 588) / 28)] ?? '') +
    (JAMO[2][code % 28] ?? '')
  );
}
