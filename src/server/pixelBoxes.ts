// What a person makes of the boxes: saved at once, given to other series of the same device, and confirmed as they were seen.
import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '@/domain/errors';
import { type FoundBox, masked, type PixelPlan, sameSize, withBoxes } from '@/domain/pixels/plan';
import type { Actor } from '@/domain/policy';
import { authorise, authorised, rowId } from './authorise';
import { db, type Tx } from './db';
import type { Prisma, Series } from './generated/prisma/client';
import { answersWith, assertSeen, type PixelState, pixelState, pixelStates } from './pixelState';
import { lastProfile, lockSeries, moveSeries } from './seriesMoves';
import { queueStage } from './stageRuns';
import { type Transaction, transact } from './transact';

/**
 * Keeps the boxes as a person left them; the whole plan each time. The same press once more changes nothing.
 * @param shown `seen` of what the person changed
 * @returns `seen` of what is kept now
 * @throws DomainError CONFLICT when the boxes or the series have changed since, INVALID when the boxes are about other images
 */
export async function savePixelBoxes(
  actor: Actor,
  seriesId: string,
  { seen: shown, plan }: { seen: string; plan: PixelPlan },
): Promise<string> {
  const found = await decidable(actor, seriesId);
  const now = await pixelState(db, found);
  if (isDeepStrictEqual(now.plan, withBoxes(now.found.plan, plan))) return now.seen;
  return transact(actor, async (write) => {
    const { series, state } = await held(write.tx, seriesId);
    assertSeen(state, shown);
    return keep(write, series, withBoxes(state.found.plan, plan));
  });
}

export interface Share {
  /** Which size of image, and the box as it was saved. */
  readonly size: number;
  readonly box: FoundBox;
  /** Names this act: done twice it is done once, and it can be taken back. */
  readonly share: string;
}

/**
 * Blacks a box out of every other held series of the same device that has images of this size.
 * @returns how many series have it now
 * @throws DomainError INVALID for a box that keeps text, or is not in this series as it was saved
 */
export async function shareBox(actor: Actor, seriesId: string, { size, box, share }: Share): Promise<number> {
  const found = await decidable(actor, seriesId);
  return transact(actor, async (write) => {
    const alike = await lockAlike(write.tx, found);
    const { state } = await held(write.tx, seriesId);
    const own = state.plan[size];
    if (masked([box]).length === 0 || !own?.boxes.some((one) => isDeepStrictEqual(one, box)))
      throw new DomainError('INVALID', 'Only a black box that was saved can be used for other series.');
    const { x, y, width, height } = box;
    const given: FoundBox = { x, y, width, height, verdict: 'identifying', origin: 'drawn', shared: share };
    const others = alike.filter((other) => other.state.plan.some((one) => sameSize(one, own)));
    for (const other of others) {
      const plan = other.state.plan.map((one) =>
        sameSize(one, own) && !one.boxes.some((has) => has.shared === share)
          ? { ...one, boxes: [...one.boxes, given] }
          : one,
      );
      await keep(write, other.series, plan);
    }
    write.audit({ type: 'series.boxShared', seriesId, shareId: share, series: others.length }, found);
    return others.length;
  });
}

/** Takes a shared box back from every series that still waits. */
export async function unshareBox(actor: Actor, seriesId: string, share: string): Promise<void> {
  const found = await decidable(actor, seriesId);
  await transact(actor, async (write) => {
    const others = await lockAlike(write.tx, found);
    await held(write.tx, seriesId);
    const having = others.filter(({ state: { plan } }) =>
      plan.some(({ boxes }) => boxes.some(({ shared }) => shared === share)),
    );
    for (const other of having) {
      const without = other.state.plan.map((one) => ({
        ...one,
        boxes: one.boxes.filter(({ shared }) => shared !== share),
      }));
      await keep(write, other.series, without);
    }
    write.audit({ type: 'series.boxUnshared', seriesId, shareId: share, series: having.length }, found);
  });
}

/**
 * A person's word that nothing identifying is left outside the black boxes they saw; the series goes on.
 * @throws DomainError CONFLICT when the boxes are not what was seen, or the series does not wait any more
 */
export async function confirmPixels(actor: Actor, seriesId: string, shown: string): Promise<void> {
  const { projectId } = await decidable(actor, seriesId);
  await transact(actor, async (write) => {
    const { series, state } = await held(write.tx, seriesId);
    assertSeen(state, shown);
    const answers = { ...(series.answers as Prisma.JsonObject), pixelsConfirmedBy: actor.userId };
    await moveSeries(write, series, 'confirmPixels', 'A person looked at the pixels.', { answers });
    const profileVersionId = await lastProfile(write.tx, series);
    const run = { stage: 'convert', unitId: seriesId, projectId, seriesId, profileVersionId } as const;
    await queueStage(write.tx, write.audit, write.afterCommit, run);
  });
}

/** The boxes with those of what was found again; whoever confirmed the ones before has not seen these. */
export async function keepLeftovers(write: Transaction, seriesId: string, plan: PixelPlan): Promise<void> {
  const series = await lockSeries(write.tx, seriesId);
  const { pixelsConfirmedBy: _, ...answers } = series.answers as Prisma.JsonObject;
  await keep(write, { ...series, answers }, plan);
}

async function decidable(actor: Actor, seriesId: string): Promise<Series> {
  const found = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  authorise(actor, 'series.decideHeld', found.projectId);
  return found;
}

async function held(tx: Tx, seriesId: string): Promise<{ series: Series; state: PixelState }> {
  const series = await lockSeries(tx, seriesId);
  if (series.state !== 'heldPixels')
    throw new DomainError('CONFLICT', 'This series does not wait for an answer any more. Reload the page.');
  return { series, state: await pixelState(tx, series) };
}

async function keep({ tx, audit }: Transaction, series: Series, plan: PixelPlan): Promise<string> {
  const { id, projectId } = series;
  const answers = answersWith(series, plan);
  await tx.series.update({ where: { id }, data: { answers } });
  const boxes = plan.flatMap((size) => size.boxes);
  const hidden = masked(boxes).length;
  audit({ type: 'series.pixelBoxes', seriesId: id, masked: hidden, kept: boxes.length - hidden }, { projectId });
  return (await pixelState(tx, { id, answers: answers as Prisma.JsonObject })).seen;
}

/** The other held series of the same device. */
export async function alikeStates(
  reader: Pick<Tx, 'series' | 'stageRun'>,
  { id, projectId, answers }: Pick<Series, 'id' | 'projectId' | 'answers'>,
): Promise<Map<string, PixelState>> {
  const where = { projectId, state: 'heldPixels', id: { not: id } };
  const others = await reader.series.findMany({ where, select: { id: true, answers: true } });
  const states = await pixelStates(reader, [{ id, answers }, ...others]);
  const device = states.get(id)?.found.device ?? null;
  states.delete(id);
  return new Map([...states].filter(([, { found }]) => device !== null && found.device === device));
}

/** This series and those alike, locked in the order of their ids, so that two people who share at once do not stop each other. */
async function lockAlike(tx: Tx, own: Series): Promise<{ series: Series; state: PixelState }[]> {
  const locked: { series: Series; state: PixelState }[] = [];
  for (const id of [own.id, ...(await alikeStates(tx, own)).keys()].sort()) {
    const series = await lockSeries(tx, id);
    if (id !== own.id && series.state === 'heldPixels') locked.push({ series, state: await pixelState(tx, series) });
  }
  return locked;
}
