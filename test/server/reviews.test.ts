// The review: one reader or two with a third to settle, double presses, undoing, and failing closed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { db } from '@/server/db';
import { openPreview } from '@/server/preview';
import { editProject } from '@/server/projects';
import { decide, reviewItem, reviewQueue, undoReview } from '@/server/reviews';
import { decideHeld, getSeries, reprocess } from '@/server/series';
import './database';
import { addRuns, eventsOfType, makeSeries, makeTeam, stateOf } from './fixtures/people';

describe('one reader', () => {
  it('accepts, undoes and rejects; each step moves the series and is audited', async () => {
    const { projectId, anna } = await makeTeam();
    const { seriesId, stageRunId } = await makeSeries(projectId);
    assert.equal((await decide(anna, seriesId, { decision: 'accept', stageRunId })).state, 'accepted');
    const undoable = (await reviewItem(anna, seriesId)).myLastReview;
    assert.equal((await undoReview(anna, undoable!.id)).state, 'inReview');
    await assert.rejects(decide(anna, seriesId, { decision: 'reject', stageRunId }), { code: 'INVALID' });
    const reason = 'An ear is left.';
    assert.equal((await decide(anna, seriesId, { decision: 'reject', reason, stageRunId })).state, 'rejected');
    assert.equal((await getSeries(anna, seriesId)).why, reason);
    const events = await eventsOfType('review.decided', projectId);
    assert.deepEqual(
      events.map((event) => (event.payload as { state: string }).state),
      ['accepted', 'rejected'],
    );
    assert.ok(!JSON.stringify(events).includes(reason), 'what a person typed stays out of the audit trail');
  });

  it('takes a double press as one', async () => {
    const { projectId, anna } = await makeTeam();
    const { seriesId, stageRunId } = await makeSeries(projectId);
    const press = () => decide(anna, seriesId, { decision: 'accept', stageRunId });
    const both = await Promise.all([press(), press(), press()]);
    assert.deepEqual(
      both.map((answer) => answer.state),
      ['accepted', 'accepted', 'accepted'],
    );
    assert.equal(await db.review.count({ where: { seriesId } }), 1);
    assert.equal((await eventsOfType('review.decided', projectId)).length, 1);
  });

  it('refuses a second reader once it is decided, and readers without the role', async () => {
    const { projectId, anna, ben, lead, coordinator } = await makeTeam();
    const { seriesId, stageRunId } = await makeSeries(projectId);
    await assert.rejects(decide(lead, seriesId, { decision: 'accept', stageRunId }), { code: 'FORBIDDEN' });
    await assert.rejects(decide(coordinator, seriesId, { decision: 'accept', stageRunId }), { code: 'FORBIDDEN' });
    await decide(anna, seriesId, { decision: 'accept', stageRunId });
    await assert.rejects(decide(ben, seriesId, { decision: 'reject', reason: 'No.', stageRunId }), {
      code: 'CONFLICT',
    });
    const { id } = await db.review.findFirstOrThrow({ where: { seriesId } });
    await assert.rejects(undoReview(ben, id), { code: 'NOT_FOUND' });
  });
});

