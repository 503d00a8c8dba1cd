// The worker process: takes stage runs from the queue until it is told to stop.
import { setTimeout as delay } from 'node:timers/promises';
import { closeDb } from '@/server/db';
import { env } from '@/server/env';
import { closeQueue, startWorker } from '@/server/queues';
import { note } from './log';
import { Stopping, stageHandler } from './runStage';
import { startSweeping } from './sweep';

/** How long runs in hand may take to end by themselves before they are given back. */
const GRACE_MS = 8_000;

export async function main(): Promise<void> {
  const stop = new AbortController();
  const stopSweeping = startSweeping();
  const worker = startWorker(stageHandler(stop.signal), { concurrency: env.WORKER_CONCURRENCY });
  note(`ready, ${env.WORKER_CONCURRENCY} at a time`);
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
  note(`${signal}: finishing`);
  await stopSweeping();
  const closed = worker.close();
  await Promise.race([closed, delay(GRACE_MS, undefined, { ref: false })]);
  stop.abort(new Stopping('the worker is stopping'));
  await closed;
  await closeQueue();
  await closeDb();
  note('stopped');
}

await main();
