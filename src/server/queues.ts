// The queue: BullMQ on PostgreSQL, or on Redis when REDIS_URL is set. A job carries nothing but the id of a StageRun row,
// and rows are the truth: the queue may be lost whole. Nothing here waits on queue events (they get lost on PostgreSQL).
import { createPostgresBackend, Queue, Worker, withBackend } from 'bullmq';
import { asAppRole } from './db';
import { env } from './env';

const NAME = 'stages';
const onPostgres = withBackend(createPostgresBackend);

interface StageJob {
  readonly stageRunId: string;
}

const postgres = () => ({ connectionString: env.DATABASE_URL, schema: 'bullmq', options: asAppRole, max: 4 });
const redis = (url: string) => ({ url, maxRetriesPerRequest: null });

/** attempts: our own rows count them; a job that ended leaves its id free for the next attempt. */
const jobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

function makeQueue() {
  const made = env.REDIS_URL
    ? new Queue<StageJob>(NAME, { connection: redis(env.REDIS_URL) })
    : new onPostgres.Queue<StageJob>(NAME, { connection: postgres() });
  made.on('error', report);
  return made;
}

let queue: ReturnType<typeof makeQueue> | undefined;

/** Puts a stage run in the queue; one that is there already stays once. */
export async function enqueue(stageRunId: string): Promise<void> {
  queue ??= makeQueue();
  await queue.add('stage', { stageRunId }, { ...jobOptions, jobId: stageRunId });
}

export interface StageWorker {
  /** Takes no new job and waits for those in hand. */
  close(): Promise<void>;
}

/** Works the queue. `handler` settles each run in its row itself; what it throws is only reported. */
export function startWorker(
  handler: (stageRunId: string) => Promise<void>,
  { concurrency }: { concurrency: number },
): StageWorker {
  const work = (job: { data: StageJob }) => handler(job.data.stageRunId);
  // A job whose worker died is handed out again; how often it may die is counted in its row.
  const options = { concurrency, lockDuration: 30_000, maxStalledCount: 1_000 };
  const worker = env.REDIS_URL
    ? new Worker<StageJob>(NAME, work, { ...options, connection: redis(env.REDIS_URL) })
    : new onPostgres.Worker<StageJob>(NAME, work, { ...options, connection: postgres() });
  worker.on('error', report);
  return { close: () => worker.close() };
}

export async function closeQueue(): Promise<void> {
  await queue?.close();
  queue = undefined;
}

function report(error: Error): void {
  console.error('The queue reports a fault:', error.name, (error as NodeJS.ErrnoException).code ?? '');
}
