// A command over a folder: what is in it is looked at, worked on, and put in its place in OUT; what was left out is listed.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { presets } from '@/domain/deid/presets';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import { Crew } from '@/engines/crew';
import { deidKeys } from '@/engines/dicomFiles';
import { deidentifyAll } from './deidentify';
import { type Gathered, gather } from './gather';
import { leftOutLines } from './leftOut';
import type { FolderCommand } from './options';
import { clearOut, existing, outsideOf, prepareOut } from './places';
import type { Progress } from './progress';
import { Crosswalk, projectSecret } from './secrets';
import { Session } from './session';

type Work = (session: Session, gathered: Gathered, command: FolderCommand) => Promise<void>;

/** Converting and defacing bring engines along that `deidentify` does not need. */
const WORK: Readonly<Record<FolderCommand['name'], () => Promise<Work>>> = {
  deidentify: async () => deidentifyAll,
  convert: async () => (await import('./convert')).convertAll,
  run: async () => (await import('./run')).runAll,
};

/** Runs the command; gives its exit status. After an error or an abort nothing is left in OUT. */
export async function overFolder(command: FolderCommand, progress: Progress, signal: AbortSignal): Promise<number> {
  const profile = await profileOf(command.profile);
  const key = command.key === null ? null : await outsideOf(command.out, command.key, '--key');
  const crosswalkFile =
    command.crosswalk === null ? null : await outsideOf(command.out, command.crosswalk, '--crosswalk');
  const input = await existing(command.input);
  const { out, unfinished } = await prepareOut(input, command.out);
  const crew = new Crew();
  try {
    const keys = deidKeys(await projectSecret(key));
    const crosswalk = crosswalkFile === null ? null : await Crosswalk.open(crosswalkFile);
    const session = new Session(command.name, out, unfinished, keys, profile, crosswalk, crew, progress, signal);
    const onProgress = (done: number, total: number) => progress.show('Looking', done, total);
    const keepVariants = command.name === 'deidentify';
    const keepAtRisk = command.name === 'deidentify' && profile.options.cleanPixelData;
    const gathered = await gather({
      input,
      scratch: unfinished,
      keys,
      profile,
      keepVariants,
      keepAtRisk,
      crew,
      onProgress,
      signal,
    });
    session.leftOut.push(...gathered.leftOut);
    const work = await WORK[command.name]();
    await work(session, gathered, command);
    await rm(unfinished, { recursive: true, force: true });
    if (command.report !== null) await writeFile(command.report, session.report(gathered));
    progress.clear();
    return summary(session, gathered);
  } catch (error) {
    // Helpers end first: one that still wrote would bring back what is cleared.
    await crew.close();
    await clearOut(out);
    throw error;
  } finally {
    await crew.close();
  }
}

function summary(session: Session, gathered: Gathered): number {
  const { leftOut, filesDone } = session;
  const total = gathered.inputs.length;
  const passed =
    gathered.passedOver === 0
      ? ''
      : `, ${gathered.passedOver} passed over (index and system files, duplicates, unpacked archives)`;
  console.error(`${filesDone} of ${total} files done${passed}.`);
  if (session.pixels.series > 0) console.error(pixelLine(session.pixels));
  if (leftOut.length === 0) return 0;
  const shown = new Map(gathered.inputs.map((one) => [one.number, one.shown]));
  console.error(
    `Left out, because it could not be treated safely (${leftOut.reduce((n, item) => n + item.inputs.length, 0)} files):`,
  );
  for (const line of leftOutLines(leftOut, (input) => shown.get(input) ?? '')) console.error(line);
  return 1;
}

function pixelLine({ series, images, places }: Session['pixels']): string {
  return (
    `Burned-in text: looked for in ${images} images of ${series} series, ${places} places blacked out. ` +
    'A program misses some: look at these images before you share them.'
  );
}

export async function profileOf(name: string): Promise<Profile> {
  if (Object.hasOwn(presets, name)) return presets[name as keyof typeof presets].profile;
  if (!name.endsWith('.json')) {
    throw new DomainError(
      'INVALID',
      `There is no profile of that name. There are: ${Object.keys(presets).join(', ')}; or name a .json file.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(await readFile(name, 'utf8'));
  } catch {
    throw new DomainError('INVALID', 'The profile file cannot be read as JSON.');
  }
  return parseProfile(json);
}
