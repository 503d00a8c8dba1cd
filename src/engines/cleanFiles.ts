// De-identifies files one by one, in whichever thread: reads the header, plans, writes the cleaned copy, and says what was done.
import { closeSync, openSync, rmSync, writeSync, writevSync } from 'node:fs';
import { type Action, type Change, changeRow } from '../domain/deid/change';
import { type CrosswalkRow, crosswalkRows, type DeidResult, deidentify } from '../domain/deid/deidentify';
import type { Profile } from '../domain/deid/profile';
import { Recall } from '../domain/deid/recall';
import type { RemovedValue } from '../domain/deid/removed';
import { Alike } from '../domain/dicom/alike';
import type { Part } from '../domain/dicom/chunks';
import type { DicomFile } from '../domain/dicom/dataset';
import { TAG } from '../domain/dicom/tags';
import { contextOf, text } from '../domain/dicom/values';
import { writeParts } from '../domain/dicom/write';
import { DomainError } from '../domain/errors';
import { judgeDicom } from '../domain/ingest/judge';
import type { PixelPlan } from '../domain/pixels/plan';
import { takesPixels } from '../domain/pixels/regionRules';
import { deflateRaw, deidKeys, readDicomFile, withDicomFile } from './dicomFiles';
import { reasonOf } from './lookInto';
import { storageError } from './storageError';

export interface CleanTask {
  readonly profile: Profile;
  /** The project's secret. */
  readonly secret: Uint8Array;
  readonly subjectCode: string;
  /** What is known of the subject from the rest of the study. */
  readonly known: readonly RemovedValue[];
  readonly wantsCrosswalk: boolean;
  /** Whether images that may hold burned-in text are told apart, to be cleaned by `maskJob`; else they are refused. */
  readonly tellsRisk: boolean;
  /** Whether the outputs say that nobody can be recognised in them. */
  readonly saysFacesRemoved: boolean;
}
export interface CleanItem {
  readonly index: number;
  readonly from: string;
  /** Where the cleaned file goes; null: nothing is written, only planned. */
  readonly to: string | null;
}
/** How often one change was made in the series. Never a value. */
export interface ChangeTally {
  /** Item numbers are left out: `(0008,1140)[].(0008,1155)`. */
  readonly path: string;
  readonly keyword: string;
  readonly action: Action;
  readonly reason: string;
  count: number;
}
/** What became of some files. */
export interface CleanAnswer {
  readonly written: number[];
  readonly refused: { readonly index: number; readonly reason: string }[];
  /** Images that may hold burned-in text, left as they are. */
  readonly atRisk: number[];
  readonly changes: Map<string, ChangeTally>;
  /** What was taken out and was not answered before by this thread. */
  readonly removed: RemovedValue[];
  sex: string | null;
  age: string | null;
  readonly crosswalk: CrosswalkRow[];
}

/** Removed values that were answered already: by what they say, and as objects. */
interface Told {
  readonly told: Set<string>;
  readonly seen: WeakSet<RemovedValue>;
}

/** Buffers that one writev call takes (IOV_MAX). */
const MAX_CHUNKS = 1024;

/** Cleans files; one that cannot be cleaned is refused and does not sink the rest. Errors of the disk are thrown. */
export function cleanJob(task: CleanTask): (items: readonly CleanItem[]) => CleanAnswer {
  const clean = cleaner(task);
  const alike = new Alike();
  return (items) => {
    const answer = noAnswer();
    for (const item of items) {
      try {
        const one = (original: DicomFile) => {
          const risk = riskOf(original, task.profile);
          if (risk === null) clean(answer, item, original);
          else if (task.tellsRisk) answer.atRisk.push(item.index);
          else throw new DomainError('UNSUPPORTED', risk);
        };
        withDicomFile(item.from, 'whole', one, alike);
      } catch (error) {
        answer.refused.push({ index: item.index, reason: reasonOf(error) });
      }
    }
    return answered(answer);
  };
}

export interface MaskTask extends CleanTask {
  /** What is blacked out of the images. */
  readonly plan: PixelPlan;
  /** Whether the outputs may say that their pixels were cleaned. */
  readonly saysCleaned: boolean;
}

/** As `cleanJob`, for images that may hold burned-in text: they are held whole, and blacked out by the plan first. */
export function maskJob(task: MaskTask): (items: readonly CleanItem[]) => Promise<CleanAnswer> {
  const clean = cleaner(task, task.saysCleaned);
  return async (items) => {
    const { blackedOut, cutToPlan } = await import('./maskBurnedIn');
    const answer = noAnswer();
    for (const item of items) {
      try {
        const original = await readDicomFile(item.from);
        riskOf(original, task.profile);
        clean(answer, item, await cutToPlan(await blackedOut(original, task.plan), task.plan));
      } catch (error) {
        answer.refused.push({ index: item.index, reason: reasonOf(error) });
      }
    }
    return answered(answer);
  };
}

