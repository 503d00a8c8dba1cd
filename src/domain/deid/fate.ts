// What becomes of each value of a file under a plan, and how two plans differ: what a dry run shows. Never a value.

import type { DicomFile, Element, Path } from '../dicom/dataset';
import { isPrivate, isPrivateCreator, keywordOf, privateCreatorOf } from '../dicom/dictionary';
import { contextOf } from '../dicom/values';
import { formatPath, type Surroundings, walk } from '../dicom/walk';
import type { Action, Change } from './change';
import { MARKERS } from './markers';
import { REASON as RULE_REASON } from './ruleActions';
import { sameElement } from './sameElement';
import { safePrivateRow } from './table';

/** What a plan does to one value: an action, or nothing. */
export type Fate = 'keep' | Exclude<Action, 'add'>;

/** How much of a value is left: 2 all of it, 1 a part or a stand-in that still links or orders, 0 nothing (or a dummy). */
const LEFT: Readonly<Record<Fate, 0 | 1 | 2>> = {
  keep: 2,
  clean: 1,
  shiftDate: 1,
  hashUid: 1,
  empty: 0,
  replace: 0,
  remove: 0,
};

/** What the second plan leaves of a value compared with the first: less, more, as much but in another way, or the same. */
type Leaves = 'less' | 'more' | 'other' | 'same';

/** One value of a file under two plans. */
export interface FateRow {
  /** As tags without item numbers: '(0008,1140)[].(0008,1155)'. */
  readonly path: string;
  /** As keywords: 'ReferencedImageSequence, ReferencedSOPInstanceUID'; a private attribute by what the standard says of it. */
  readonly name: string;
  readonly before: Fate;
  readonly after: Fate;
  /** Why each plan does so; '' where it keeps. */
  readonly beforeReason: string;
  readonly afterReason: string;
  readonly leaves: Leaves;
}

/**
 * Every value of the file, at every depth and in its file meta, under two plans for that same file. Left out are values
 * that are empty, private creators (they go with what they reserve) and the markers that de-identification itself writes.
 */
export function compareFates(file: DicomFile, before: readonly Change[], after: readonly Change[]): FateRow[] {
  const [first, second] = [byPath(before), byPath(after)];
  const rows: FateRow[] = [];
  const visit = (element: Element, path: Path, at: Surroundings) => {
    if (!holdsValue(element, path)) return;
    const [was, is] = [fateOf(path, first), fateOf(path, second)];
    const reasons = { beforeReason: was.reason, afterReason: is.reason };
    const where = { path: formatPath(path).replace(/\[\d+\]/g, '[]'), name: nameOf(path, at) };
    rows.push({ ...where, before: was.fate, after: is.fate, ...reasons, leaves: comparison(was, is) });
  };
  walk(file.meta, { bigEndian: false, charsets: [] }, visit);
  walk(file.dataset, contextOf(file), visit);
  return rows;
}

interface Judged {
  readonly fate: Fate;
  readonly reason: string;
  readonly element?: Element | undefined;
}

const KEPT: Judged = { fate: 'keep', reason: '' };

function byPath(changes: readonly Change[]): ReadonlyMap<string, Change> {
  return new Map(changes.filter(({ path }) => path.length > 0).map((change) => [change.path.join(), change]));
}

/** A value inside a sequence that is itself changed is gone with it. */
function fateOf(path: Path, changes: ReadonlyMap<string, Change>): Judged {
  for (let depth = 1; depth < path.length; depth += 2) {
    const change = changes.get(path.slice(0, depth).join());
    if (change) return { fate: 'remove', reason: change.reason };
  }
  const change = changes.get(path.join());
  if (!change) return KEPT;
  const { action, reason, element } = change;
  return { fate: action === 'add' ? 'replace' : action, reason, element };
}

function comparison(was: Judged, is: Judged): Leaves {
  const gain = left(is) - left(was);
  if (gain !== 0) return gain < 0 ? 'less' : 'more';
  if (was.fate !== is.fate) return 'other';
  return was.element && is.element && !sameElement(was.element, is.element) ? 'other' : 'same';
}

/** What a rule puts in place of a value may be a band, a code or a look-up that tells something of it; the table's dummies do not. */
function left({ fate, reason }: Judged): number {
  return fate === 'replace' && reason === RULE_REASON ? 1 : LEFT[fate];
}

function holdsValue(element: Element, path: Path): boolean {
  if (element.kind === 'sequence' || isPrivateCreator(element.tag) || MARKERS.has(path[0]!)) return false;
  return element.kind !== 'bytes' || element.bytes.length > 0;
}

function nameOf(path: Path, { dataset }: Surroundings): string {
  const tags = path.filter((_, i) => i % 2 === 0);
  const leaf = tags.pop()!;
  const creator = isPrivate(leaf) ? privateCreatorOf(dataset, leaf) : null;
  const own = creator === null ? keywordOf(leaf) : safePrivateRow(leaf, creator)?.meaning;
  return [...tags.map(keywordOf), own].filter(Boolean).join(', ');
}
