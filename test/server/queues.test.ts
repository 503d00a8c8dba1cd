import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { after, describe, it } from 'node:test';
import { db } from '@/server/db';
import { enqueue, startWorker } from '@/server/queues';
import { queueStage, sweep } from '@/server/stageRuns';
import { systemActor, transact } from '@/server/transact';
import './database';

const workers: ChildProcess[] = [];
after(() => {
  for (const worker of workers) worker.kill('SIGKILL');
});

function runWorker(mode: 'hang' | 'work'): ChildProcess {
  const args = ['--import', 'tsx', 'test/server/fixtures/worker.ts', mode];
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  workers.push(worker);
  return worker;
}

async function says(worker: ChildProcess, wanted: string): Promise<void> {
  let heard = '';
  for await (const chunk of worker.stdout!.iterator({ destroyOnReturn: false })) {
    heard += chunk;
    if (heard.includes(wanted)) return;
  }
  assert.fail(`the worker ended without saying "${wanted}": ${heard}`);
}

/** An ingest needs no rows but its own. */
async function queueIngest(): Promise<string> {
  const run = { stage: 'ingest', unitId: randomUUID(), projectId: randomUUID() } as const;
  return transact(systemActor, ({ tx, audit, afterCommit }) => queueStage(tx, audit, afterCommit, run));
}

describe('the queue', () => {
  it('hands out every run once, and its job carries the id only', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, queueIngest));
    await Promise.all(ids.map((id) => enqueue(id)));
    const jobs = await db.$queryRaw<{ data: unknown }[]>`SELECT data FROM bullmq.job`;
    assert.deepEqual(
      new Set(jobs.map(({ data }) => JSON.stringify(data))),
      new Set(ids.map((stageRunId) => JSON.stringify({ stageRunId }))),
    );
    const handed: string[] = [];
    const all = new EventEmitter();
    const worker = startWorker(
      async (id) => {
        if (handed.push(id) === ids.length) all.emit('handed');
      },
      { concurrency: 3 },
    );
    await once(all, 'handed');
    await worker.close();
    assert.deepEqual([...handed].sort(), [...ids].sort());
    await db.stageRun.updateMany({ data: { state: 'cancelled' } });
  });

  it('loses no run whose worker was killed with SIGKILL', async () => {
    const victim = runWorker('hang');
    const id = await queueIngest();
    await says(victim, `started ${id} 1`);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    assert.equal((await db.stageRun.findUniqueOrThrow({ where: { id } })).state, 'running');
    // A minute of silence, told to the sweep instead of waited for.
    assert.equal((await sweep(new Date(Date.now() + 61_000))).requeued, 1);
    // BullMQ still holds the dead worker's job; as a queue that was lost whole, it is emptied here.
    await db.$executeRaw`DELETE FROM bullmq.job`;
    assert.equal((await sweep(new Date(Date.now() + 61_000))).enqueued, 1);
    const heir = runWorker('work');
    await says(heir, `finished ${id} 2`);
    const row = await db.stageRun.findUniqueOrThrow({ where: { id } });
    assert.deepEqual([row.state, row.attempt], ['succeeded', 2]);
    heir.kill('SIGTERM');
  });
});
