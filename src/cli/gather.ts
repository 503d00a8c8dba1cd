// Finds every input, looks into each, unpacks archives, and groups what is an image into series under keyed names.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type DeidKeys, keyedSubjectCode } from '@/domain/deid/keys';
import type { Profile } from '@/domain/deid/profile';
import type { RemovedValue } from '@/domain/deid/removed';
import { DomainError } from '@/domain/errors';
import { type GroupedSeries, groupImages, groupNifti, type SeenImage, type SeenNifti } from '@/domain/ingest/group';
import { withSidecars } from '@/domain/ingest/sidecars';
import { TEXT_FILE } from '@/domain/ingest/sniff';
import { isSystemFile } from '@/domain/ingest/systemFiles';
import { seriesFolder } from '@/domain/release/dataset';
import type { Crew } from '@/engines/crew';
import type { Answer } from '@/engines/jobs';
import { KnownValues } from '@/engines/knownValues';
import { reasonOf } from '@/engines/lookInto';
import { unpackZip } from '@/engines/zip';
import type { LeftOut } from './leftOut';

export interface Input {
  /** From 1, in order of path. */
  readonly number: number;
  /** As the user knows it: for the screen only. */
  readonly shown: string;
  readonly path: string;
}
export interface SeriesInput {
  /** Its place in OUT: sub-.../ses-01/ser-001 */
  readonly name: string;
  readonly subjectCode: string;
  readonly session: number;
  readonly kind: GroupedSeries['kind'];
  readonly modality: string;
  readonly files: readonly Input[];
  /** What all files of the subject tell about who it is: in memory only. */
  readonly known: readonly RemovedValue[];
}
export interface Gathered {
  readonly inputs: readonly Input[];
  readonly series: readonly SeriesInput[];
  readonly leftOut: readonly LeftOut[];
  /** Index files, leftovers of operating systems, exact duplicates and unpacked archives. */
  readonly passedOver: number;
}

interface GatherOptions {
  readonly input: string;
  /** Private folder for unpacked archives. */
  readonly scratch: string;
  readonly keys: DeidKeys;
  /** Says what identifies. */
  readonly profile: Profile;
  /** Whether files of one SOP Instance UID but different content all go on; where they make a volume they must not. */
  readonly keepVariants: boolean;
  readonly crew: Crew;
  /** Whether images that may hold burned-in text go on, because the command cleans their pixels. */
  readonly keepAtRisk: boolean;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}
interface Seen {
  readonly input: Input;
  readonly look: Answer<'look'>[number];
}

/**
 * Looks into everything below `input`.
 * @throws DomainError INVALID when there is nothing
 */
export async function gather(options: GatherOptions): Promise<Gathered> {
  const found = await listInputs(options.input);
  if (found.length === 0) throw new DomainError('INVALID', 'There are no files in IN.');
  const inputs: Input[] = found.map((file, index) => ({ ...file, number: index + 1 }));
  const seen: Seen[] = [];
  const leftOut: LeftOut[] = [];
  const known = new KnownValues();
  const look = async (some: readonly Input[], unpack: boolean) => {
    const left = some.filter((input) => !isSystemFile(input.shown));
    for (const input of some) if (isSystemFile(input.shown)) seen.push({ input, look: SYSTEM_FILE });
    const paths = left.map((input) => input.path);
    let at = 0;
    for await (const looks of options.crew.run('look', options.profile.options, paths, { signal: options.signal })) {
      for (const answer of looks) {
        const input = left[at++]!;
        seen.push({ input, look: answer.kind === 'image' ? { ...answer, telling: [] } : answer });
        if (answer.kind === 'image') known.add(answer.identity, answer.telling);
        if (answer.kind === 'zip' && unpack) await unpackInto(input, inputs, leftOut, options.scratch);
        else if (answer.kind === 'zip') leftOut.push(quarantined(input, NESTED));
        else if (answer.kind === 'quarantined') leftOut.push(quarantined(input, answer.reason));
      }
      options.onProgress(seen.length, inputs.length);
    }
  };
  await look([...inputs], true);
  await look(inputs.slice(found.length), false);
  return { inputs, ...(await group(seen, leftOut, known, options)) };
}

const SYSTEM_FILE = { kind: 'ignored', reason: 'A file of the operating system.' } as const;

async function unpackInto(archive: Input, inputs: Input[], leftOut: LeftOut[], scratch: string): Promise<void> {
  try {
    for (const file of await unpackZip(archive.path, join(scratch, `zip-${archive.number}`))) {
      inputs.push({ number: inputs.length + 1, shown: `${archive.shown}/${file.name}`, path: file.path });
    }
  } catch (error) {
    leftOut.push(quarantined(archive, reasonOf(error)));
  }
}

