// Several threads at work on many files: this one, and helpers that are started when there is enough to do. Answers come in
// the order of the files, whoever was faster, so that one thread or ten give the same result.
import os from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { type Answer, beginJob, type Item, type JobName, type Task } from './jobs';
import { errorOf, startThread, type ThreadAnswer } from './thread';

/** Items given out at a time. */
const SHARE = 8;
/** Shares from which on a helper is worth its start. */
const WORTH_HELP = 8;
/** Shares a helper has before it, so that it never waits for the next. */
const IN_HAND = 2;
/** How far answers may run ahead of the slowest. */
const MOST_AHEAD = 64;

interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** The work would hold up this thread for too long: helpers do it alone. */
  readonly aside?: boolean;
}

/** What a helper is told: which job begins, or some of its items. */
export type Order =
  | { readonly job: JobName; readonly task: unknown }
  | { readonly share: number; readonly items: unknown };
/** What it says about one share. */
export type Report = { readonly share: number; readonly answer: ThreadAnswer<unknown> };

export class Crew {
  readonly #helpers: Worker[] = [];

  /** @param threads how many work at most, this one included */
  constructor(private readonly threads: number = os.availableParallelism()) {}

  /**
   * Does a job on all items and gives the answers in the order of the items. Left early, by an error or an abort, all
   * helpers have ended when the error arrives.
   * @throws what the job throws, the abort reason, Error when a helper died
   */
  async *run<J extends JobName>(
    job: J,
    task: Task<J>,
    items: readonly Item<J>[],
    { signal, aside = false }: RunOptions = {},
  ): AsyncGenerator<Answer<J>> {
    const shares = sharesOf(items);
    const wanted = aside ? Math.max(1, this.threads - 1) : shares.length >= WORTH_HELP ? this.threads - 1 : 0;
    const run = new Run<J>(shares, this.#hire(wanted), job, task);
    const wake = () => run.wake();
    signal?.addEventListener('abort', wake);
    const work = aside ? null : beginJob(job, task);
    try {
      while (!run.done) {
        signal?.throwIfAborted();
        const answer = run.take();
        if (answer !== undefined) yield answer;
        else if (work !== null && run.next() !== undefined) await run.doOne(work);
        else await run.waiting();
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      run.end();
      if (!run.done) await this.close();
    }
  }

  /** Ends the helpers, whatever they are doing. */
  async close(): Promise<void> {
    await Promise.all(this.#helpers.splice(0).map((helper) => helper.terminate()));
  }

  #hire(count: number): readonly Worker[] {
    while (this.#helpers.length < count) this.#helpers.push(startThread('crewThread', null));
    return this.#helpers.slice(0, count);
  }
}

function sharesOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / SHARE) }, (_, i) => items.slice(i * SHARE, (i + 1) * SHARE));
}

/** One job on its way: which shares are given out, and which answers wait for their turn. */
class Run<J extends JobName> {
  #given = 0;
  #taken = 0;
  #failure: Error | null = null;
  #wake = () => {};
  readonly #answers = new Map<number, Answer<J>>();
  readonly #leave: (() => void)[] = [];

  constructor(
    private readonly shares: readonly (readonly Item<J>[])[],
    helpers: readonly Worker[],
    job: J,
    task: Task<J>,
  ) {
    for (const helper of helpers) this.#begin(helper, { job, task });
  }

  get done(): boolean {
    return this.#taken === this.shares.length;
  }

  /** The answer whose turn it is, if it is there. @throws what a job or a helper threw */
  take(): Answer<J> | undefined {
    if (this.#failure !== null) throw this.#failure;
    const answer = this.#answers.get(this.#taken);
    if (answer === undefined) return undefined;
    this.#answers.delete(this.#taken++);
    return answer;
  }

  /** The number of the next share, undefined when there is none or answers are too far ahead. */
  next(): number | undefined {
    return this.#given < this.shares.length && this.#given - this.#taken < MOST_AHEAD ? this.#given : undefined;
  }

  async doOne(work: (items: readonly Item<J>[]) => Promise<Answer<J>>): Promise<void> {
    const share = this.#given++;
    this.#answers.set(share, await work(this.shares[share]!));
    // Lets helpers' answers, progress and signals in.
    await setImmediate();
  }

  waiting(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake();
  }

  end(): void {
    for (const leave of this.#leave) leave();
  }

  #begin(helper: Worker, begin: Order): void {
    let inHand = 0;
    const give = () => {
      for (; inHand < IN_HAND && this.next() !== undefined; inHand++) {
        const share = this.#given++;
        helper.postMessage({ share, items: this.shares[share] } satisfies Order);
      }
    };
    const fail = (error: Error) => {
      this.#failure ??= error;
      this.#wake();
    };
    const report = ({ share, answer }: Report) => {
      inHand -= 1;
      if (answer.ok) this.#answers.set(share, answer.result as Answer<J>);
      else fail(errorOf(answer));
      give();
      this.#wake();
    };
    const died = () => fail(new Error('a helper thread ended before its work was done'));
    helper.on('message', report).on('error', died).on('exit', died);
    this.#leave.push(() => helper.off('message', report).off('error', died).off('exit', died));
    helper.postMessage(begin);
    give();
  }
}
