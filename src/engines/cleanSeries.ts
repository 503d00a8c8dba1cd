// De-identifies the instances of one series, then looks at every written byte again (PS3.15 E.1.1).
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { CrosswalkRow } from '../domain/deid/deidentify';
import type { DeidKeys } from '../domain/deid/keys';
import type { Profile } from '../domain/deid/profile';
import { mergeRemoved, type RemovedValue, withoutOurs } from '../domain/deid/removed';
import type { PixelPlan } from '../domain/pixels/plan';
import type { ChangeTally, CleanAnswer } from './cleanFiles';
import { Crew } from './crew';
import { secretOf } from './dicomFiles';
import { reasonOf } from './lookInto';

export interface CleanOptions {
  /** Paths of the originals, in the order of the series. */
  readonly files: readonly string[];
  /** Where the cleaned file number `index` (from 0) goes; null: nothing is written, only planned. */
  readonly output: ((index: number) => string) | null;
  readonly profile: Profile;
  /** From `deidKeys`. */
  readonly keys: DeidKeys;
  readonly subjectCode: string;
  /** What is known of the subject from all files of the study, these included: cleaned out of each, and searched for in each. */
  readonly known?: readonly RemovedValue[];
  /** Plans what to black out of images that may hold burned-in text; without it they are refused. */
  readonly pixels?: () => Promise<PixelPlan>;
  /** Whether the outputs may say that their pixels were cleaned: only where a person looks at each before it leaves. */
  readonly sayPixelsCleaned?: boolean;
  /** Whether the outputs may say that faces were removed: only where all of them are defaced next, or thrown away. */
  readonly sayFacesRemoved?: boolean;
  /** Whether the outputs must outlive a power cut. */
  readonly durable?: boolean;
  /** Who does the work; by default as many threads as the machine has cores, when there are files enough. */
  readonly crew?: Crew;
  readonly onCrosswalk?: (rows: readonly CrosswalkRow[]) => void;
  readonly onProgress?: (done: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
}
export interface CleanedSeries {
  /** Indexes of the files that were cleaned and found clean. */
  readonly clean: readonly number[];
  /** Files that could not be cleaned, or in which something was found again: none of these is on disk. */
  readonly refused: readonly { readonly index: number; readonly reason: string }[];
  readonly changes: readonly ChangeTally[];
  /** What was taken out, and what else is known of the subject: IN MEMORY ONLY, to look for it in other outputs. */
  readonly removed: readonly RemovedValue[];
  /** Patient's Sex and Age as the profile left them. */
  readonly sex: string | null;
  readonly age: string | null;
}

const SYNC_AT_ONCE = 64;
/** A file of this size would hold up the thread that also answers to people. */
const LARGE_BYTES = 2 ** 26;

const FOUND_AGAIN = 'Something that should have been removed was still found in the cleaned copy, so it was kept back.';

/**
 * Cleans every file of a series. A file that cannot be cleaned is refused and does not sink the rest.
 * @throws DomainError STORAGE_FULL, errors of the disk, and Error when a thread died; outputs are then for the caller to remove
 */
export async function cleanSeries(options: CleanOptions): Promise<CleanedSeries> {
  const crew = options.crew ?? new Crew();
  try {
    const all = await cleanAll(options, crew);
    const cleaned = { ...all, removed: mergeRemoved(all.removed, soughtOf(options)) };
    const { output, signal } = options;
    if (output === null) return { ...cleaned, clean: cleaned.written };
    const items = cleaned.written.map((index) => ({ index, path: output(index) }));
    const aside = someLarge(items.map(({ path }) => path));
    const found: number[] = [];
    // Each output is read from the disk as it will be read by others, and searched for what was taken out of any of them.
    for await (const some of crew.run('search', cleaned.removed, items, { signal, aside })) found.push(...some);
    const bad = new Set(found);
    const clean = cleaned.written.filter((index) => !bad.has(index));
    if (options.durable === true) await settle(clean, output);
    return {
      ...cleaned,
      clean,
      refused: [...cleaned.refused, ...found.map((index) => ({ index, reason: FOUND_AGAIN }))],
    };
  } finally {
    if (options.crew === undefined) await crew.close();
  }
}

/** What is known of the subject and stays nowhere: where rules of the project keep some of it, only what was taken out counts. */
function soughtOf({ known = [], profile, subjectCode }: CleanOptions): RemovedValue[] {
  return profile.rules.some((rule) => rule.do === 'keep') ? [] : withoutOurs(known, subjectCode);
}

async function cleanAll(options: CleanOptions, crew: Crew) {
  const { files, output, profile, keys, subjectCode, onCrosswalk, pixels, signal } = options;
  const items = files.map((from, index) => ({ index, from, to: output === null ? null : output(index) }));
  const secret = secretOf(keys);
  const tellsRisk = pixels !== undefined;
  const wantsCrosswalk = onCrosswalk !== undefined;
  const saysFacesRemoved = options.sayFacesRemoved === true;
  const known = options.known ?? [];
  const task = { profile, secret, subjectCode, known, wantsCrosswalk, tellsRisk, saysFacesRemoved };
  const sum = new Sum();
  const take = async (answers: AsyncIterable<CleanAnswer>) => {
    for await (const answer of answers) {
      sum.add(answer);
      onCrosswalk?.(answer.crosswalk);
      await options.onProgress?.(sum.written.length + sum.refused.length);
    }
  };
  await take(crew.run('clean', task, items, { signal, aside: someLarge(files) }));
  if (sum.atRisk.length > 0) {
    const plan = await pixels!().catch(reasonOf);
    if (typeof plan === 'string') sum.refuse(plan);
    else {
      const mask = { ...task, plan, saysCleaned: options.sayPixelsCleaned === true };
      const some = sum.atRisk.map((index) => items[index]!);
      await take(crew.run('mask', mask, some, { signal, aside: true }));
    }
  }
  return sum.all();
}

/** The answers about the files of a series, added up. */
class Sum {
  readonly written: number[] = [];
  readonly refused: { index: number; reason: string }[] = [];
  readonly atRisk: number[] = [];
  readonly #changes = new Map<string, ChangeTally>();
  readonly #removed = new Map<string, RemovedValue>();
  #sex: string | null = null;
  #age: string | null = null;

  add(answer: CleanAnswer): void {
    this.written.push(...answer.written);
    this.refused.push(...answer.refused);
    this.atRisk.push(...answer.atRisk);
    addChanges(this.#changes, answer);
    for (const value of answer.removed) this.#removed.set(`${value.kind} ${value.text}`, value);
    this.#sex ??= answer.sex;
    this.#age ??= answer.age;
  }

  /** All images that may hold burned-in text, when it cannot be looked for. */
  refuse(reason: string): void {
    this.refused.push(...this.atRisk.map((index) => ({ index, reason })));
  }

  all() {
    const written = this.written.toSorted((a, b) => a - b);
    const [changes, removed] = [[...this.#changes.values()], [...this.#removed.values()]];
    return { written, refused: this.refused, changes, removed, sex: this.#sex, age: this.#age };
  }
}

function addChanges(all: Map<string, ChangeTally>, { changes }: CleanAnswer): void {
  for (const [key, row] of changes) {
    const known = all.get(key);
    if (known === undefined) all.set(key, { ...row });
    else known.count += row.count;
  }
}

function someLarge(paths: readonly string[]): boolean {
  return paths.some((path) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= LARGE_BYTES);
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
