import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import { DomainError } from '@/domain/errors';
import type { SeriesState } from '@/domain/machines';
import { type StageName, stageNames, stages } from '@/domain/pipeline';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import { failRun, finishRun, heartbeat, queueStage, startRun, sweep, type Ticket } from '@/server/stageRuns';
import { systemActor, transact } from '@/server/transact';
import './database';

const silent = () => new Date(Date.now() + 10 * 60_000);
const outcome = { files: 1 };

async function makeSeries(state: SeriesState) {
  const project = await db.project.create({
    data: { slug: randomUUID(), name: 'Study', secret: new Uint8Array(32) },
  });
  const subject = await db.subject.create({ data: { projectId: project.id, code: 'sub-001', patientKey: 'k' } });
  const study = await db.study.create({
    data: { subjectId: subject.id, projectId: project.id, number: 1, studyKey: 's' },
  });
  return db.series.create({
    data: { projectId: project.id, studyId: study.id, number: 1, seriesKey: 'x', kind: 'dicom', modality: 'MR', state },
  });
}

async function queueFor(stage: StageName, state: SeriesState) {
  const series = await makeSeries(state);
  const run = { stage, unitId: series.id, projectId: series.projectId, seriesId: series.id };
  const id = await transact(systemActor, ({ tx, audit, afterCommit }) => queueStage(tx, audit, afterCommit, run));
  return { series, run, id };
}

async function begun(stage: StageName, state: SeriesState) {
  const queued = await queueFor(stage, state);
  const ticket = await startRun(queued.id);
  assert.ok(ticket);
  return { ...queued, ticket };
}

const runRow = (id: string) => db.stageRun.findUniqueOrThrow({ where: { id } });
const seriesState = async (id: string) => (await db.series.findUniqueOrThrow({ where: { id } })).state;
const eventsOf = async (stageRunId: string) =>
  (
    await db.auditEvent.findMany({
      where: { payload: { path: ['stageRunId'], equals: stageRunId } },
      orderBy: { seq: 'asc' },
    })
  ).map((event) => event.type);

// Runs that an earlier test left in hand are no business of the next one's sweep.
beforeEach(async () => {
  const active = { state: { in: ['queued', 'running'] } };
  await db.stageRun.updateMany({ where: active, data: { state: 'cancelled' } });
});

describe('queueStage', () => {
  it('refuses a second run of the same stage while the first is queued or running', async () => {
    const { run, id } = await queueFor('deidentify', 'received');
    const again = () => transact(systemActor, ({ tx, audit, afterCommit }) => queueStage(tx, audit, afterCommit, run));
    await assert.rejects(again(), { code: 'CONFLICT' });
    const ticket = await startRun(id);
    await assert.rejects(again(), { code: 'CONFLICT' });
    await failRun(ticket!, new DomainError('UNREADABLE', 'This is damaged.'));
    assert.notEqual(await again(), id);
  });
});

describe('startRun', () => {
  it('gives a run to one worker of many', async () => {
    const { id } = await queueFor('deidentify', 'received');
    const tickets = await Promise.all(Array.from({ length: 8 }, () => startRun(id)));
    assert.equal(tickets.filter((ticket) => ticket !== null).length, 1);
    assert.deepEqual(await eventsOf(id), ['stage.queued', 'stage.started']);
  });

  it('gives nothing for a run that does not exist', async () => {
    assert.equal(await startRun(randomUUID()), null);
  });
});

describe('finishRun', () => {
  it('moves the series and queues the next stage in the same moment', async () => {
    const { series, ticket, id } = await begun('deidentify', 'received');
    await finishRun(ticket, { outcome, inputHash: 'i', why: null });
    assert.equal(await seriesState(series.id), 'deidentified');
    const next = await db.stageRun.findFirstOrThrow({ where: { unitId: series.id, stage: 'convert' } });
    assert.equal(next.state, 'queued');
    assert.equal(next.seriesId, series.id);
    const row = await runRow(id);
    assert.deepEqual([row.state, row.outcome, row.inputHash, row.progress], ['succeeded', outcome, 'i', 1]);
    assert.deepEqual(await eventsOf(id), ['stage.queued', 'stage.started', 'stage.succeeded']);
  });

  it('follows another event of the machine, with its reason', async () => {
    const { series, ticket } = await begun('deface', 'converted');
    await finishRun(ticket, { outcome, event: 'skipDeface', why: 'This is a knee.', faceRisk: false });
    const row = await db.series.findUniqueOrThrow({ where: { id: series.id } });
    assert.deepEqual([row.state, row.why, row.faceRisk], ['inReview', 'This is a knee.', false]);
    assert.equal(await db.stageRun.count({ where: { unitId: series.id, state: 'queued' } }), 0);
  });

  it('refuses an event the machine does not know, and leaves the run as it was', async () => {
    const { series, ticket, id } = await begun('deidentify', 'received');
    await assert.rejects(finishRun(ticket, { outcome, event: 'accept' }), { code: 'CONFLICT' });
    assert.equal((await runRow(id)).state, 'running');
    assert.equal(await seriesState(series.id), 'received');
  });

  it('keeps nothing when a row that belongs to it fails', async () => {
    const { series, ticket, id } = await begun('deidentify', 'received');
    const also = async () => {
      throw new Error('no room');
    };
    await assert.rejects(finishRun(ticket, { outcome, also }), /no room/);
    assert.equal((await runRow(id)).state, 'running');
    assert.equal(await seriesState(series.id), 'received');
    assert.deepEqual(await eventsOf(id), ['stage.queued', 'stage.started']);
  });

  it('does nothing for a series that was moved meanwhile', async () => {
    const { series, ticket, id } = await begun('convert', 'deidentified');
    await db.series.update({ where: { id: series.id }, data: { state: 'rejected' } });
    await assert.rejects(finishRun(ticket, { outcome }), { code: 'CONFLICT' });
    assert.equal(await seriesState(series.id), 'rejected');
    assert.equal((await runRow(id)).state, 'running');
  });
});

