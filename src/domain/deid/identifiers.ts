// What a file itself tells about who it is about: names, numbers, places. Known so that texts can be rid of them.

import type { DicomFile, Element } from '../dicom/dataset';
import { isPrivate, vrOf } from '../dicom/dictionary';
import { remembering } from '../dicom/remembering';
import { contextOf, elementTexts, type ValueContext } from '../dicom/values';
import { walk } from '../dicom/walk';
import type { ProfileOptions } from './profile';
import type { Recall } from './recall';
import type { RemovedKind, RemovedValue } from './removed';
import { spellings } from './spellings';
import { optionCode, profileRow } from './table';
import { fold, isClinical } from './words';

/** Identifiers of a study, folded (lower case, no diacritics). */
export interface KnownIdentifiers {
  /** Single words that may stand in no cleaned text, though the vocabulary knows them: parts of names, whole ids. */
  readonly words: ReadonlySet<string>;
  /** Words and phrases that may stand in no text at all. */
  readonly phrases: readonly string[];
  /** First letters of names, given name first and family name first. */
  readonly initials: ReadonlySet<string>;
}

const TELLING_VRS = new Set(['PN', 'DA', 'DT']);
const TEXT_VRS = new Set(['AE', 'IS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UT', 'UN']);
/** Makers of scanners: in a patient's name they say phantom, and the attribute that names them is no leak. */
const MAKERS = new Set(
  'agfa canon carestream fonar fuji fujifilm general electric hitachi hologic hyperfine konica medical minolta paramed philips samsung shimadzu siemens healthineers systems toshiba uih'.split(
    ' ',
  ),
);

/** The VR by which a value is to be judged: the standard's where there is one, since a file may lie. */
export function judgedVr(element: Element): string {
  return (isPrivate(element.tag) ? null : vrOf(element.tag)) ?? element.vr;
}

/** An element's values as texts, read by the VR it is judged by. */
export function judgedTexts(element: Element, context: ValueContext): string[] {
  const vr = judgedVr(element);
  return elementTexts(element.vr === vr || element.kind !== 'bytes' ? element : { ...element, vr }, context);
}

/** What kind of value an attribute holds when it is taken away. */
export function kindOf(element: Element): RemovedKind {
  const vr = judgedVr(element);
  if (vr === 'PN') return 'name';
  if (vr === 'UI') return 'uid';
  if (vr === 'DA' || vr === 'DT') return 'date';
  if (vr === 'TM') return 'time';
  const row = profileRow(element.tag);
  return row && !row.options.cleanDescriptors && TEXT_VRS.has(vr) ? 'id' : 'text';
}

/** Whether an attribute tells who somebody is, so that its value has to vanish from every other one too. */
function isIdentifier(element: Element, options: ProfileOptions): boolean {
  const vr = judgedVr(element);
  if (!TELLING_VRS.has(vr) && !TEXT_VRS.has(vr)) return false;
  const kind = kindOf(element);
  if (kind === 'name') return true;
  const row = profileRow(element.tag);
  if (kind === 'date')
    return row !== undefined && (options.retainLongitudinal !== 'full' || row.options.full === undefined);
  return kind === 'id' && row !== undefined && row.basic !== 'U' && optionCode(row, options) === null;
}

/** The identifiers in a file, together with those already known from the rest of its study. */
export function knownIdentifiers(
  file: DicomFile,
  options: ProfileOptions,
  subjectCode: string,
  others: readonly RemovedValue[] = NOBODY_ELSE,
  recall?: Recall,
): KnownIdentifiers {
  const rest = readyOf(others, subjectCode);
  const own = toldBy(file, options).filter(({ key }) => !rest.keys.has(key));
  if (own.length === 0) return rest.known;
  const make = () => merged([...rest.told, ...own], subjectCode);
  return recall ? recall.again('known', [subjectCode, ...own.map(({ key }) => key)], make) : make();
}

/** What is known from the rest of a study, made ready once for all of its files. */
interface Ready {
  readonly subjectCode: string;
  readonly told: readonly Told[];
  readonly keys: ReadonlySet<string>;
  readonly known: KnownIdentifiers;
}
const ready = new WeakMap<readonly RemovedValue[], Ready>();
const NOBODY_ELSE: readonly RemovedValue[] = [];

function readyOf(others: readonly RemovedValue[], subjectCode: string): Ready {
  const before = ready.get(others);
  if (before?.subjectCode === subjectCode) return before;
  const told = others.filter(({ kind }) => kind === 'name' || kind === 'id' || kind === 'date').map(telling);
  const keys = new Set(told.map(({ key }) => key));
  const made = { subjectCode, told, keys, known: merged(told, subjectCode) };
  ready.set(others, made);
  return made;
}

