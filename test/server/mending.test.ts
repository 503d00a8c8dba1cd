// Mending by hand, on a real database: who may, on what, what is kept of it, and what it does to readings.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { packLabels } from '@/domain/deface/labelRuns';
import type { SeriesState } from '@/domain/machines';
import type { Affine, Vec3 } from '@/domain/nifti/affine';
import { writeNifti } from '@/domain/nifti/write';
import { type Actor, nobody } from '@/domain/policy';
import { db } from '@/server/db';
import { mendMask } from '@/server/mending';
import { editProject } from '@/server/projects';
import { decide, reviewItem, undoReview } from '@/server/reviews';
import { reprocess } from '@/server/series';
import { finishRun, startRun } from '@/server/stageRuns';
import { localPath, parseWorkKey, put, workKey } from '@/server/storage';
import { dataDir } from './database';
import { eventsOfType, makeSeries, makeTeam, somebody, stateOf } from './fixtures/people';

const SHAPE: Vec3 = [6, 5, 4];
const AFFINE: Affine = [2, 0, 0, -5, 0, 2, 0, 7, 0, 0, 3, 1, 0, 0, 0, 1];

async function volume(affine = AFFINE, shape = SHAPE) {
  const before = workKey(randomUUID(), 'before.nii.gz');
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  await put(before, gzipSync(writeNifti({ shape, affine, datatype: 2, data })));
  return { before, after: null, mask: null, suffix: '', figures: null };
}
async function waiting(projectId: string, state: SeriesState = 'heldDeface', volumes = 1, affine = AFFINE) {
  const first = await volume();
  const rest = await Promise.all(Array.from({ length: volumes - 1 }, () => volume(affine)));
  return makeSeries(projectId, {
    state,
    outcome: { kind: 'held', hold: 'deface', reason: 'Skin is left.', volumes: [first, ...rest] },
  });
}
function drawn(shape = SHAPE, marked = 7): [Uint8Array] {
  const labels = new Uint8Array(shape[0] * shape[1] * shape[2]);
  labels.fill(1, 20, 20 + marked);
  return [packLabels(labels, shape)];
}
const send = (actor: Actor, series: { seriesId: string; stageRunId: string }, mask = drawn()) =>
  mendMask(actor, series.seriesId, { stageRunId: series.stageRunId, mask });
const storedMasks = () =>
  (readdirSync(dataDir, { recursive: true }) as string[]).filter((path) => path.endsWith('drawn.runs'));

