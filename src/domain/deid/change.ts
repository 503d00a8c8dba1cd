// A change to a data set: where, what and why, never what stood there before.

import type { Element, Path } from '../dicom/dataset';
import { keywordOf } from '../dicom/dictionary';
import { formatPath } from '../dicom/walk';

/** What happens to an attribute; 'add' writes one that was not there. */
const ACTIONS = ['remove', 'empty', 'replace', 'hashUid', 'shiftDate', 'clean', 'add'] as const;
export type Action = (typeof ACTIONS)[number];

/** One planned change. */
export interface Change {
  /** Where; tags of group 0002 are file meta, [] is the preamble or the bytes behind the end. */
  readonly path: Path;
  readonly action: Action;
  /** Plain words; never an old value. */
  readonly reason: string;
  /** What stands there afterwards; absent for 'remove'. In memory only. */
  readonly element?: Element;
}

/** A change for tables, JSON and the database. */
export interface ChangeRow {
  readonly path: string;
  readonly keyword: string;
  readonly action: Action;
  readonly reason: string;
}

/** A change as words: the path as tags with item numbers, and the keyword where the standard has one. */
export function changeRow(change: Change): ChangeRow {
  const { path, action, reason } = change;
  if (path.length === 0) return { path: 'file', keyword: '', action, reason };
  return { path: formatPath(path, 'tag'), keyword: keywordOf(path[path.length - 1]!) ?? '', action, reason };
}

/** How many changes of each action. */
export type ChangeCounts = Record<Action, number>;

/** Counts changes by action. */
export function countChanges(changes: readonly Change[]): ChangeCounts {
  const counts = Object.fromEntries(ACTIONS.map((action) => [action, 0])) as ChangeCounts;
  for (const change of changes) counts[change.action]++;
  return counts;
}
