// What the standard and the vendors call an attribute (PS3.6), and how tags are written (PS3.5 7.8 for private blocks).
// Nothing is parsed until the first look-up: a command that reads explicit VR files never pays for the dictionaries.

import { EDITION, ROWS } from './data/dictionary';
import type { Keyword } from './data/keyword';
import { PRIVATE_ROWS } from './data/privateDictionary';
import type { DataSet, Tag } from './dataset';
import { elementText, type ValueContext } from './values';

export type { Keyword };

/** An attribute as the dictionary lists it; `vr` may be a choice such as 'US/SS'. */
export interface DictionaryEntry {
  readonly keyword: string;
  readonly vr: string;
  readonly vm: string;
}

interface Dictionary {
  readonly byTag: ReadonlyMap<Tag, DictionaryEntry>;
  readonly byKeyword: ReadonlyMap<string, Tag>;
  /** Repeating groups: [mask, tag under the mask, entry]. */
  readonly repeating: readonly (readonly [number, Tag, DictionaryEntry])[];
}

let dictionary: Dictionary | undefined;
let privateVrs: Map<string, ReadonlyMap<number, string>> | undefined;
const privateRows = new Map<string, string>();

/** The group number of a tag. */
export const groupOf = (tag: Tag): number => tag >>> 16;
/** The element number of a tag. */
export const elementOf = (tag: Tag): number => tag & 0xffff;
/** Whether a tag is private: an odd group (PS3.5 7.8). */
export const isPrivate = (tag: Tag): boolean => (tag & 0x10000) !== 0;
/** Whether a tag reserves a private block: (gggg,0010-00FF) of an odd group. */
export const isPrivateCreator = (tag: Tag): boolean =>
  isPrivate(tag) && elementOf(tag) >= 0x10 && elementOf(tag) <= 0xff;

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

/** A tag for people: '(0010,0020)'. */
export function formatTag(tag: Tag): string {
  return `(${hex(groupOf(tag), 4)},${hex(elementOf(tag), 4)})`;
}

/** The tag in '(0010,0020)', '0010,0020' or '00100020'; null when it is none of these. */
export function parseTag(written: string): Tag | null {
  const match = /^\(?([0-9a-f]{4}),?([0-9a-f]{4})\)?$/i.exec(written.trim());
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : null;
}

function load(): Dictionary {
  if (dictionary) return dictionary;
  const byTag = new Map<Tag, DictionaryEntry>();
  const byKeyword = new Map<string, Tag>();
  const repeating: [number, Tag, DictionaryEntry][] = [];
  for (const row of ROWS.split('\n')) {
    const [written, keyword, vr, vm] = row.split(' ') as [string, string, string, string];
    const entry = { keyword, vr, vm };
    const tag = Number.parseInt(written.replaceAll('x', '0'), 16);
    byKeyword.set(keyword, tag);
    if (!written.includes('x')) byTag.set(tag, entry);
    else repeating.push([Number.parseInt(written.replace(/[^x]/g, 'f').replaceAll('x', '0'), 16), tag, entry]);
  }
  dictionary = { byTag, byKeyword, repeating };
  return dictionary;
}

/** The dictionary's row for a public tag, repeating groups (50xx, 60xx, ...) included; null when the standard does not list it. */
export function entryOf(tag: Tag): DictionaryEntry | null {
  if (isPrivate(tag)) return null;
  const { byTag, repeating } = load();
  const entry = byTag.get(tag);
  if (entry) return entry;
  if (elementOf(tag) === 0) return { keyword: 'GroupLength', vr: 'UL', vm: '1' };
  const row = repeating.find(([mask, masked]) => (tag & mask) >>> 0 === masked);
  return row ? row[2] : null;
}

/** The keyword of a tag, null when the standard does not list it. */
export function keywordOf(tag: Tag): string | null {
  return entryOf(tag)?.keyword ?? null;
}

/** The tag of a keyword of the standard; a misspelt one does not compile, and one smuggled past the compiler throws. */
export function tagOf(keyword: Keyword): Tag {
  const tag = findTag(keyword);
  if (tag === null) throw new Error(`no such keyword in ${EDITION}: ${keyword}`);
  return tag;
}

/** The tag of a keyword that a person typed; null when there is none. Of a repeating group, the first. */
export function findTag(keyword: string): Tag | null {
  return load().byKeyword.get(keyword) ?? null;
}

/** Keywords of the standard in which a text occurs, whatever its case; those that begin with it first. */
export function keywordsWith(part: string, most: number): string[] {
  const wanted = part.toLowerCase();
  const found = [...load().byKeyword.keys()].filter((keyword) => keyword.toLowerCase().includes(wanted));
  const begins = (keyword: string) => keyword.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((keyword) => !begins(keyword))].slice(0, most);
}

/**
 * The VR of a tag: of a public one by the standard (of a choice 'US/SS' the first, of 'OB/OW' OW as PS3.5 A.1 rules),
 * of a private one by its creator; null when nobody knows.
 */
export function vrOf(tag: Tag, privateCreator?: string | null): string | null {
  if (!isPrivate(tag)) return oneVr(entryOf(tag)?.vr ?? null);
  if (elementOf(tag) === 0) return 'UL';
  if (isPrivateCreator(tag)) return 'LO';
  return privateCreator ? privateVr(tag, privateCreator) : null;
}

const oneVr = (vr: string | null) => (vr === 'OB/OW' || vr === 'US/OW' ? 'OW' : (vr?.slice(0, 2) ?? null));

const DEFAULT_REPERTOIRE: ValueContext = { bigEndian: false, charsets: [] };

/** The creator that reserves the block of a private tag in a data set (PS3.5 7.8.1); null when none does. */
export function privateCreatorOf(dataset: DataSet, tag: Tag, context = DEFAULT_REPERTOIRE): string | null {
  if (!isPrivate(tag) || elementOf(tag) < 0x1000) return null;
  const element = dataset.elements.get(groupOf(tag) * 0x10000 + (elementOf(tag) >>> 8));
  return (element && elementText(element, context)) || null;
}

function privateVr(tag: Tag, creator: string): string | null {
  if (!privateVrs) {
    privateVrs = new Map();
    for (const row of PRIVATE_ROWS.split('\n')) {
      const end = row.indexOf('\t');
      privateRows.set(row.slice(0, end), row.slice(end + 1));
    }
  }
  let vrs = privateVrs.get(creator);
  if (!vrs) {
    vrs = parsePrivate(privateRows.get(creator) ?? '');
    privateVrs.set(creator, vrs);
  }
  return vrs.get(groupOf(tag) * 0x100 + (tag & 0xff)) ?? null;
}

/** By group number and the last two digits of the element. */
function parsePrivate(row: string): ReadonlyMap<number, string> {
  const vrs = new Map<number, string>();
  for (const group of row.split('\t')) {
    const [number = '', ...choices] = group.split(' ');
    for (const choice of choices) {
      const [vr = '', elements = ''] = choice.split(':');
      for (const element of elements.match(/../g) ?? [])
        vrs.set(Number.parseInt(number + element, 16), oneVr(vr) ?? vr);
    }
  }
  return vrs;
}
