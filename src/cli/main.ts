// The command line: what was asked, and how it ended. What does the work is loaded only when there is work to do.
import { fileURLToPath } from 'node:url';
import { DomainError } from '@/domain/errors';
import { SOFTWARE_VERSION } from '@/domain/release/version';
import { storageError } from '@/engines/storageError';
import { type Command, HELP, parseCommand } from './options';
import { type Progress, progressOn } from './progress';

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
    if (argv[0] === 'profile') {
      const [{ profileCommand }, { profileOf }] = await Promise.all([import('./profile'), import('./overFolder')]);
      return await profileCommand(argv.slice(1), profileOf);
    }
    if (argv[0] === 'metadata' && !argv.includes('--help'))
      return await (await import('./metadata')).exportMetadata(argv.slice(1), progress, stop.signal);
    return await carryOut(parseCommand(argv), progress, stop.signal);
  } catch (error) {
    progress.clear();
    if (stop.signal.aborted) return say('Stopped. What was half done was removed.', 130);
    return say(sentence(error), 2);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function carryOut(command: Command, progress: Progress, signal: AbortSignal): Promise<number> {
  switch (command.name) {
    case 'help':
    case 'version':
      process.stdout.write(command.name === 'help' ? HELP : `${SOFTWARE_VERSION}\n`);
      return 0;
    case 'deface': {
      const { defaceOneFile } = await import('./deface');
      return defaceOneFile(command, progress, signal);
    }
    default: {
      const { overFolder } = await import('./overFolder');
      return overFolder(command, progress, signal);
    }
  }
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
