// A disk that fills while a stage writes: the run waits and is tried again, nothing half-written is taken for a result.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { db } from '@/server/db';
import { uploadFolder } from '@/workers/uploadFolder';
import { dataDir } from '../server/database';
import { makePeople, workAll } from './people';
import { scan } from './scan';

it('tries again when there is room, and then gives the same result', async () => {
  const people = await makePeople();
  const { projectId } = people;
  await uploadFolder(people.coordinator, projectId, scan({ slices: 3, size: 256 }));
  await workAll('ingest');
  // A limit of 64 KiB on every file it writes looks to the worker like a disk that fills in the middle of one.
  const command = `ulimit -f 64; exec "${process.execPath}" --import tsx src/workers/main.ts`;
  const worker = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let heard = '';
  for await (const chunk of worker.stdout.iterator({ destroyOnReturn: false })) {
    heard += chunk;
    if (heard.includes('deidentify requeued')) break;
  }
  assert.match(heard, /deidentify requeued/);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const run = await db.stageRun.findFirstOrThrow({ where: { stage: 'deidentify' } });
  assert.ok(run.attempt >= 2);
  const failures = await db.auditEvent.findMany({ where: { type: 'stage.failed' } });
  assert.ok(failures.length > 0);
  for (const { payload } of failures) assert.equal((payload as { code: string }).code, 'STORAGE_FULL');
  const series = await db.series.findFirstOrThrow({ where: { projectId } });
  assert.equal(series.state, 'received');
  const left = await readdir(join(dataDir, 'work'), { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left.filter((entry) => entry.isFile()).map((entry) => entry.name),
    [],
    'something half-written stayed',
  );
  await db.stageRun.updateMany({ where: { state: 'running' }, data: { state: 'queued' } });
  await workAll('deidentify');
  assert.equal((await db.series.findFirstOrThrow({ where: { projectId } })).state, 'deidentified');
});
