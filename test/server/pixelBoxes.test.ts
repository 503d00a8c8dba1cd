// The boxes of burned-in text while several people and windows change them: nobody confirms what they did not see, and no press counts
// twice.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import type { FoundBox } from '@/domain/pixels/plan';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import type { Prisma } from '@/server/generated/prisma/client';
import { confirmPixels, keepLeftovers, savePixelBoxes, shareBox, unshareBox } from '@/server/pixelBoxes';
import { openPixelPicture, pixelReview } from '@/server/pixelReview';
import { put, workKey } from '@/server/storage';
import { transact } from '@/server/transact';
import './database';
import { makeSeries, makeTeam } from './fixtures/people';

const found: FoundBox = { x: 4, y: 4, width: 40, height: 8, verdict: 'doubtful' };
const drawn: FoundBox = { x: 10, y: 60, width: 30, height: 10, verdict: 'identifying', origin: 'drawn' };
const newShare = () => randomBytes(16).toString('hex');

type Team = Awaited<ReturnType<typeof makeTeam>>;

/** A series whose pixels wait for a person. */
async function heldSeries({ projectId }: Team, device: string | null, size = { rows: 128, columns: 96 }) {
  const { seriesId } = await makeSeries(projectId, { state: 'heldPixels' });
  const picture = workKey(seriesId, 'pixels/1.png');
  await put(picture, Buffer.from('PNG'));
  const telling = [{ frame: 3, picture }];
  const pixels = {
    plan: [{ ...size, frames: 6, boxes: [found] }],
    pictures: [{ brightest: picture, darkest: picture, mean: picture, telling }],
    device,
  };
  const outcome: Prisma.InputJsonObject = { instances: 6, headers: null, changes: [], pixels };
  await db.stageRun.updateMany({ where: { seriesId, stage: 'deidentify' }, data: { outcome } });
  return seriesId;
}

let team: Team;
let id: string;
const look = (seriesId = id) => pixelReview(team.anna, seriesId);
const boxes = async (seriesId: string) => (await look(seriesId)).plan[0]!.boxes;
const plan = (...all: FoundBox[]) => [{ rows: 128, columns: 96, frames: 6, boxes: all }];
const conflict = { code: 'CONFLICT' };

beforeEach(async () => {
  team = await makeTeam();
  id = await heldSeries(team, 'a'.repeat(32));
});

