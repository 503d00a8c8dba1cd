// What a person looks for among distinct values: a kind of attribute, and a text. Small, because pages carry it too.
import type { Attribute } from './cells';
import type { Keep } from './values';

const WORDS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT', 'AE', 'UN', 'OB']);
const DATES = new Set(['DA', 'DT', 'TM', 'AS']);

/** Kinds of attributes that people look through one at a time, in plain words. */
export const valueKinds = {
  all: { label: 'Everything', of: () => true },
  words: { label: 'Free text and names', of: ({ vr }: Attribute) => WORDS.has(vr) },
  dates: { label: 'Dates, times and ages', of: ({ vr }: Attribute) => DATES.has(vr) },
  uids: { label: 'UIDs', of: ({ vr }: Attribute) => vr === 'UI' },
  private: { label: 'Private attributes', of: ({ path }: Attribute) => /\([0-9A-F]{3}[13579BDF],/.test(path) },
} as const;
export type ValueKind = keyof typeof valueKinds;

/** What a person looks for: a kind of attribute, and a text in a value, in an attribute's name or its tag, whatever the case and the accents. */
export function keepMatching(kind: ValueKind, text: string): Keep {
  const wanted = folded(text.trim());
  const isKind = valueKinds[kind].of;
  return (attribute, value) =>
    isKind(attribute) &&
    (wanted === '' || [value, attribute.name, attribute.path].some((own) => folded(own).includes(wanted)));
}

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
