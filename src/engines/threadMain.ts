// The inside of a worker thread: runs its job once and answers; only a DomainError's words leave, others may hold paths.
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '../domain/errors';
import { storageError } from './files';
import type { ThreadAnswer } from './thread';

/** Runs `work` on the input this thread was started with and posts what became of it. */
export async function answerWith<I, O>(work: (input: I) => Promise<O>): Promise<void> {
  let answer: ThreadAnswer<O>;
  try {
    answer = { ok: true, result: await work(workerData as I) };
  } catch (thrown) {
    const error = storageError(thrown);
    if (error instanceof DomainError) answer = { ok: false, code: error.code, message: error.message };
    else answer = { ok: false, code: null, message: kindOf(error) };
  }
  parentPort?.postMessage(answer);
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error.name : `${error.name} ${code}`;
}
