// What a crew can be set to do with many files. A job is begun once in each thread and then given the files, some at a time.

import type { ProfileOptions } from '../domain/deid/profile';
import type { RemovedValue } from '../domain/deid/removed';
import { Alike } from '../domain/dicom/alike';
import type { SeenImage } from '../domain/ingest/group';
import { type CleanAnswer, type CleanItem, type CleanTask, cleanJob, type MaskTask, maskJob } from './cleanFiles';
import type { DefaceAnswer, DefacedNifti, DefaceItem } from './defaceFiles';
import { type Look, lookInto } from './lookInto';
import { type SearchItem, searchJob } from './searchFiles';

type SlimImage = { readonly kind: 'image'; readonly telling: readonly RemovedValue[] } & Omit<SeenImage, 'file'>;
type Slim = Exclude<Look, { kind: 'image' }> | SlimImage;

/**
 * What the files at these paths are; of images only what they are grouped by, and what tells who they are about under the
 * options of a profile, as far as this thread has not told it of the same subject.
 */
function lookJob(asked: ProfileOptions | null): (paths: readonly string[]) => Promise<Slim[]> {
  const alike = new Alike();
  const told = new Map<string, Set<string>>();
  return async (paths) => {
    const looks: Slim[] = [];
    for (const path of paths) looks.push(slim(await lookInto(path, asked, alike), told));
    return looks;
  };
}

function slim(look: Look, told: Map<string, Set<string>>): Slim {
  if (look.kind !== 'image') return look;
  const before = told.get(look.identity) ?? new Set();
  told.set(look.identity, before);
  const telling = look.telling.filter(({ kind, text }) => {
    const key = `${kind} ${text}`;
    return !before.has(key) && before.size < MOST_TOLD && before.add(key);
  });
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, modality } = look.facts;
  const { instanceNumber, studyDate, studyTime, seriesNumber } = look.facts;
  const place = { instanceNumber, studyDate, studyTime, seriesNumber };
  return { ...look, telling, facts: { studyInstanceUid, seriesInstanceUid, sopInstanceUid, modality, ...place } };
}

/** More than any subject has in all of its files; what is not told is still searched for in what comes out. */
const MOST_TOLD = 16_384;

/** The pixel codecs are loaded by who needs them. */
function defaceFilesJob(series: readonly DefacedNifti[]): (items: readonly DefaceItem[]) => Promise<DefaceAnswer> {
  const job = import('./defaceFiles').then(({ defaceJob }) => defaceJob(series));
  return async (items) => (await job)(items);
}

/** What each job is begun with, what it is then given, and what it answers to some of that. */
interface Jobs {
  readonly look: { readonly task: ProfileOptions | null; readonly item: string; readonly answer: Slim[] };
  readonly clean: { readonly task: CleanTask; readonly item: CleanItem; readonly answer: CleanAnswer };
  readonly mask: { readonly task: MaskTask; readonly item: CleanItem; readonly answer: CleanAnswer };
  readonly deface: {
    readonly task: readonly DefacedNifti[];
    readonly item: DefaceItem;
    readonly answer: DefaceAnswer;
  };
  readonly search: { readonly task: readonly RemovedValue[]; readonly item: SearchItem; readonly answer: number[] };
}
export type JobName = keyof Jobs;
export type Task<J extends JobName> = Jobs[J]['task'];
export type Item<J extends JobName> = Jobs[J]['item'];
export type Answer<J extends JobName> = Jobs[J]['answer'];
type Begin<J extends JobName> = (task: Task<J>) => (items: readonly Item<J>[]) => Answer<J> | Promise<Answer<J>>;

const JOBS: { readonly [J in JobName]: Begin<J> } = {
  look: lookJob,
  clean: cleanJob,
  mask: maskJob,
  deface: defaceFilesJob,
  search: searchJob,
};

/** Begins a job in this thread. */
export function beginJob<J extends JobName>(job: J, task: Task<J>): (items: readonly Item<J>[]) => Promise<Answer<J>> {
  const work = JOBS[job](task);
  return async (items) => work(items);
}