describe('two readers', () => {
  it('moves when two agree, lets a third settle, and hides the first reading from the second', async () => {
    const { projectId, anna, ben, cleo } = await makeTeam(2);
    const [agreed, settled] = [await makeSeries(projectId), await makeSeries(projectId)];
    const read = (who: typeof anna, of: typeof agreed, decision: 'accept' | 'reject') =>
      decide(who, of.seriesId, { decision, reason: 'As I see it.', stageRunId: of.stageRunId });
    assert.equal((await read(anna, agreed, 'accept')).state, 'inReview');
    assert.deepEqual((await reviewItem(ben, agreed.seriesId)).reviews, []);
    assert.equal((await reviewItem(anna, agreed.seriesId)).reviews.length, 1);
    assert.equal((await read(anna, agreed, 'accept')).state, 'inReview', 'the same person never counts as two');
    assert.equal((await read(ben, agreed, 'accept')).state, 'accepted');
    await read(anna, settled, 'accept');
    assert.equal((await read(ben, settled, 'reject')).state, 'inReview');
    assert.equal((await read(cleo, settled, 'reject')).state, 'rejected');
    assert.equal((await reviewItem(ben, settled.seriesId)).reviews.length, 3, 'seen by all once it is settled');
  });

  it('lets a reader change their mind while it is open', async () => {
    const { projectId, anna, ben } = await makeTeam(2);
    const { seriesId, stageRunId } = await makeSeries(projectId);
    await decide(anna, seriesId, { decision: 'reject', reason: 'Not sure.', stageRunId });
    await decide(anna, seriesId, { decision: 'accept', stageRunId });
    assert.equal((await decide(ben, seriesId, { decision: 'accept', stageRunId })).state, 'accepted');
  });

  it('settles everything anew when the project changes the number of readers', async () => {
    const { projectId, lead, anna } = await makeTeam(1);
    const { seriesId, stageRunId } = await makeSeries(projectId);
    await decide(anna, seriesId, { decision: 'accept', stageRunId });
    await editProject(lead, projectId, { readers: 2 });
    assert.equal(await stateOf(seriesId), 'inReview');
    await editProject(lead, projectId, { readers: 1 });
    assert.equal(await stateOf(seriesId), 'accepted');
  });
});

describe('failing closed', () => {
  it('never accepts what has no successful defacing, whatever its state says', async () => {
    const { projectId, anna } = await makeTeam();
    const cases = [
      { outcome: { kind: 'held', hold: 'deface' } },
      { outcome: { kind: 'skipped', reason: 'No head.' }, faceRisk: true },
      { outcome: { kind: 'nonsense' as 'held' } },
    ] as const;
    for (const given of cases) {
      const { seriesId, stageRunId } = await makeSeries(projectId, { ...given, outcome: { ...given.outcome } });
      await assert.rejects(decide(anna, seriesId, { decision: 'accept', stageRunId }), { code: 'CONFLICT' });
      assert.equal(await stateOf(seriesId), 'inReview');
    }
  });

  it('accepts a series that shows no head, with the reason on record', async () => {
    const { projectId, anna } = await makeTeam();
    const outcome = { kind: 'skipped', reason: 'The image shows a knee.' } as const;
    const { seriesId, stageRunId } = await makeSeries(projectId, { faceRisk: false, outcome });
    assert.equal((await decide(anna, seriesId, { decision: 'accept', stageRunId })).state, 'accepted');
  });

  it('refuses a decision on a run that is not the newest any more', async () => {
    const { projectId, anna } = await makeTeam();
    const { seriesId, stageRunId } = await makeSeries(projectId);
    await addRuns(seriesId, projectId);
    await assert.rejects(decide(anna, seriesId, { decision: 'accept', stageRunId }), { code: 'CONFLICT' });
  });

  it('forgets readings when a series is processed again', async () => {
    const { projectId, anna, coordinator } = await makeTeam();
    const { seriesId, stageRunId } = await makeSeries(projectId);
    await decide(anna, seriesId, { decision: 'accept', stageRunId });
    await reprocess(coordinator, seriesId);
    assert.equal(await stateOf(seriesId), 'received');
    await assert.rejects(decide(anna, seriesId, { decision: 'accept', stageRunId }), { code: 'CONFLICT' });
    const queued = await db.stageRun.findFirstOrThrow({ where: { seriesId, state: 'queued' } });
    assert.equal(queued.stage, 'deidentify');
  });
});

