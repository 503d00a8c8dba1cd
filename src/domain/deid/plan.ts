// The plan: every change that a profile asks of a file, at every depth, file meta and preamble included (PS3.15 E.1.1).

import type { DataSet, DicomFile, Element, Path } from '../dicom/dataset';
import { isPrivate, isPrivateCreator } from '../dicom/dictionary';
import { makeElement } from '../dicom/make';
import { sopClass } from '../dicom/sopClasses';
import { contextOf, itemContext, text, uid, type ValueContext } from '../dicom/values';
import { DomainError } from '../errors';
import type { Change } from './change';
import { collectRemoved } from './collect';
import { judgedVr, knownIdentifiers } from './identifiers';
import { iodFacts } from './iodTypes';
import { judge } from './judge';
import { type DeidKeys, dateOffsetDays } from './keys';
import { MARKERS, planMarkers } from './markers';
import { planPixelBits } from './pixelBits';
import { type Mode, type Place, type Run, remove, type Verdict } from './place';
import { planMeta } from './planMeta';
import type { Profile } from './profile';
import type { Recall } from './recall';
import { type RemovedValue, withoutOurs } from './removed';
import { sameElement } from './sameElement';
import { planStreamTexts } from './streamTexts';

/** What the caller knows about a file that the file cannot tell. */
export interface DeidContext {
  /** Becomes PatientID and PatientName, and seeds the date offset. */
  readonly subjectCode: string;
  /** Identifiers known from other files of the same study. */
  readonly known?: readonly RemovedValue[];
  /** What was planned for other files of the same series, to be asked and told. */
  readonly recall?: Recall;
  /** True only when the pixels were checked and cleaned. */
  readonly pixelsCleaned?: boolean;
  /** True only after a successful deface. */
  readonly facesRemoved?: boolean;
}

/** A plan with the values it takes away; those stay in memory. */
interface Survey {
  readonly changes: Change[];
  readonly removed: RemovedValue[];
}

/** A plan under construction. */
export interface Draft {
  readonly run: Run;
  readonly changes: Change[];
  readonly removed: Map<string, RemovedValue>;
  readonly recall?: Recall | undefined;
}

/**
 * Every change that the profile asks of the file, in the order of the file; what stays is not listed.
 * Throws DomainError UNSUPPORTED for what cannot be cleaned: encapsulated documents and directories.
 */
export function planChanges(file: DicomFile, profile: Profile, keys: DeidKeys, context: DeidContext): Change[] {
  return survey(file, profile, keys, context).changes;
}

/** The plan together with the values it takes away, for the look-again check. Throws as `planChanges` does. */
export function survey(file: DicomFile, profile: Profile, keys: DeidKeys, context: DeidContext): Survey {
  refuseUnsupported(file);
  const values = contextOf(file);
  const run: Run = {
    profile,
    keys,
    known: knownIdentifiers(file, profile.options, context.subjectCode, context.known, context.recall),
    iod: iodFacts(file.dataset, text(file.dataset, 0x00080060, values) ?? '', uid(file.dataset, 0x00080016) ?? ''),
    subjectCode: context.subjectCode,
    offsetDays: dateOffsetDays(context.subjectCode, keys, profile.options.keepWeekday),
  };
  context.recall?.begin(run, values);
  const draft: Draft = { run, changes: [], removed: new Map(), recall: context.recall };
  planEnvelope(file, draft);
  planMeta(file, draft);
  planDataSet(file.dataset, values, [], 'usual', draft);
  planPixelBits(file, draft);
  planStreamTexts(file, draft);
  if (!file.dataset.elements.has(0x00100020))
    draft.changes.push({
      path: [0x00100020],
      action: 'add',
      reason: 'the subject code',
      element: makeElement(0x00100020, 'LO', run.subjectCode, values),
    });
  planMarkers(file, values, context, draft);
  return { changes: draft.changes, removed: withoutOurs([...draft.removed.values()], run.subjectCode) };
}

function refuseUnsupported(file: DicomFile): void {
  const kind = sopClass(uid(file.dataset, 0x00080016) ?? uid(file.meta, 0x00020002) ?? '')?.kind;
  if (kind === 'encapsulated' || file.dataset.elements.has(0x00420011))
    throw new DomainError(
      'UNSUPPORTED',
      'This file is a document (PDF, CDA, STL or the like) inside DICOM. Its content cannot be checked for names, so it is not shared.',
    );
  if (kind === 'directory' || file.dataset.elements.has(0x00041220))
    throw new DomainError(
      'UNSUPPORTED',
      'This file is a DICOMDIR, a list of other files. Only the files it lists are used.',
    );
}

function planEnvelope(file: DicomFile, draft: Draft): void {
  if (file.preamble?.some((byte) => byte !== 0))
    draft.changes.push({ path: [], action: 'empty', reason: 'the preamble may hold anything' });
  if (file.trailing.length > 0)
    draft.changes.push({ path: [], action: 'remove', reason: 'bytes behind the end of the data set' });
}

/** Plans one data set; private creators come last, since they stay only with something of theirs. */
function planDataSet(dataset: DataSet, context: ValueContext, path: Path, mode: Mode, draft: Draft): void {
  const staying = new Set<number>();
  const creators: Element[] = [];
  for (const element of dataset.elements.values()) {
    const { tag } = element;
    if (path.length === 0 && MARKERS.has(tag)) continue;
    if (isPrivateCreator(tag)) {
      creators.push(element);
      continue;
    }
    const plan = (around: DataSet, into: Draft) => {
      const place: Place = { element, vr: judgedVr(element), dataset: around, context, mode, run: draft.run };
      return planElement(place, [...path, tag], into);
    };
    const recall = path.length === 0 ? draft.recall : undefined;
    const gone = recall ? recall.plan(element, dataset, draft, plan) : plan(dataset, draft);
    if (isPrivate(tag) && !gone) staying.add(tag >>> 8);
  }
  for (const element of creators) {
    if (staying.has(((element.tag >>> 16) << 8) | (element.tag & 0xff))) continue;
    const place: Place = { element, vr: judgedVr(element), dataset, context, mode, run: draft.run };
    carryOut(remove('private creator of nothing that stays'), place, [...path, element.tag], draft);
  }
}

/** Plans one element; the answer says whether it goes altogether. */
function planElement(place: Place, path: Path, draft: Draft): boolean {
  const { tag } = place.element;
  const verdict = misplaced(tag, path.length > 1) ?? judge(place);
  carryOut(verdict, place, path, draft);
  return verdict.do === 'change' && verdict.action === 'remove';
}

/** What stays nowhere, or not where it stands: nobody looks at an image inside of a sequence. */
function misplaced(tag: number, nested: boolean): Verdict | null {
  if (isPrivate(tag) && (tag & 0xffff) === 0) return remove('length of a private group');
  return nested && tag >>> 16 === 0x7fe0 ? remove('pixels inside a sequence') : null;
}

function carryOut(verdict: Verdict, place: Place, path: Path, draft: Draft): void {
  if (verdict.do === 'keep') return;
  const { element, context } = place;
  if (verdict.do === 'descend') {
    if (element.kind !== 'sequence') return;
    element.items.forEach((item, i) => {
      planDataSet(item, itemContext(element, item, context), [...path, i], verdict.mode, draft);
    });
    return;
  }
  const { action, reason } = verdict;
  if (verdict.element && sameElement(element, verdict.element)) return;
  draft.changes.push(verdict.element ? { path, action, reason, element: verdict.element } : { path, action, reason });
  collectRemoved(element, verdict.element, context, draft.removed);
}
