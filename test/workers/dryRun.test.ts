// A dry run from the lead's draft to the next version, on a real database and uploaded files.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { presets } from '@/domain/deid/presets';
import type { Profile } from '@/domain/deid/profile';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import {
  activateDryRun,
  type DryRun,
  dryRunCandidates,
  dryRunProgress,
  getDryRun,
  listDryRuns,
  startDryRun,
} from '@/server/dryRuns';
import { changeProfile, listProfileVersions } from '@/server/profiles';
import { localPath, parseRawKey } from '@/server/storage';
import { uploadFolder } from '@/workers/uploadFolder';
import '../server/database';
import { makePeople, type People, workAll } from './people';
import { PLANTED, scan } from './scan';

const SLICES = 6;
const research = presets.research.profile;
const draft: Profile = {
  name: 'Ours',
  options: { ...research.options, retainInstitutionIdentity: true, retainPatientCharacteristics: false },
  rules: [{ match: { keyword: 'EchoTime' }, do: 'remove' }],
  regions: [],
};

describe('a dry run', () => {
  let people: People;
  let seriesIds: string[];
  let dryRunId: string;
  let done: DryRun;
  before(async () => {
    people = await makePeople();
    await uploadFolder(people.coordinator, people.projectId, scan({ slices: SLICES }));
    await workAll('ingest');
    seriesIds = (await dryRunCandidates(people.lead, people.projectId)).map(({ id }) => id);
    assert.equal(seriesIds.length, 1);
    ({ dryRunId } = await startDryRun(people.lead, people.projectId, { wish: { profile: draft }, seriesIds }));
  });

  it('is shown as waiting, and cannot be activated before it is done', async () => {
    assert.deepEqual(await dryRunProgress(people.lead, dryRunId), { state: 'queued', progress: 0, message: null });
    assert.equal((await getDryRun(people.lead, dryRunId)).outcome, null);
    await assert.rejects(activateDryRun(people.lead, dryRunId), { code: 'CONFLICT', message: /not finished/ });
  });

  it('says of each attribute what becomes of it now and then, and in how many images', async () => {
    await workAll('dryRun');
    done = await getDryRun(people.lead, dryRunId);
    assert.equal(done.state, 'succeeded');
    assert.deepEqual([done.outcome?.instances, done.outcome?.refused, done.outcome?.left], [SLICES, [], 0]);
    const row = (name: string) => done.outcome?.rows.find((one) => one.name === name);
    const told = (name: string) => {
      const { before: was, after, leaves, instances } = row(name)!;
      return [was, after, leaves, instances];
    };
    assert.deepEqual(told('InstitutionName'), ['remove', 'keep', 'more', SLICES]);
    assert.deepEqual(told('PatientSex').slice(2), ['less', SLICES]);
    assert.deepEqual(told('EchoTime'), ['keep', 'remove', 'less', SLICES]);
    assert.match(row('EchoTime')?.afterReason ?? '', /rule/);
    assert.deepEqual(told('RepetitionTime'), ['keep', 'keep', 'same', SLICES]);
    assert.equal(done.outcome?.rows[0]?.leaves, 'more', 'what is newly kept comes first');
  });

  it('writes no output, moves no series and stores nothing identifying', async () => {
    const [series] = await db.series.findMany({ where: { projectId: people.projectId } });
    assert.equal(series?.state, 'received');
    const stored = JSON.stringify([
      await db.stageRun.findMany({ where: { unitId: dryRunId } }),
      await db.dryRun.findMany({ where: { id: dryRunId } }),
      (await db.auditEvent.findMany({ where: { projectId: people.projectId } })).map((event) => event.payload),
    ]).toLowerCase();
    for (const value of PLANTED) assert.ok(!stored.includes(value.toLowerCase()));
  });

  it('becomes the next version, once, and the version says so', async () => {
    assert.deepEqual(await activateDryRun(people.lead, dryRunId), { version: 2 });
    const [newest] = await listProfileVersions(people.lead, people.projectId);
    assert.deepEqual([newest?.version, newest?.profile, newest?.dryRunId], [2, draft, dryRunId]);
    await assert.rejects(activateDryRun(people.lead, dryRunId), { code: 'CONFLICT' });
    assert.equal((await listDryRuns(people.lead, people.projectId))[0]?.activated, 2);
    assert.equal((await verifyAudit()).ok, true);
  });

  it('cannot be activated once another version came', async () => {
    const again = await startDryRun(people.lead, people.projectId, { wish: { preset: 'basic' }, seriesIds });
    await workAll('dryRun');
    await changeProfile(people.lead, people.projectId, { preset: 'research' });
    await assert.rejects(activateDryRun(people.lead, again.dryRunId), { code: 'CONFLICT', message: /Version 3/ });
    assert.equal((await listProfileVersions(people.lead, people.projectId)).length, 3);
  });

  it('counts files that cannot be read with a plain reason, and goes on with the rest', async () => {
    const raw = await db.instance.findFirstOrThrow({ where: { series: { projectId: people.projectId } } });
    await writeFile(await localPath(parseRawKey(raw.rawKey)), 'no image any more');
    const broken = await startDryRun(people.lead, people.projectId, { wish: { preset: 'basic' }, seriesIds });
    await workAll('dryRun');
    const { outcome } = await getDryRun(people.lead, broken.dryRunId);
    assert.equal(outcome?.instances, SLICES - 1);
    assert.deepEqual(
      outcome?.refused.map(({ count }) => count),
      [1],
    );
  });
});

describe('starting a dry run', () => {
  it('is for the lead, needs a series of the same project, and a usable profile', async () => {
    const [here, there] = [await makePeople(), await makePeople()];
    await uploadFolder(there.coordinator, there.projectId, scan({ slices: 1 }));
    await workAll('ingest');
    const [theirs] = await dryRunCandidates(there.lead, there.projectId);
    const start = (actor = here.lead, seriesIds = [theirs!.id], profile: unknown = draft) =>
      startDryRun(actor, here.projectId, { wish: { profile }, seriesIds });
    await assert.rejects(start(), { code: 'NOT_FOUND' });
    await assert.rejects(start(here.lead, [randomUUID()]), { code: 'NOT_FOUND' });
    await assert.rejects(start(here.lead, []), { code: 'INVALID', message: /at least one series/ });
    await assert.rejects(start(here.lead, [theirs!.id], { name: 'x' }), { code: 'INVALID' });
    for (const actor of [here.reviewer, here.coordinator]) await assert.rejects(start(actor), { code: 'FORBIDDEN' });
    assert.equal(await db.dryRun.count({ where: { projectId: here.projectId } }), 0);
  });
});
