// The command line: the pipeline over a folder, with no server.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { presets } from '@/domain/deid/presets';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import { SOFTWARE_VERSION } from '@/domain/release/version';
import { deidKeys } from '@/engines/dicomFiles';
import { storageError } from '@/engines/files';
import { convertAll } from './convert';
import { defaceOneFile } from './deface';
import { deidentifyAll } from './deidentify';
import { type Gathered, gather } from './gather';
import { leftOutLines } from './leftOut';
import { type FolderCommand, HELP, parseCommand } from './options';
import { clearOut, existing, outsideOf, prepareOut } from './places';
import { type Progress, progressOn } from './progress';
import { runAll } from './run';
import { Crosswalk, projectSecret } from './secrets';
import { Session } from './session';

const WORK = { deidentify: deidentifyAll, convert: convertAll, run: runAll } as const;

/**
 * Runs one command.
 * @returns the exit status: 0 all done, 1 some left out, 2 could not run, 130 interrupted
 */
export async function main(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const progress = progressOn(process.stderr);
  try {
    const command = parseCommand(argv);
    if (command.name === 'help') process.stdout.write(HELP);
    else if (command.name === 'version') process.stdout.write(`${SOFTWARE_VERSION}\n`);
    else if (command.name === 'deface') return await defaceOneFile(command, progress, stop.signal);
    else return await overFolder(command, progress, stop.signal);
    return 0;
  } catch (error) {
    progress.clear();
    if (stop.signal.aborted) return say('Stopped. What was half done was removed.', 130);
    return say(sentence(error), 2);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function overFolder(command: FolderCommand, progress: Progress, signal: AbortSignal): Promise<number> {
  const profile = await profileOf(command.profile);
  const key = command.key === null ? null : await outsideOf(command.out, command.key, '--key');
  const crosswalkFile =
    command.crosswalk === null ? null : await outsideOf(command.out, command.crosswalk, '--crosswalk');
  const input = await existing(command.input);
  const { out, unfinished } = await prepareOut(input, command.out);
  try {
    const keys = deidKeys(await projectSecret(key));
    const crosswalk = crosswalkFile === null ? null : await Crosswalk.open(crosswalkFile);
    const session = new Session(command.name, out, unfinished, keys, profile, crosswalk, progress, signal);
    const onProgress = (done: number, total: number) => progress.show('Looking', done, total);
    const keepVariants = command.name === 'deidentify';
    const keepAtRisk = command.name === 'deidentify' && profile.options.cleanPixelData;
    const gathered = await gather({ input, scratch: unfinished, keys, keepVariants, keepAtRisk, onProgress, signal });
    session.leftOut.push(...gathered.leftOut);
    await WORK[command.name](session, gathered);
    await rm(unfinished, { recursive: true, force: true });
    if (command.report !== null) await writeFile(command.report, session.report(gathered));
    progress.clear();
    return summary(session, gathered);
  } catch (error) {
    await clearOut(out);
    throw error;
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

async function profileOf(name: string): Promise<Profile> {
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

/** Other errors than ours hold paths, which are the user's own here: shown on the screen, written nowhere. */
function sentence(error: unknown): string {
  const known = storageError(error);
  if (known instanceof DomainError) return known.message;
  return error instanceof Error ? `This went wrong: ${error.message}` : 'Something went wrong.';
}

function say(text: string, status: number): number {
  console.error(text);
  return status;
}

if (process.argv[1] !== undefined && fileURLToPath(import.meta.url) === process.argv[1]) {
  process.exitCode = await main(process.argv.slice(2));
}