describe('boxes saved', () => {
  it('count once for a press that comes twice, and are there for the next who looks', async () => {
    const { seen } = await look();
    const wish = { seen, plan: plan(found, drawn) };
    const first = await savePixelBoxes(team.anna, id, wish);
    const events = await db.auditEvent.count();
    assert.equal(await savePixelBoxes(team.anna, id, wish), first);
    assert.equal(await db.auditEvent.count(), events);
    assert.notEqual(first, seen);
    const { plan: now, seen: shown } = await pixelReview(team.ben, id);
    assert.deepEqual([now, shown], [wish.plan, first]);
    assert.equal((await verifyAudit()).ok, true);
  });

  it('of two windows are those of the first: the second is told', async () => {
    const { seen } = await look();
    const both = await Promise.allSettled([
      savePixelBoxes(team.anna, id, { seen, plan: plan(found, drawn) }),
      savePixelBoxes(team.ben, id, { seen, plan: plan({ ...found, verdict: 'harmless' }) }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const lost = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
    assert.equal(lost.reason.code, 'CONFLICT');
  });

  it('cannot be replayed over a later change', async () => {
    const { seen } = await look();
    const old = { seen, plan: plan(found, drawn) };
    const next = await savePixelBoxes(team.anna, id, old);
    await savePixelBoxes(team.anna, id, { seen: next, plan: plan(found) });
    await assert.rejects(savePixelBoxes(team.anna, id, old), conflict);
    assert.deepEqual(await boxes(id), [found]);
  });

  it('stay with their series when the id is changed, and with its images', async () => {
    const other = await heldSeries(team, null);
    const { seen } = await look();
    await assert.rejects(savePixelBoxes(team.anna, other, { seen, plan: plan(drawn) }), conflict);
    await assert.rejects(confirmPixels(team.anna, other, seen), conflict);
    const beyond = plan({ ...drawn, frame: 6 });
    await assert.rejects(savePixelBoxes(team.anna, id, { seen, plan: beyond }), { code: 'INVALID' });
    await assert.rejects(savePixelBoxes(team.coordinator, id, { seen, plan: plan() }), { code: 'FORBIDDEN' });
    const stranger = (await makeTeam()).anna;
    await assert.rejects(savePixelBoxes(stranger, id, { seen, plan: plan() }), { code: 'NOT_FOUND' });
  });
});

describe('the word that nothing is left', () => {
  it('is only good for the boxes that were seen', async () => {
    const { seen } = await look();
    await savePixelBoxes(team.ben, id, { seen, plan: plan({ ...found, verdict: 'harmless' }) });
    await assert.rejects(confirmPixels(team.anna, id, seen), conflict);
    await db.series.update({ where: { id }, data: { answers: {} } });
    const run = await db.stageRun.findFirstOrThrow({ where: { seriesId: id, stage: 'deidentify' } });
    const { id: _, outcome, createdAt, ...again } = run;
    await db.stageRun.create({ data: { ...again, outcome: outcome as Prisma.InputJsonObject } });
    await assert.rejects(confirmPixels(team.anna, id, seen), conflict, 'looked at anew since');
  });

  it('counts once, however often and by whomever it is given', async () => {
    const { seen } = await look();
    const three = [team.anna, team.anna, team.ben].map((actor) => confirmPixels(actor, id, seen));
    const ends = (await Promise.allSettled(three)).map(({ status }) => status);
    assert.deepEqual(ends.sort(), ['fulfilled', 'rejected', 'rejected']);
    assert.equal(await db.stageRun.count({ where: { seriesId: id, stage: 'convert', state: 'queued' } }), 1);
    const { state } = await db.series.findUniqueOrThrow({ where: { id } });
    assert.equal(state, 'deidentified');
    await assert.rejects(savePixelBoxes(team.anna, id, { seen, plan: plan() }), conflict);
  });

  it('is void once a text was found again', async () => {
    const { seen } = await look();
    await confirmPixels(team.anna, id, seen);
    const again = plan(found, { ...drawn, origin: 'left' });
    await transact({ system: true }, (write) => keepLeftovers(write, id, again));
    const { answers } = await db.series.findUniqueOrThrow({ where: { id } });
    assert.ok(!('pixelsConfirmedBy' in (answers as object)));
    await db.series.update({ where: { id }, data: { state: 'heldPixels' } });
    await assert.rejects(confirmPixels(team.anna, id, seen), conflict);
    assert.deepEqual((await look()).plan, again);
  });
});

describe('a box for every series of the same device and size', () => {
  let same: string;
  let others: string[];
  const share = async (box = drawn, name = newShare()) => shareBox(team.anna, id, { size: 0, box, share: name });

  beforeEach(async () => {
    same = await heldSeries(team, 'a'.repeat(32));
    others = [
      await heldSeries(team, 'b'.repeat(32)),
      await heldSeries(team, null),
      await heldSeries(team, 'a'.repeat(32), { rows: 64, columns: 64 }),
      await heldSeries(await makeTeam(), 'a'.repeat(32)),
    ];
    await savePixelBoxes(team.anna, id, { seen: (await look()).seen, plan: plan(found, drawn) });
  });

  it('goes to those and no other, once, and can be taken back', async () => {
    assert.deepEqual((await look()).alike, [1]);
    const name = newShare();
    for (const _press of [1, 2]) assert.equal(await share(drawn, name), 1);
    assert.deepEqual(await boxes(same), [found, { ...drawn, shared: name }]);
    for (const other of others) {
      const { answers } = await db.series.findUniqueOrThrow({ where: { id: other } });
      assert.deepEqual(answers, {});
    }
    for (const _press of [1, 2]) await unshareBox(team.anna, id, name);
    assert.deepEqual(await boxes(same), [found]);
  });

  it('is seen before anybody confirms the others', async () => {
    const { seen } = await look(same);
    await share();
    await assert.rejects(confirmPixels(team.ben, same, seen), conflict);
    await assert.rejects(savePixelBoxes(team.ben, same, { seen, plan: plan(found) }), conflict);
  });

  it('never makes text stay, and must have been saved', async () => {
    const { seen } = await look();
    const kept: FoundBox = { ...found, verdict: 'harmless' };
    await savePixelBoxes(team.anna, id, { seen, plan: plan(kept, drawn) });
    for (const box of [kept, { ...drawn, x: 11 }]) await assert.rejects(share(box), { code: 'INVALID' });
    assert.deepEqual(await boxes(same), [found]);
  });

  it('does not stop two people who share at once', async () => {
    await savePixelBoxes(team.ben, same, { seen: (await look(same)).seen, plan: plan(found, drawn) });
    const ends = await Promise.all([
      share(),
      shareBox(team.ben, same, { size: 0, box: drawn, share: newShare() }),
      share(),
      shareBox(team.ben, same, { size: 0, box: drawn, share: newShare() }),
    ]);
    assert.deepEqual(ends, [1, 1, 1, 1]);
    assert.deepEqual([(await boxes(id)).length, (await boxes(same)).length], [4, 4]);
  });

  it('leaves a series alone that somebody confirmed', async () => {
    await confirmPixels(team.ben, same, (await look(same)).seen);
    assert.equal(await share(), 0);
  });
});

describe('pictures', () => {
  it('are the projections and the images with text, and nothing else has a name', async () => {
    const { pictures } = await look();
    assert.deepEqual(
      pictures[0]!.map(({ kind, frame }) => [kind, frame]),
      [
        ['brightest', null],
        ['darkest', null],
        ['mean', null],
        ['frame', 3],
      ],
    );
    for (const { url } of pictures[0]!) {
      const { size } = await openPixelPicture(team.anna, id, 0, url.split('/').at(-1)!);
      assert.equal(size, 3);
    }
    for (const name of ['frame4', 'telling', '../1', 'constructor'])
      await assert.rejects(openPixelPicture(team.anna, id, 0, name), { code: 'NOT_FOUND' }, name);
    await assert.rejects(openPixelPicture(team.anna, id, 1, 'mean'), { code: 'NOT_FOUND' });
    await assert.rejects(openPixelPicture(team.coordinator, id, 0, 'mean'), { code: 'FORBIDDEN' });
  });

  it('of one series looked at together are one look in the trail, another person another', async () => {
    const looks = () => db.auditEvent.count({ where: { type: 'series.looked', projectId: team.projectId } });
    for (const name of ['brightest', 'mean', 'frame3', 'mean']) await openPixelPicture(team.anna, id, 0, name);
    assert.equal(await looks(), 1);
    await openPixelPicture(team.ben, id, 0, 'mean');
    assert.equal(await looks(), 2);
  });
});
