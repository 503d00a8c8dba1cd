// The inside of a worker thread: runs its job once and answers; only a DomainError's words leave, others may hold paths.
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../domain/errors';
import { storageError } from './storageError';
import type { ThreadAnswer } from './thread';

/** Runs `work` on the input this thread was started with and posts what became of it. */
export async function answerWith<I, O>(work: (input: I) => Promise<O>): Promise<void> {
  parentPort?.postMessage(await answerOf(() => work(workerData as I)));
}

/** What became of some work, in a form that can be posted. */
export async function answerOf<O>(work: () => Promise<O>): Promise<ThreadAnswer<O>> {
  try {
    return { ok: true, result: await work() };
  } catch (thrown) {
    const error = storageError(thrown);
    if (error instanceof DomainError) return { ok: false, code: error.code, message: error.message };
    return { ok: false, code: null, message: kindOf(error) };
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error.name : `${error.name} ${code}`;
}
