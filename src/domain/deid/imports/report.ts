// What an import of another tool's script took over: line by line, in plain words.

import { type Profile, parseProfile } from '../profile';
import type { Rule } from '../ruleSchema';

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
 * The profile of an import: the Basic Profile with the rules on top, so that what no rule names is cleaned by the table.
 * Throws DomainError INVALID when the rules are too many.
 */
export function importedProfile(name: string, rules: readonly Rule[], retainSafePrivate = false): Profile {
  const options = { retainSafePrivate, cleanPixelData: true, cleanRecognizableVisualFeatures: true };
  return parseProfile({ name, options, rules });
}