describe('failRun', () => {
  it('quarantines at once what cannot get better, in its own words', async () => {
    const { series, ticket, id } = await begun('convert', 'deidentified');
    assert.equal(await failRun(ticket, new DomainError('UNREADABLE', 'This image is cut short.')), 'failed');
    const row = await db.series.findUniqueOrThrow({ where: { id: series.id } });
    assert.deepEqual([row.state, row.why], ['quarantined', 'This image is cut short.']);
    const run = await runRow(id);
    assert.deepEqual(
      [run.state, run.errorCode, run.errorMessage],
      ['failed', 'UNREADABLE', 'This image is cut short.'],
    );
  });

  it('tries other faults three times, and keeps none of their words', async () => {
    const { series, id, ticket } = await begun('deidentify', 'received');
    const fault = new Error('cannot read PatientName of DOE^JANE');
    let current: Ticket | null = ticket;
    const ends: string[] = [];
    while (current) {
      ends.push(await failRun(current, fault));
      current = await startRun(id);
    }
    assert.deepEqual(ends, ['requeued', 'requeued', 'failed']);
    assert.equal(await seriesState(series.id), 'quarantined');
    const everything = JSON.stringify([
      await db.stageRun.findMany(),
      await db.series.findMany(),
      await db.auditEvent.findMany(),
    ]);
    assert.ok(!everything.includes('DOE^JANE'));
  });

  it('fails the release whose building failed', async () => {
    const { projectId } = await makeSeries('accepted');
    const release = await db.release.create({
      data: { projectId, version: 1, title: 'One', license: 'CC0', createdBy: randomUUID() },
    });
    const run = { stage: 'publish', unitId: release.id, projectId } as const;
    const id = await transact(systemActor, ({ tx, audit, afterCommit }) => queueStage(tx, audit, afterCommit, run));
    await failRun((await startRun(id))!, new DomainError('UNSAFE', 'A name was found.'));
    assert.equal((await db.release.findUniqueOrThrow({ where: { id: release.id } })).state, 'failed');
  });
});

for (const stage of stageNames) {
  const row = stages[stage];
  if (row.unit !== 'series') continue;
  const { from } = row;
  describe(`a worker that died in ${stage}`, () => {
    it('loses its run to another, and what it brings later is refused', async () => {
      const { series, ticket, id } = await begun(stage, from);
      assert.deepEqual(await sweep(), { requeued: 0, failed: 0, enqueued: 0 });
      assert.equal((await sweep(silent())).requeued, 1);
      assert.equal(await heartbeat(ticket, 0.5), false);
      const second = await startRun(id);
      assert.equal(second?.attempt, 2);
      assert.equal(await heartbeat(ticket, 0.5), false);
      await assert.rejects(finishRun(ticket, { outcome: { stale: true } }), { code: 'CONFLICT' });
      assert.equal(await failRun(ticket, new Error('late')), 'superseded');
      assert.equal(await seriesState(series.id), from);
      assert.equal(await heartbeat(second!, 0.7), true);
      await finishRun(second!, { outcome });
      assert.deepEqual((await runRow(id)).outcome, outcome);
    });
  });
}

describe('sweep', () => {
  it('gives up after three silent attempts, in plain words', async () => {
    const { series, id } = await begun('convert', 'deidentified');
    assert.equal((await sweep(silent())).requeued, 1);
    await startRun(id);
    assert.equal((await sweep(silent())).requeued, 1);
    await startRun(id);
    assert.equal((await sweep(silent())).failed, 1);
    assert.equal(await seriesState(series.id), 'quarantined');
    assert.match((await runRow(id)).errorMessage ?? '', /stopped three times/);
  });

  it('puts forgotten rows back in the queue, but not before their time', async () => {
    const { id } = await queueFor('deidentify', 'received');
    assert.equal((await sweep()).enqueued, 0);
    assert.equal((await sweep(silent())).enqueued, 1);
    assert.equal((await runRow(id)).state, 'queued');
  });

  it('leaves a whole audit chain behind all of this', async () => {
    assert.equal((await verifyAudit()).ok, true);
  });
});