describe('the queue', () => {
  it('goes on to what I have not read, and keeps what is held apart', async () => {
    const { projectId, anna } = await makeTeam(2);
    const [one, two] = [await makeSeries(projectId), await makeSeries(projectId)];
    const held = await makeSeries(projectId, { state: 'heldHead', outcome: { kind: 'held', hold: 'head' } });
    const { nextSeriesId } = await decide(anna, one.seriesId, { decision: 'accept', stageRunId: one.stageRunId });
    assert.equal(nextSeriesId, two.seriesId);
    const queue = await reviewQueue(anna, projectId);
    const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id);
    assert.deepEqual(ids(queue.waiting), [two.seriesId]);
    assert.deepEqual(ids(queue.read), [one.seriesId]);
    assert.deepEqual(ids(queue.held), [held.seriesId]);
  });

  it('shows the changes without old values, and both volumes by link', async () => {
    const { projectId, anna } = await makeTeam();
    const { seriesId } = await makeSeries(projectId);
    const item = await reviewItem(anna, seriesId);
    assert.deepEqual(Object.keys(item.changes[0]!).sort(), ['action', 'count', 'keyword', 'path', 'reason']);
    assert.match(item.volumes[0]!.before, /^\/api\/preview\//);
    assert.equal(item.volumes[0]!.mask, null);
  });
});

describe('a held series', () => {
  it('goes on with a person’s answer, which is kept', async () => {
    const { projectId, anna } = await makeTeam();
    const given = { state: 'heldHead', outcome: { kind: 'held', hold: 'head' } } as const;
    const { seriesId } = await makeSeries(projectId, { state: given.state, outcome: { ...given.outcome } });
    await decideHeld(anna, seriesId, 'sayNoHead');
    const series = await db.series.findUniqueOrThrow({ where: { id: seriesId } });
    assert.equal(series.state, 'converted');
    assert.deepEqual(series.answers, { head: 'notHead', headSaidBy: anna.userId });
    const queued = await db.stageRun.findFirstOrThrow({ where: { seriesId, state: 'queued' } });
    assert.equal(queued.stage, 'deface');
    await assert.rejects(decideHeld(anna, seriesId, 'sayHead'), { code: 'CONFLICT' });
  });

  it('is rejected only with a reason, and by no coordinator', async () => {
    const { projectId, anna, coordinator } = await makeTeam();
    const { seriesId } = await makeSeries(projectId, { state: 'heldGeometry' });
    await assert.rejects(decideHeld(anna, seriesId, 'reject'), { code: 'INVALID' });
    await assert.rejects(decideHeld(coordinator, seriesId, 'confirmGeometry'), { code: 'FORBIDDEN' });
    await decideHeld(anna, seriesId, 'reject', 'Slices are missing.');
    assert.equal(await stateOf(seriesId), 'refused');
  });

  it('never comes to a reviewer once it is rejected, whatever rule of readers is chosen', async () => {
    const { projectId, anna, lead } = await makeTeam();
    const given = { state: 'heldDeface', outcome: { kind: 'held', hold: 'deface' } } as const;
    const { seriesId, stageRunId } = await makeSeries(projectId, { state: given.state, outcome: { ...given.outcome } });
    await decideHeld(anna, seriesId, 'reject', 'The nose is still there.');
    await editProject(lead, projectId, { readers: 2 });
    await assert.rejects(decide(anna, seriesId, { decision: 'accept', stageRunId }), { code: 'CONFLICT' });
    assert.equal(await stateOf(seriesId), 'refused');
  });
});

describe('previews', () => {
  it('stream to reviewers; a look at the face is audited, a coordinator gets none', async () => {
    const { projectId, anna, coordinator } = await makeTeam();
    const { seriesId } = await makeSeries(projectId);
    const { stream, size } = await openPreview(anna, seriesId, 'before');
    const bytes = Buffer.concat(await stream.toArray());
    assert.equal(bytes.toString(), 'a volume with a face');
    assert.equal(bytes.length, size);
    assert.equal((await eventsOfType('series.looked', projectId)).length, 1);
    await assert.rejects(openPreview(anna, seriesId, 'mask'), { code: 'NOT_FOUND' });
    await assert.rejects(openPreview(coordinator, seriesId, 'before'), { code: 'FORBIDDEN' });
  });
});
