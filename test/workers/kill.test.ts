// A worker killed with SIGKILL in each stage: what it had in hand is done by the next one, exactly once.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type StageName, stageNames } from '@/domain/pipeline';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import { getDryRun, startDryRun } from '@/server/dryRuns';
import { publishRelease } from '@/server/releases';
import { decide, reviewItem } from '@/server/reviews';
import { sweep } from '@/server/stageRuns';
import { uploadFolder } from '@/workers/uploadFolder';
import { dataDir } from '../server/database';
import { makePeople } from './people';
import { scan } from './scan';

const alive = new Set<ChildProcess>();
after(() => {
  for (const worker of alive) worker.kill('SIGKILL');
});

function startWorker(pauseIn: StageName | ''): ChildProcess {
  const worker = spawn(process.execPath, ['--import', 'tsx', 'src/workers/main.ts'], {
    env: { ...process.env, TEST_PAUSE_STAGE: pauseIn },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  alive.add(worker);
  worker.once('exit', () => alive.delete(worker));
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

/** Kills the worker that is paused in `stage`, and has its run given to the next. */
async function killIn(worker: ChildProcess, stage: StageName): Promise<string> {
  await says(worker, `paused in ${stage}`);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const run = await db.stageRun.findFirstOrThrow({ where: { stage, state: 'running' } });
  // A minute of silence, told to the sweep instead of waited for; the dead worker's job goes as when a queue is lost.
  await sweep(new Date(Date.now() + 61_000));
  await db.$executeRaw`DELETE FROM bullmq.job`;
  await sweep(new Date(Date.now() + 61_000));
  return run.id;
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 1200; n++) {
    if (await check()) return;
    await delay(100);
  }
  assert.fail(`it never came to this: ${what}`);
}

describe('SIGKILL in each stage', () => {
  it('loses nothing and does nothing twice', async () => {
    const people = await makePeople();
    const { projectId } = people;
    await uploadFolder(people.coordinator, projectId, scan({ slices: 6 }));
    const killed = new Map<StageName, string>();
    for (const stage of stageNames) {
      if (stage === 'publish') break;
      const worker = startWorker(stage);
      killed.set(stage, await killIn(worker, stage));
      // The reviewer's answer, given beforehand: what the model thinks of a test pattern is not the point.
      await db.series.updateMany({ where: { projectId }, data: { answers: { head: 'notHead' } } });
    }
    const worker = startWorker('publish');
    await until('in review', async () => (await db.series.count({ where: { projectId, state: 'inReview' } })) === 1);
    const series = await db.series.findFirstOrThrow({ where: { projectId } });
    const { stageRunId } = await reviewItem(people.reviewer, series.id);
    await decide(people.reviewer, series.id, { decision: 'accept', stageRunId: stageRunId! });
    const wish = { title: 'First', notes: '', license: 'CC-BY-4.0', seriesIds: [series.id] };
    const { releaseId } = await publishRelease(people.lead, projectId, wish);
    killed.set('publish', await killIn(worker, 'publish'));
    const trying = startWorker('dryRun');
    await until(
      'published',
      async () => (await db.release.findUniqueOrThrow({ where: { id: releaseId } })).state === 'published',
    );
    const draft = { wish: { preset: 'basic' }, seriesIds: [series.id] } as const;
    const { dryRunId } = await startDryRun(people.lead, projectId, draft);
    killed.set('dryRun', await killIn(trying, 'dryRun'));
    const last = startWorker('');
    await until('tried', async () => (await getDryRun(people.lead, dryRunId)).state === 'succeeded');

    for (const stage of stageNames) {
      const runs = await db.stageRun.findMany({ where: { stage } });
      assert.deepEqual(
        runs.map(({ id, state, attempt }) => ({ id, state, attempt })),
        [{ id: killed.get(stage), state: 'succeeded', attempt: 2 }],
        `${stage} was to be done once, by the second worker`,
      );
    }
    assert.equal(await db.instance.count(), 6);
    assert.equal(await db.subject.count(), 1);
    const files = await db.releaseFile.findMany({ where: { releaseId } });
    assert.ok(files.every((file) => file.key.includes('/a2/')));
    const left = await readdir(dataDir, { recursive: true });
    assert.deepEqual(
      left.filter((path) => /\/a1(\/|$)/.test(path)),
      [],
      'what the killed workers wrote is gone',
    );
    assert.equal((await verifyAudit()).ok, true);

    last.kill('SIGTERM');
    const [code] = await once(last, 'exit');
    assert.equal(code, 0, 'a worker that is told to stop ends cleanly');
  });
});