describe('a mask that a person drew', () => {
  it('sends the series to defacing again, is kept whole, and is recorded as theirs without a name', async () => {
    const { projectId, anna } = await makeTeam();
    for (const state of ['heldDeface', 'inReview'] as const) {
      const series = await waiting(projectId, state);
      await send(anna, series);
      assert.equal(await stateOf(series.seriesId), 'converted');
      const row = await db.series.findUniqueOrThrow({ where: { id: series.seriesId }, include: { runs: true } });
      const answers = row.answers as { mask: string; maskBy: string };
      assert.equal(answers.maskBy, anna.userId);
      assert.deepEqual(Uint8Array.from(readFileSync(await localPath(parseWorkKey(answers.mask)))), drawn()[0]);
      const queued = row.runs.filter((run) => run.state === 'queued');
      assert.deepEqual(
        queued.map((run) => run.stage),
        ['deface'],
      );
      const event = (await eventsOfType('series.maskDrawn', projectId)).at(-1)!;
      assert.equal(event.actorId, anna.userId);
      const { maskId, ...payload } = event.payload as Record<string, unknown>;
      assert.deepEqual(payload, { seriesId: series.seriesId, stageRunId: series.stageRunId, voxels: 7 });
      assert.ok(answers.mask.includes(String(maskId)));
    }
  });

  it('is taken from a reviewer or the lead, and from nobody else', async () => {
    const { projectId, lead, coordinator, anna } = await makeTeam();
    const series = await waiting(projectId);
    await assert.rejects(send(coordinator, series), { code: 'FORBIDDEN' });
    await assert.rejects(send(await somebody(), series), { code: 'NOT_FOUND' });
    await assert.rejects(send((await makeTeam()).anna, series), { code: 'NOT_FOUND' });
    await assert.rejects(send(nobody, series), { code: 'UNAUTHENTICATED' });
    assert.equal((await reviewItem(anna, series.seriesId)).mayMend, true);
    await send(lead, series);
  });

  it('is refused on every state but these two, and moves nothing then', async () => {
    const { projectId, anna } = await makeTeam();
    for (const state of [
      'heldHead',
      'heldGeometry',
      'converted',
      'accepted',
      'rejected',
      'refused',
      'quarantined',
    ] as const) {
      const series = await waiting(projectId, state);
      const before = storedMasks().length;
      await assert.rejects(send(anna, series), { code: 'CONFLICT' }, state);
      assert.equal(await stateOf(series.seriesId), state);
      assert.equal(storedMasks().length, before, 'a refused mask was kept');
      assert.equal((await reviewItem(anna, series.seriesId)).mayMend, false);
    }
  });

  it('is refused when the series was processed again, or when somebody else was faster', async () => {
    const { projectId, anna, ben } = await makeTeam();
    const series = await waiting(projectId);
    await assert.rejects(send(anna, { ...series, stageRunId: randomUUID() }), { code: 'CONFLICT' });
    const both = await Promise.allSettled([send(anna, series), send(ben, series)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(await db.stageRun.count({ where: { seriesId: series.seriesId, state: 'queued' } }), 1);
  });

  it('is refused when empty, of nearly the whole scan, of another grid, damaged or too large, and the series waits on', async () => {
    const { projectId, anna } = await makeTeam();
    const series = await waiting(projectId);
    for (const [mask, code] of [
      [drawn(SHAPE, 0), 'INVALID'],
      [[packLabels(new Uint8Array(120).fill(1), SHAPE)], 'INVALID'],
      [drawn([5, 6, 4]), 'CONFLICT'],
      [[new Uint8Array(0)], 'UNREADABLE'],
      [[Buffer.from('not a mask at all, by any reading of it')], 'UNREADABLE'],
      [[drawn()[0].subarray(0, -1)], 'UNREADABLE'],
      [Array.from({ length: 9 }, () => new Uint8Array(2 ** 20)), 'TOO_LARGE'],
    ] as const) {
      await assert.rejects(mendMask(anna, series.seriesId, { stageRunId: series.stageRunId, mask }), { code });
    }
    assert.equal(await stateOf(series.seriesId), 'heldDeface');
  });

  it('serves all volumes of a series on the same voxels; where they differ, that is said before anybody draws', async () => {
    const { projectId, anna } = await makeTeam();
    const alike = await waiting(projectId, 'inReview', 3);
    assert.equal((await reviewItem(anna, alike.seriesId)).mayMend, true);
    await send(anna, alike);
    const turned = await waiting(projectId, 'inReview', 2, [0, 2, 0, -5, 2, 0, 0, 7, 0, 0, 3, 1, 0, 0, 0, 1]);
    const { mayMend, whyNoMending } = await reviewItem(anna, turned.seriesId);
    assert.equal(mayMend, false);
    assert.match(whyNoMending ?? '', /different voxels/);
    await assert.rejects(send(anna, turned), { code: 'UNSUPPORTED' });
  });

  it('is forgotten when the series is processed again', async () => {
    const { projectId, anna, lead } = await makeTeam();
    const series = await waiting(projectId);
    await send(anna, series);
    await reprocess(lead, series.seriesId);
    assert.deepEqual((await db.series.findUniqueOrThrow({ where: { id: series.seriesId } })).answers, {});
  });
});

/** Ends the queued deface run as the worker does. */
async function applied(seriesId: string, by: string) {
  const run = await db.stageRun.findFirstOrThrow({ where: { seriesId, state: 'queued' } });
  const ticket = (await startRun(run.id))!;
  const one = { ...(await volume()), after: workKey(run.id, 'after.nii.gz') };
  const outcome = {
    kind: 'defaced',
    hold: null,
    reason: 'A person drew what is removed.',
    modelHash: null,
    modelVersion: null,
    mended: { by, warning: 'Skin may be left.', keptForBrain: 3 },
    volumes: [one],
  };
  await finishRun(ticket, { outcome });
  return run.id;
}

describe('readings of a mended series', () => {
  it('begin anew, and with one reader whoever drew the mask may accept it', async () => {
    const { projectId, anna } = await makeTeam();
    const series = await waiting(projectId, 'inReview');
    await send(anna, series);
    const stageRunId = await applied(series.seriesId, anna.userId);
    const item = await reviewItem(anna, series.seriesId);
    assert.deepEqual(item.mended, { mine: true, warning: 'Skin may be left.', keptForBrain: 3 });
    assert.deepEqual([item.series.state, item.reviews.length, item.mayAccept], ['inReview', 0, true]);
    await assert.rejects(decide(anna, series.seriesId, { decision: 'accept', stageRunId: series.stageRunId }), {
      code: 'CONFLICT',
    });
    await decide(anna, series.seriesId, { decision: 'accept', stageRunId });
    assert.equal(await stateOf(series.seriesId), 'accepted');
  });

  it('with two readers are by two others: who drew it may only reject', async () => {
    const { projectId, anna, ben, cleo } = await makeTeam(2);
    const series = await waiting(projectId, 'inReview');
    await send(anna, series);
    const stageRunId = await applied(series.seriesId, anna.userId);
    const read = (actor: Actor, decision: 'accept' | 'reject') =>
      decide(actor, series.seriesId, { decision, stageRunId, reason: 'A face is left.' });
    assert.equal((await reviewItem(anna, series.seriesId)).mayAccept, false);
    assert.equal((await reviewItem(ben, series.seriesId)).mayAccept, true);
    await assert.rejects(read(anna, 'accept'), { code: 'FORBIDDEN' });
    await read(anna, 'reject');
    await read(ben, 'accept');
    assert.equal(await stateOf(series.seriesId), 'inReview');
    await read(cleo, 'accept');
    assert.equal(await stateOf(series.seriesId), 'accepted');
  });

  it('of who drew it do not count any more once the project asks for two', async () => {
    const { projectId, lead, anna, ben } = await makeTeam(1);
    const series = await waiting(projectId, 'inReview');
    await send(anna, series);
    const stageRunId = await applied(series.seriesId, anna.userId);
    await decide(anna, series.seriesId, { decision: 'accept', stageRunId });
    await editProject(lead, projectId, { readers: 2 });
    assert.equal(await stateOf(series.seriesId), 'inReview');
    await decide(ben, series.seriesId, { decision: 'accept', stageRunId });
    assert.equal(await stateOf(series.seriesId), 'inReview');
    const mine = await db.review.findFirstOrThrow({ where: { seriesId: series.seriesId, reviewerId: anna.userId } });
    await undoReview(anna, mine.id);
    assert.equal(await stateOf(series.seriesId), 'inReview');
  });
});
