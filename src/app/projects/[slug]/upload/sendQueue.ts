// Sends many files, a few at a time, through whatever the connection does. Knows nothing of tus, the DOM or the clock.

export interface QueuedFile {
  readonly fileId: string;
  readonly path: string;
  readonly size: number;
}

/** How one attempt at one file ended. */
export type Outcome =
  | { readonly kind: 'here' }
  /** The server could not be reached, or is busy: try again soon. */
  | { readonly kind: 'unreachable' }
  /** What arrived was not what was measured: send it again from the start. */
  | { readonly kind: 'mismatch' }
  /** Nothing can go on before a person did something (signed in again, made room). */
  | { readonly kind: 'blocked'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

export interface Attempt {
  readonly signal: AbortSignal;
  /** An earlier attempt arrived damaged: do not continue it, begin anew. */
  readonly fresh: boolean;
  readonly onSent: (bytes: number) => void;
}

export interface ActiveFile {
  readonly path: string;
  readonly size: number;
  readonly sent: number;
}

export interface Snapshot {
  readonly phase: 'sending' | 'paused' | 'waiting' | 'finished';
  readonly files: number;
  readonly filesHere: number;
  readonly bytes: number;
  readonly bytesSent: number;
  readonly active: readonly ActiveFile[];
  readonly failed: readonly { readonly path: string; readonly message: string }[];
  /** Why it is paused, when it was not the person who paused it. */
  readonly blocked: string | null;
}

interface Options<F extends QueuedFile> {
  readonly files: readonly F[];
  /** Files and bytes of the same upload that arrived earlier. */
  readonly already: { readonly files: number; readonly bytes: number };
  readonly send: (file: F, attempt: Attempt) => Promise<Outcome>;
  /** Resolves after `ms`, or earlier when the connection is back. */
  readonly wait: (ms: number) => Promise<void>;
  readonly lanes?: number;
}

const MAX_RESENDS = 2;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15_000, 30_000] as const;

export class SendQueue<F extends QueuedFile> {
  readonly #options: Options<F>;
  #phase: Snapshot['phase'] = 'paused';
  #blocked: string | null = null;
  readonly #waiting: F[];
  readonly #active = new Map<string, F>();
  /** Bytes sent of files that are not whole yet. */
  readonly #sent = new Map<string, number>();
  readonly #failed = new Map<string, { file: F; message: string }>();
  readonly #resends = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #here: number;
  #bytesHere: number;
  /** Times in a row that the server was not reached. */
  #misses = 0;
  #lanes = 0;
  #abort = new AbortController();
  #snapshot: Snapshot | null = null;

  constructor(options: Options<F>) {
    this.#options = options;
    this.#waiting = options.files.toReversed();
    this.#here = options.already.files;
    this.#bytesHere = options.already.bytes;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something changed. */
  readonly snapshot = (): Snapshot => {
    this.#snapshot ??= this.#look();
    return this.#snapshot;
  };

  /** Starts, or goes on after a pause. */
  start(): void {
    this.#phase = 'sending';
    this.#blocked = null;
    for (let free = (this.#options.lanes ?? 3) - this.#lanes; free > 0; free -= 1) void this.#runLane();
    this.#changed();
  }

  pause(): void {
    if (this.#phase !== 'finished') this.#halt('paused', null);
  }

  retryFailed(): void {
    for (const { file } of this.#failed.values()) this.#waiting.push(file);
    this.#failed.clear();
    this.#resends.clear();
    this.start();
  }

  async #runLane(): Promise<void> {
    this.#lanes += 1;
    while (this.#phase === 'sending') {
      const file = this.#waiting.pop();
      if (!file) break;
      const outcome = await this.#attempt(file);
      this.#settle(file, outcome);
      if (outcome.kind === 'blocked') this.#halt('paused', outcome.message);
      if (outcome.kind === 'unreachable' && this.#phase === 'sending') void this.#reconnect();
      this.#changed();
    }
    this.#lanes -= 1;
    if (this.#lanes === 0 && this.#phase === 'sending' && this.#waiting.length === 0) {
      this.#phase = 'finished';
      this.#changed();
    }
  }

  async #attempt(file: F): Promise<Outcome> {
    const { fileId } = file;
    this.#active.set(fileId, file);
    this.#changed();
    const onSent = (bytes: number) => {
      this.#sent.set(fileId, bytes);
      this.#changed();
    };
    try {
      return await this.#options.send(file, { signal: this.#abort.signal, fresh: this.#resends.has(fileId), onSent });
    } catch {
      return { kind: 'failed', message: 'It could not be sent. Check that the file is still there, then try again.' };
    } finally {
      this.#active.delete(fileId);
    }
  }

  #settle(file: F, outcome: Outcome): void {
    const { fileId } = file;
    if (outcome.kind === 'here') {
      this.#here += 1;
      this.#bytesHere += file.size;
      this.#misses = 0;
    }
    if (outcome.kind === 'here' || outcome.kind === 'failed' || outcome.kind === 'mismatch') this.#sent.delete(fileId);
    if (outcome.kind === 'failed') this.#failed.set(fileId, { file, message: outcome.message });
    if (outcome.kind === 'mismatch') this.#resend(file);
    if (outcome.kind === 'unreachable' || outcome.kind === 'blocked' || outcome.kind === 'stopped')
      this.#waiting.push(file);
  }

  #resend(file: F): void {
    const times = (this.#resends.get(file.fileId) ?? 0) + 1;
    this.#resends.set(file.fileId, times);
    if (times <= MAX_RESENDS) this.#waiting.push(file);
    else
      this.#failed.set(file.fileId, { file, message: 'It arrived damaged each time. Check the disk, then try again.' });
  }

  async #reconnect(): Promise<void> {
    const delay = BACKOFF_MS[Math.min(this.#misses, BACKOFF_MS.length - 1)] ?? 30_000;
    this.#misses += 1;
    this.#halt('waiting', null);
    await this.#options.wait(delay);
    if (this.#phase === 'waiting') this.start();
  }

  #halt(phase: 'paused' | 'waiting', blocked: string | null): void {
    this.#phase = phase;
    this.#blocked = blocked;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = null;
    for (const listener of this.#listeners) listener();
  }

  #look(): Snapshot {
    const { already, files } = this.#options;
    return {
      phase: this.#phase,
      blocked: this.#blocked,
      files: already.files + files.length,
      filesHere: this.#here,
      bytes: already.bytes + files.reduce((sum, file) => sum + file.size, 0),
      bytesSent: this.#bytesHere + [...this.#sent.values()].reduce((sum, bytes) => sum + bytes, 0),
      active: [...this.#active.values()].map(({ fileId, path, size }) => ({
        path,
        size,
        sent: this.#sent.get(fileId) ?? 0,
      })),
      failed: [...this.#failed.values()].map(({ file, message }) => ({ path: file.path, message })),
    };
  }
}
