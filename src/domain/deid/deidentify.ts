// De-identification of one file in one call: plan, apply, and what the look-again check has to search for.

import type { DicomFile } from '../dicom/dataset';
import { contextOf, text, uid } from '../dicom/values';
import { applyChanges } from './apply';
import { type Change, type ChangeCounts, countChanges } from './change';
import type { DeidKeys } from './keys';
import { type DeidContext, survey } from './plan';
import type { Profile } from './profile';
import type { RemovedValue } from './removed';

/** A de-identified file with what was done to it. */
export interface DeidResult {
  readonly file: DicomFile;
  readonly changes: Change[];
  /** Values that must not occur in any output of the same study. In memory only. */
  readonly removed: RemovedValue[];
  readonly counts: ChangeCounts;
}

/** De-identifies one file. Throws DomainError UNSUPPORTED for what cannot be cleaned (documents, directories). */
export function deidentify(file: DicomFile, profile: Profile, keys: DeidKeys, context: DeidContext): DeidResult {
  const { changes, removed } = survey(file, profile, keys, context);
  return { file: applyChanges(file, changes), changes, removed, counts: countChanges(changes) };
}

const CROSSWALK = [
  ['SOPInstanceUID', 0x00080018],
  ['SeriesInstanceUID', 0x0020000e],
  ['StudyInstanceUID', 0x0020000d],
  ['FrameOfReferenceUID', 0x00200052],
] as const;

/** A line that leads from an original value to the one that stands for it. As secret as the original. */
export interface CrosswalkRow {
  readonly attribute: string;
  readonly original: string;
  readonly replacement: string;
}

/** The crosswalk of one file, for the command line's --crosswalk only: its UIDs and its patient id. */
export function crosswalkRows(file: DicomFile, result: DeidResult): CrosswalkRow[] {
  const rows = CROSSWALK.map(([attribute, tag]) => ({
    attribute,
    original: uid(file.dataset, tag) ?? '',
    replacement: uid(result.file.dataset, tag) ?? '',
  }));
  const patient = (of: DicomFile) => text(of.dataset, 0x00100020, contextOf(of)) ?? '';
  const id = { attribute: 'PatientID', original: patient(file), replacement: patient(result.file) };
  return [...rows, id].filter(({ original }) => original !== '');
}
