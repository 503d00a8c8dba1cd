// What an import of another tool's script took over: line by line, in plain words.

import type { Tag } from '../../dicom/dataset';
import { isPrivate, vrOf } from '../../dicom/dictionary';
import { knownDevices } from '../../pixels/knownDevices';
import type { RegionRule } from '../../pixels/regionRules';
import { type Profile, parseProfile } from '../profile';
import type { Rule } from '../ruleSchema';
import { isSafeText } from '../safeAttributes';
import { profileRow } from '../table';

/** How much of a line was taken over; 'none' means that the standard's table decides, or that the attribute is removed. */
export type Taken = 'whole' | 'part' | 'none';

/** One line of a script and what became of it. */
export interface ImportedLine {
  /** Counted from 1. */
  readonly line: number;
  /** How the line begins, as it stands in the script. */
  readonly source: string;
  readonly taken: Taken;
  readonly words: string;
}

/** A profile made of another tool's script, with what has no equivalent. */
export interface Imported {
  readonly profile: Profile;
  readonly lines: readonly ImportedLine[];
}

/** What one line of a script comes to: rules in their order, and what is said about it. */
export interface Reading {
  readonly rules: readonly Rule[];
  readonly taken: Taken;
  readonly words: string;
}

/** What a rule does, without what it matches. */
export type Doing = Rule extends infer R ? (R extends Rule ? Omit<R, 'match'> : never) : never;

const LONGEST_SOURCE = 120;

/** The line of a report for a reading. */
export function reported(line: number, source: string, { taken, words }: Omit<Reading, 'rules'>): ImportedLine {
  const text = source.trim().replace(/\s+/g, ' ');
  return { line, source: text.length > LONGEST_SOURCE ? `${text.slice(0, LONGEST_SOURCE)}…` : text, taken, words };
}

/**
 * The profile of an import: the Basic Profile with the rules on top, so that what no rule names is cleaned by the table, and the
 * rules for known devices below its own.
 * Throws DomainError INVALID when the rules are too many.
 */
export function importedProfile(
  name: string,
  rules: readonly Rule[],
  { retainSafePrivate = false, regions = [] }: { retainSafePrivate?: boolean; regions?: readonly RegionRule[] } = {},
): Profile {
  const options = { retainSafePrivate, cleanPixelData: true, cleanRecognizableVisualFeatures: true };
  return parseProfile({ name, options, rules, regions: [...regions, ...knownDevices] });
}

const TEXTS = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT']);

/**
 * What 'keep' comes to for an attribute: texts in which people write freely are cleaned instead, since another tool's
 * script trusts them more than they deserve. `tag` is null for private attributes, whose creator the script named.
 */
export function keeping(tag: Tag | null): { readonly doing: Doing; readonly taken: Taken; readonly words: string } {
  if (tag !== null && isPrivate(tag)) {
    const words = 'A private attribute without its creator: left to the standard’s table.';
    return { doing: { do: 'standard' }, taken: 'none', words };
  }
  const free = tag !== null && TEXTS.has(vrOf(tag) ?? '') && !isSafeText(tag);
  const row = tag === null ? undefined : profileRow(tag);
  if (!free || (row && !row.options.cleanDescriptors))
    return { doing: { do: 'keep' }, taken: 'whole', words: 'Kept as it is.' };
  return {
    doing: { do: 'clean' },
    taken: 'part',
    words: 'Kept as far as its words are clinical: in this text people write freely.',
  };
}