/** An answer on its way. Changes of one series are mostly the same objects in every file, so they are put into words at its end. */
interface Unanswered extends Omit<CleanAnswer, 'changes'> {
  readonly counts: Map<Change, number>;
}

function noAnswer(): Unanswered {
  const lists = { written: [], refused: [], atRisk: [], removed: [], crosswalk: [] };
  return { ...lists, counts: new Map(), sex: null, age: null };
}

function answered({ counts, ...answer }: Unanswered): CleanAnswer {
  const changes = new Map<string, ChangeTally>();
  for (const [change, count] of counts) {
    const row = changeRow(change);
    const path = row.path.replace(/\[\d+\]/g, '[]');
    const key = `${path} ${row.action} ${row.reason}`;
    const known = changes.get(key);
    if (known === undefined) changes.set(key, { ...row, path, count });
    else known.count += count;
  }
  return { ...answer, changes };
}

/** Cleans one file after the other into an answer, with what is remembered from those before. */
function cleaner(task: CleanTask, pixelsCleaned = false) {
  const keys = deidKeys(task.secret);
  const told: Told = { told: new Set(), seen: new WeakSet() };
  const { subjectCode, known, saysFacesRemoved: facesRemoved } = task;
  const context = { subjectCode, known, recall: new Recall(), pixelsCleaned, facesRemoved };
  return (answer: Unanswered, item: CleanItem, file: DicomFile): void => {
    const result = deidentify(file, task.profile, keys, context);
    if (item.to !== null) writeWhole(item.to, writeParts(result.file, { deflateRaw }));
    note(answer, result, told);
    if (task.wantsCrosswalk) answer.crosswalk.push(...crosswalkRows(file, result));
    answer.written.push(item.index);
  };
}

/** Why the pixels of an image may hold text; null when they do not. Asked here again, so that no way into the pipeline leads around it. */
function riskOf(original: DicomFile, { regions }: Profile): string | null {
  const verdict = judgeDicom(original);
  if (verdict.kind !== 'image') throw new DomainError('UNSUPPORTED', verdict.reason);
  return verdict.risk ?? (takesPixels(regions, original) ? 'The profile takes something out of these pixels.' : null);
}

function note(answer: Unanswered, result: DeidResult, { told, seen }: Told): void {
  for (const change of result.changes) answer.counts.set(change, (answer.counts.get(change) ?? 0) + 1);
  for (const value of result.removed) {
    // Remembered plans give the very same values again: most are known without a comparison.
    if (seen.has(value)) continue;
    seen.add(value);
    const key = `${value.kind} ${value.text}`;
    if (told.has(key)) continue;
    told.add(key);
    answer.removed.push(value);
  }
  const { dataset } = result.file;
  answer.sex ??= text(dataset, TAG.PatientSex, contextOf(result.file));
  answer.age ??= text(dataset, TAG.PatientAge, contextOf(result.file));
}

/** Straight to its name: outputs lie in a folder of their own that nobody reads before the series is done. */
function writeWhole(path: string, parts: readonly Part[]): void {
  try {
    const file = openSync(path, 'wx');
    try {
      writeAll(file, parts);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw storageError(error);
  }
}

function writeAll(file: number, parts: readonly Part[]): void {
  let waiting: Uint8Array[] = [];
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      waiting.push(part);
      continue;
    }
    // A piece of far pixels goes out with what stands before it, and before the next is asked for.
    for (const piece of part.pieces()) {
      writeChunks(file, [...waiting, piece]);
      waiting = [];
    }
  }
  writeChunks(file, waiting);
}

/** One call may take less than it is given (a full disk tells only at the next). */
function writeChunks(file: number, chunks: readonly Uint8Array[]): void {
  let left = chunks;
  while (left.length > 0) {
    const count = left.length === 1 ? writeSync(file, left[0]!) : writevSync(file, left.slice(0, MAX_CHUNKS));
    left = behind(left, count);
  }
}

function behind(chunks: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  let first = 0;
  while (first < chunks.length && left >= chunks[first]!.byteLength) left -= chunks[first++]!.byteLength;
  return first === chunks.length ? [] : [chunks[first]!.subarray(left), ...chunks.slice(first + 1)];
}
