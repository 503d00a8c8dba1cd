// Running CPU-bound work off the event loop: one worker thread per job, ended with it, under tsx and from bundles alike.
import { Worker } from 'node:worker_threads';
import { DomainError, type ErrorCode } from '../domain/errors';

export type ThreadEntry = 'convertThread' | 'crewThread' | 'defaceThread';

export type ThreadAnswer<T> =
  | { ok: true; result: T }
  | { ok: false; code: ErrorCode; message: string }
  | { ok: false; code: null; message: string };

export interface ThreadOptions {
  readonly signal?: AbortSignal | undefined;
  /** What to say when the thread runs out of memory. */
  readonly tooLarge: string;
  /** A thread that is inside a native runtime brings the process down when it is stopped: an abort waits for its end. */
  readonly native?: boolean;
}

/** A thread at its entry. Source files run under tsx as .ts; a bundle finds its threads as .mjs files beside itself. */
export function startThread(entry: ThreadEntry, input: unknown): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`./${entry}.mjs`, import.meta.url), { workerData: input, execArgv: [] });
  // Node 20 does not apply `--import tsx` inside a worker, so the thread registers tsx itself.
  const load = (url: string) => `import(${JSON.stringify(url)})`;
  const source = new URL(`./${entry}.ts`, import.meta.url).href;
  const code = `${load(import.meta.resolve('tsx/esm/api'))}.then(({ register }) => { register(); return ${load(source)}; });`;
  return new Worker(code, { eval: true, workerData: input, execArgv: [] });
}

/**
 * Starts the entry with `input` in a thread of its own and gives its answer. Aborting ends the thread at once, a native one when its job is done.
 * @throws DomainError that the thread answered with; UNSUPPORTED when it ran out of memory; the abort reason; else Error (may be retried)
 */
export function runThread<T>(
  entry: ThreadEntry,
  input: unknown,
  { signal, tooLarge, native = false }: ThreadOptions,
): Promise<T> {
  signal?.throwIfAborted();
  const worker = startThread(entry, input);
  return new Promise<T>((resolve, reject) => {
    const abort = () => {
      if (!native) settle(() => reject(signal?.reason));
    };
    let settled = false;
    const settle = (end: () => void) => {
      if (settled) return;
      settled = true;
      signal?.removeEventListener('abort', abort);
      // Callers remove the job's files next, so the thread must be gone first.
      const ended = signal?.aborted ? () => reject(signal.reason) : end;
      void worker.terminate().then(ended, ended);
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.once('message', (answer: ThreadAnswer<T>) => {
      settle(() => (answer.ok ? resolve(answer.result) : reject(errorOf(answer))));
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY' || /allocation failed/i.test(error.message);
      settle(() =>
        reject(
          outOfMemory
            ? new DomainError('UNSUPPORTED', tooLarge)
            : new Error(`${entry} failed: ${error.name}`, { cause: error }),
        ),
      );
    });
    worker.once('exit', (code) => settle(() => reject(new Error(`${entry} ended with ${code} and no answer`))));
  });
}

/** What a thread answered in place of a result, as the error that it was. */
export function errorOf(answer: Exclude<ThreadAnswer<unknown>, { ok: true }>): Error {
  return answer.code === null ? new Error(answer.message) : new DomainError(answer.code, answer.message);
}