async function group(
  seen: readonly Seen[],
  leftOut: LeftOut[],
  known: KnownValues,
  { keys, keepVariants, keepAtRisk }: GatherOptions,
): Promise<Omit<Gathered, 'inputs'>> {
  const byNumber = new Map(seen.map((one) => [one.input.number, one]));
  const images = seen.flatMap(({ input, look }): SeenImage[] =>
    look.kind === 'image' ? [{ file: input.number, facts: look.facts, identity: look.identity, risk: look.risk }] : [],
  );
  const { volumes, alone } = withSidecars(
    await niftiVolumes(seen),
    seen.flatMap(({ input, look: { kind } }) =>
      kind === 'json' ? [{ file: input.number, parts: input.shown.split('/') }] : [],
    ),
  );
  for (const number of alone) leftOut.push(quarantined(byNumber.get(number)!.input, TEXT_FILE));
  const grouped = [groupImages(images, keys), groupNifti(volumes, keys)];
  const variants = new Map<number, Input[]>();
  let duplicates = 0;
  for (const { file, of } of grouped.flatMap((one) => one.repeated)) {
    const [a, b] = [byNumber.get(file)!.input, byNumber.get(of)!.input];
    if ((await sha256(a.path)) === (await sha256(b.path))) duplicates += 1;
    else if (keepVariants) variants.set(of, [...(variants.get(of) ?? []), a]);
    else leftOut.push(quarantined(a, VARIANT));
  }
  const withVariants = (number: number) => [byNumber.get(number)!.input, ...(variants.get(number) ?? [])];
  const all = grouped.flatMap((one) => one.series);
  const waits = (one: GroupedSeries) => one.risk !== null && !keepAtRisk;
  for (const one of all.filter(waits)) {
    const inputs = one.instances.flatMap((i) => withVariants(i.file).map((input) => input.number));
    leftOut.push({ what: 'quarantined', inputs, series: null, reason: one.risk! });
  }
  const series = named(
    all.filter((one) => !waits(one)),
    withVariants,
    knownOf(byNumber, known),
    keys,
  );
  const ignored = seen.filter(({ look }) => look.kind === 'ignored' || look.kind === 'zip').length;
  return { series, leftOut, passedOver: ignored + duplicates };
}

/** What is known of the subject of a series: the very same list for all of its series. */
function knownOf(byNumber: ReadonlyMap<number, Seen>, known: KnownValues) {
  const lists = new Map<string, readonly RemovedValue[]>();
  return ({ patientKey, instances }: GroupedSeries) => {
    const look = byNumber.get(instances[0]!.file)?.look;
    const list = lists.get(patientKey) ?? (look?.kind === 'image' ? known.of(look.identity) : []);
    lists.set(patientKey, list);
    return list;
  };
}

const NESTED = 'An archive inside an archive is not unpacked. Unpack it first.';
const VARIANT = 'Another file has the same SOP Instance UID but different content. Only that one was taken.';

/** Gives subjects their keyed codes, studies their session numbers, series their numbers, in the order they come. */
function named(
  all: readonly GroupedSeries[],
  inputsOf: (file: number) => Input[],
  known: (one: GroupedSeries) => readonly RemovedValue[],
  keys: DeidKeys,
): SeriesInput[] {
  const sessions = new Map<string, string[]>();
  const counts = new Map<string, number>();
  return all.map((one) => {
    const subjectCode = keyedSubjectCode(one.patientKey, keys);
    const studies = sessions.get(subjectCode) ?? [];
    if (!studies.includes(one.studyKey)) studies.push(one.studyKey);
    sessions.set(subjectCode, studies);
    const session = studies.indexOf(one.studyKey) + 1;
    const place = `${subjectCode} ${session}`;
    const number = (counts.get(place) ?? 0) + 1;
    counts.set(place, number);
    return {
      name: seriesFolder(subjectCode, session, number),
      subjectCode,
      session,
      kind: one.kind,
      modality: one.modality,
      files: one.instances.flatMap((instance) => inputsOf(instance.file)),
      known: known(one),
    };
  });
}

async function niftiVolumes(seen: readonly Seen[]): Promise<SeenNifti[]> {
  const volumes = seen.flatMap(({ input, look: { kind } }) =>
    kind === 'nifti' || kind === 'picture' ? [{ input, kind }] : [],
  );
  return Promise.all(
    volumes.map(async ({ input, kind }) => ({
      kind,
      file: input.number,
      parts: input.shown.split('/'),
      sha256: await sha256(input.path),
    })),
  );
}

async function listInputs(input: string): Promise<{ shown: string; path: string }[]> {
  const info = await stat(input);
  if (!info.isDirectory()) return [{ shown: input.split(sep).at(-1)!, path: input }];
  const entries = await readdir(input, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort().map((path) => ({ shown: relative(input, path).split(sep).join('/'), path }));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function quarantined(input: Input, reason: string): LeftOut {
  return { what: 'quarantined', inputs: [input.number], series: null, reason };
}
