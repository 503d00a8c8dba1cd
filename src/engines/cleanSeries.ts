// De-identifies the instances of one series, file by file, then looks at every written byte again (PS3.15 E.1.1).
import { open, readFile, rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type Action, changeRow } from '../domain/deid/change';
import { crosswalkRows, type DeidResult, deidentify } from '../domain/deid/deidentify';
import type { DeidKeys } from '../domain/deid/keys';
import type { Profile } from '../domain/deid/profile';
import type { RemovedValue } from '../domain/deid/removed';
import { residualScan } from '../domain/deid/residual';
import type { DicomFile } from '../domain/dicom/dataset';
import { instanceFacts } from '../domain/dicom/facts';
import { writeDicom } from '../domain/dicom/write';
import type { PixelPlan } from '../domain/pixels/plan';
import { ahead } from './ahead';
import { deflateRaw, inflateRaw, readDicomFile } from './dicomFiles';
import { storageError } from './files';
import { reasonOf } from './lookInto';
import { withoutBurnedIn } from './maskBurnedIn';

export interface CleanOptions {
  /** Paths of the originals, in the order of the series. */
  readonly files: readonly string[];
  /** Where the cleaned file number `index` (from 0) goes; null: nothing is written, only planned. */
  readonly output: ((index: number) => string) | null;
  readonly profile: Profile;
  readonly keys: DeidKeys;
  readonly subjectCode: string;
  /** Plans what to black out of images that may hold burned-in text; without it they are refused. */
  readonly pixels?: () => Promise<PixelPlan>;
  /** Whether the outputs may say that their pixels were cleaned: only where a person looks at each before it leaves. */
  readonly sayPixelsCleaned?: boolean;
  /** Whether the outputs must outlive a power cut. */
  readonly durable?: boolean;
  readonly onCrosswalk?: (rows: ReturnType<typeof crosswalkRows>) => void;
  readonly onProgress?: (done: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
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
export interface CleanedSeries {
  /** Indexes of the files that were cleaned and found clean. */
  readonly clean: readonly number[];
  /** Files that could not be cleaned, or in which something was found again: none of these is on disk. */
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
  readonly changes: readonly ChangeTally[];
  /** What was taken out: IN MEMORY ONLY, to look for it in other outputs. */
  readonly removed: readonly RemovedValue[];
  /** Patient's Sex and Age as the profile left them. */
  readonly sex: string | null;
  readonly age: string | null;
}

/** Buffers that one writev call takes (IOV_MAX). */
const MAX_CHUNKS = 1024;
const SYNC_AT_ONCE = 64;

const FOUND_AGAIN = 'Something that should have been removed was still found in the cleaned copy, so it was kept back.';

/**
 * Cleans every file of a series. A file that cannot be cleaned is refused and does not sink the rest.
 * @throws DomainError STORAGE_FULL, and errors of the disk
 */
export async function cleanSeries(options: CleanOptions): Promise<CleanedSeries> {
  const written: number[] = [];
  const refused: { index: number; reason: string }[] = [];
  const tallies = new Map<string, ChangeTally>();
  const removed = new Map<string, RemovedValue>();
  const person: { sex: string | null; age: string | null } = { sex: null, age: null };
  for await (const read of ahead(options.files, readDicomFile)) {
    options.signal?.throwIfAborted();
    const { index } = read;
    try {
      if (!read.ok) throw read.error;
      const result = await cleanFile(read.value, index, options);
      tally(tallies, result);
      for (const value of result.removed) removed.set(`${value.kind} ${value.text}`, value);
      const left = instanceFacts(result.file);
      person.sex ??= left.patientSex;
      person.age ??= left.patientAge;
      written.push(index);
    } catch (error) {
      refused.push({ index, reason: reasonOf(error) });
    }
    await options.onProgress?.(index + 1);
    await setImmediate();
  }
  const all = [...removed.values()];
  const found = options.output === null ? [] : await lookAgain(written, options.output, all);
  refused.push(...found.map((index) => ({ index, reason: FOUND_AGAIN })));
  const bad = new Set(found);
  const clean = written.filter((index) => !bad.has(index));
  if (options.output !== null && options.durable === true) await settle(clean, options.output);
  return { clean, refused, changes: [...tallies.values()], removed: all, ...person };
}

async function cleanFile(original: DicomFile, index: number, options: CleanOptions): Promise<DeidResult> {
  const { file, looked } = await withoutBurnedIn(original, options.pixels);
  const pixelsCleaned = looked && options.sayPixelsCleaned === true;
  const result = deidentify(file, options.profile, options.keys, { subjectCode: options.subjectCode, pixelsCleaned });
  if (options.output !== null) await writeWhole(options.output(index), writeDicom(result.file, { deflateRaw }));
  options.onCrosswalk?.(crosswalkRows(original, result));
  return result;
}

/** Straight to its name: outputs lie in a folder of their own that nobody reads before the series is done. */
async function writeWhole(path: string, chunks: Uint8Array[]): Promise<void> {
  try {
    const handle = await open(path, 'wx');
    try {
      let left = chunks;
      // One call may take less than it is given (a full disk tells only at the next).
      while (left.length > 0) {
        const { bytesWritten } = await handle.writev(left.slice(0, MAX_CHUNKS));
        left = after(left, bytesWritten);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw storageError(error);
  }
}

function after(chunks: Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  let first = 0;
  while (first < chunks.length && left >= chunks[first]!.byteLength) left -= chunks[first++]!.byteLength;
  return first === chunks.length ? [] : [chunks[first]!.subarray(left), ...chunks.slice(first + 1)];
}

/** Puts the outputs on the disk for good: all at once, which costs a fraction of one after the other. */
async function settle(indexes: readonly number[], output: (index: number) => string): Promise<void> {
  for (let at = 0; at < indexes.length; at += SYNC_AT_ONCE) {
    await Promise.all(
      indexes.slice(at, at + SYNC_AT_ONCE).map(async (index) => {
        const handle = await open(output(index), 'r');
        await handle.sync().finally(() => handle.close());
      }),
    );
  }
}

/** Reads each output from disk as it will be read by others; those in which a removed value occurs are deleted. */
async function lookAgain(
  indexes: readonly number[],
  output: (index: number) => string,
  removed: readonly RemovedValue[],
): Promise<number[]> {
  const found: number[] = [];
  const outputs = indexes.map(output);
  for await (const read of ahead(outputs, (path) => readFile(path))) {
    if (!read.ok) throw read.error;
    if (residualScan(read.value, removed, { inflateRaw }).length > 0) {
      await rm(outputs[read.index]!, { force: true });
      found.push(indexes[read.index]!);
    }
    await setImmediate();
  }
  return found;
}

function tally(tallies: Map<string, ChangeTally>, result: DeidResult): void {
  for (const change of result.changes) {
    const row = changeRow(change);
    const path = row.path.replace(/\[\d+\]/g, '[]');
    const key = `${path} ${row.action} ${row.reason}`;
    const known = tallies.get(key);
    if (known === undefined) tallies.set(key, { ...row, path, count: 1 });
    else known.count += 1;
  }
}