/** The values in a file that tell who it is about, under a profile's options; of an absurd number the first. In memory only. */
export function tellingValues(file: DicomFile, options: ProfileOptions): RemovedValue[] {
  return toldBy(file, options)
    .slice(0, MOST_VALUES)
    .map(({ value }) => value);
}

/** More names and numbers than any file has about one person; what is left out is still searched for in what comes out. */
const MOST_VALUES = 4096;

function toldBy(file: DicomFile, options: ProfileOptions): Told[] {
  const context = contextOf(file);
  const identifiersIn = finderFor(options);
  const told: Told[] = [];
  for (const element of file.dataset.elements.values())
    for (const one of identifiersIn(element, context)) told.push(one);
  return told;
}

/** What one value tells. */
interface Told {
  readonly value: RemovedValue;
  readonly words: readonly string[];
  readonly phrases: readonly string[];
  readonly initials: readonly string[];
  /** All of it as one text. */
  readonly key: string;
}

function telling(value: RemovedValue): Told {
  const parts = partsOf(value);
  const words = parts.filter((part) => part.length >= SHORTEST_WORD && !/\s/.test(part));
  const phrases = parts.filter(isTelling);
  const initials = value.kind === 'name' ? initialsOf(value.text) : [];
  return {
    value,
    words,
    phrases,
    initials,
    key: [words, phrases, initials].map((list) => list.join('\0')).join('\x01'),
  };
}

type Finder = (element: Element, context: ValueContext) => readonly Told[];
const finders = new WeakMap<ProfileOptions, Finder>();

/** What finds identifiers in an element of the root data set, at every depth. */
function finderFor(options: ProfileOptions): Finder {
  const known = finders.get(options);
  if (known) return known;
  const finder = remembering((root: Element, context: ValueContext): readonly Told[] => {
    const told: Told[] = [];
    walk({ elements: new Map([[root.tag, root]]) }, context, (element, _path, at) => {
      if (element.kind !== 'bytes' || element.bytes.length === 0 || !isIdentifier(element, options)) return;
      for (const text of judgedTexts(element, at.context)) told.push(telling({ text, kind: kindOf(element) }));
    });
    return told;
  });
  finders.set(options, finder);
  return finder;
}

function merged(told: readonly Told[], subjectCode: string): KnownIdentifiers {
  const words = new Set(told.flatMap((one) => one.words));
  const phrases = new Set(told.flatMap((one) => one.phrases));
  const initials = new Set(told.flatMap((one) => one.initials));
  for (const own of [subjectCode.toLowerCase(), 'removed']) {
    words.delete(own);
    phrases.delete(own);
  }
  return { words, phrases: [...phrases], initials };
}

const SHORTEST_WORD = 2;

/** What may tell of a value: every part of a name in every spelling, an id whole and as its digits, a date's eight digits. */
function partsOf({ text, kind }: RemovedValue): string[] {
  if (kind === 'date') return /^\d{8}/.test(text) ? [text.slice(0, 8)] : [];
  if (kind === 'name') return [...nameParts(text), ...text.split(/[\s^=]+/u)].flatMap(spellings);
  const digits = digitsOf(text);
  return [...spellings(text.trim()), ...(digits === null ? [] : [digits])];
}

/** The digits of an id or telephone number that is written in groups or behind letters; null when they are too few to tell. */
export function digitsOf(text: string): string | null {
  const digits = text.replace(/\D/g, '');
  return digits.length >= 6 && digits.length <= 20 ? digits : null;
}

function initialsOf(name: string): string[] {
  return name.split('=').flatMap((group) => {
    return [nameParts(group), group.split('^')].flatMap((parts) => {
      const [family = '', ...given] = parts.map((part) => fold(part.trim())[0] ?? '');
      return given.length === 0 ? [] : [given[0] + family, family + given[0], given.join('') + family];
    });
  });
}

/** The parts of a person name in any component group (PS3.5 6.2.1), double names taken apart. */
export function nameParts(name: string): string[] {
  return name.split(/[\s^=\\,;._'’-]+/u).filter((part) => part.length > 0);
}

/** Two characters of a script with thousands of them are as rare as four letters. */
export function isIdeographic(part: string): boolean {
  return part.length >= 2 && /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u.test(part);
}

/** Whether a word is long and rare enough to be searched for on its own. */
export function isTelling(word: string): boolean {
  return (word.length >= 4 || isIdeographic(word)) && !MAKERS.has(word) && !isClinical(word) && !/^0+$/.test(word);
}
