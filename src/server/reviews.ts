// The review: a queue, one item with all a reader needs, the decision and its undoing. With two readers each reads unseen
// by the other until the review is settled.
import { DomainError } from '@/domain/errors';
import type { SeriesState } from '@/domain/machines';
import { type DefaceOutcome, type DeidentifyOutcome, defaceOutcome, deidentifyOutcome } from '@/domain/outcomes';
import { type Actor, can } from '@/domain/policy';
import { type Decision, mayAccept } from '@/domain/review';
import { authorise, authorised, notFound, rowId } from './authorise';
import { db } from './db';
import type { Prisma, Review, StageRun } from './generated/prisma/client';
import { type MendingFacts, mendingFacts } from './mending';
import { reviewableRun } from './releasability';
import { settleSeries } from './reviewState';
import { type SeriesRow, seriesRows } from './series';
import { lockSeries } from './seriesMoves';
import { type Transaction, transact } from './transact';

export interface ReviewQueue {
  /** In review and not read by me yet, oldest first. */
  readonly waiting: readonly SeriesRow[];
  /** Waiting for a person's answer before they can go on. */
  readonly held: readonly SeriesRow[];
  /** Read by me, waiting for another reader. */
  readonly read: readonly SeriesRow[];
  /** Decided lately, newest first. */
  readonly decided: readonly SeriesRow[];
}
interface ReviewVolume {
  readonly label: string;
  /** What is linked to is a PNG. */
  readonly isPicture: boolean;
  /** Links to .nii.gz; `before` still has its face. `after` is null while the series is held. */
  readonly before: string;
  readonly after: string | null;
  readonly mask: string | null;
  /** What the network would remove and what is brain, as label runs. */
  readonly plan: string | null;
  readonly figures: Readonly<Record<string, number>> | null;
}
interface Reading {
  readonly id: string;
  readonly decision: Decision;
  readonly mine: boolean;
  readonly reason: string | null;
  readonly createdAt: string;
}
export interface ReviewItem extends MendingFacts {
  readonly projectId: string;
  readonly series: SeriesRow;
  /** The deface run that is looked at; '' when there is none yet. */
  readonly stageRunId: string;
  readonly outcome: DefaceOutcome['kind'] | null;
  readonly reason: string | null;
  /** Figures of the first volume. */
  readonly figures: Readonly<Record<string, number>>;
  readonly volumes: readonly ReviewVolume[];
  readonly changes: DeidentifyOutcome['changes'];
  readonly readers: number;
  readonly reviews: readonly Reading[];
  readonly mayDecide: boolean;
  /** How many wait for me, this one included. */
  readonly waiting: number;
  readonly nextSeriesId: string | null;
  readonly myLastReview: { readonly id: string; readonly seriesId: string } | null;
}

const DECIDED_SHOWN = 50;

export async function reviewQueue(actor: Actor, projectId: string): Promise<ReviewQueue> {
  authorise(actor, 'review.view', projectId);
  const rows = await seriesRows(actor, {
    projectId,
    state: {
      in: ['heldPixels', 'heldGeometry', 'heldHead', 'heldDeface', 'inReview', 'accepted', 'rejected', 'refused'],
    },
  });
  const oldestFirst = rows.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt));
  const inReview = oldestFirst.filter((row) => row.state === 'inReview');
  const readByMe = await seriesReadBy(
    actor,
    inReview.map((row) => row.id),
  );
  return {
    waiting: inReview.filter((row) => !readByMe.has(row.id)),
    held: oldestFirst.filter((row) => row.state.startsWith('held')),
    read: inReview.filter((row) => readByMe.has(row.id)),
    decided: oldestFirst
      .filter((row) => ['accepted', 'rejected', 'refused'].includes(row.state))
      .reverse()
      .slice(0, DECIDED_SHOWN),
  };
}

/** Of these series, those whose newest deface run the actor has read. */
async function seriesReadBy(actor: Actor, seriesIds: readonly string[]): Promise<Set<string>> {
  if (seriesIds.length === 0) return new Set();
  const rows = await db.$queryRaw<{ seriesId: string }[]>`
    SELECT r."seriesId" FROM "Review" r
    JOIN (SELECT DISTINCT ON ("seriesId") id FROM "StageRun" WHERE "seriesId" = ANY(${seriesIds}::uuid[])
          AND stage = 'deface' AND state <> 'cancelled' ORDER BY "seriesId", "createdAt" DESC) run ON run.id = r."stageRunId"
    WHERE r."reviewerId" = ${actor.userId}::uuid AND NOT r.undone`;
  return new Set(rows.map((row) => row.seriesId));
}

export async function reviewItem(actor: Actor, seriesId: string): Promise<ReviewItem> {
  const found = authorised(
    actor,
    'review.view',
    await db.series.findUnique({
      where: { id: rowId(seriesId) },
      include: { project: { select: { readers: true } }, runs: { orderBy: { createdAt: 'desc' } } },
    }),
  );
  const [[series], queue] = await Promise.all([
    seriesRows(actor, { id: seriesId }),
    reviewQueue(actor, found.projectId),
  ]);
  if (series === undefined) throw notFound('This series');
  const deface = newestWith(found.runs, 'deface', defaceOutcome);
  const deid = newestWith(found.runs, 'deidentify', deidentifyOutcome);
  const volumes =
    deface === null ? [] : deface.outcome.volumes.map((volume, n) => volumeDto(seriesId, deface.id, volume, n));
  return {
    projectId: found.projectId,
    series,
    stageRunId: deface?.id ?? '',
    outcome: deface?.outcome.kind ?? null,
    reason: deface?.outcome.reason ?? null,
    figures: volumes[0]?.figures ?? {},
    volumes,
    changes: deid?.outcome.changes ?? [],
    readers: found.project.readers,
    reviews: await readings(actor, series, deface?.id ?? null, found.project.readers),
    mayDecide: can(actor, 'review.decide', found.projectId) && series.state === 'inReview',
    ...(await mendingFacts(actor, { ...found, readers: found.project.readers }, deface?.outcome ?? null)),
    waiting: queue.waiting.length,
    nextSeriesId: nextOf(queue.waiting, seriesId),
    myLastReview: await lastReview(actor, found.projectId),
  };
}

interface Parses<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** The newest run of a stage that has not been cancelled, when it has an outcome that can be read. */
function newestWith<T>(runs: readonly StageRun[], stage: string, schema: Parses<T>): { id: string; outcome: T } | null {
  const run = runs.find((one) => one.stage === stage && one.state !== 'cancelled');
  const parsed = schema.safeParse(run?.outcome);
  return run !== undefined && parsed.success ? { id: run.id, outcome: parsed.data } : null;
}

function volumeDto(
  seriesId: string,
  runId: string,
  volume: DefaceOutcome['volumes'][number],
  index: number,
): ReviewVolume {
  const url = (which: string) => `/api/preview/${seriesId}/${which}?run=${runId}&volume=${index}`;
  return {
    label: volume.suffix || `Volume ${index + 1}`,
    isPicture: volume.picture === true,
    before: url('before'),
    after: volume.after === null ? null : url('after'),
    mask: volume.mask === null ? null : url('mask'),
    plan: volume.plan ? url('plan') : null,
    figures: volume.figures,
  };
}

/** Readings of this run. While two readers are still at it, each sees only their own. */
async function readings(
  actor: Actor,
  series: SeriesRow,
  stageRunId: string | null,
  readers: number,
): Promise<Reading[]> {
  if (stageRunId === null) return [];
  const unseen = readers === 2 && series.state === 'inReview' ? { reviewerId: actor.userId } : {};
  const where = { seriesId: series.id, stageRunId, undone: false, ...unseen };
  return (await db.review.findMany({ where, orderBy: { createdAt: 'asc' } })).map((row) => ({
    id: row.id,
    decision: row.decision as Decision,
    mine: row.reviewerId === actor.userId,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
  }));
}

/** The one after this in the queue, from the top again at its end. */
function nextOf(waiting: readonly SeriesRow[], seriesId: string): string | null {
  const here = waiting.findIndex((row) => row.id === seriesId);
  const next = waiting[(here + 1) % Math.max(1, waiting.length)];
  return next === undefined || next.id === seriesId ? null : next.id;
}

async function lastReview(actor: Actor, projectId: string): Promise<ReviewItem['myLastReview']> {
  const where: Prisma.ReviewWhereInput = { reviewerId: actor.userId, undone: false, series: { projectId } };
  const last = await db.review.findFirst({ where, orderBy: { createdAt: 'desc' }, include: { series: true } });
  const undoable = last !== null && ['inReview', 'accepted', 'rejected'].includes(last.series.state);
  return undoable ? { id: last.id, seriesId: last.seriesId } : null;
}

/** Rolls back a transaction that found nothing to do. */
class NothingToDo extends Error {}

/**
 * One reader's decision on the deface run they looked at. The same decision again changes nothing; another one by the same
 * reader replaces the first while the review is open.
 * @throws DomainError CONFLICT when the series was processed again or decided meanwhile
 */
export async function decide(
  actor: Actor,
  seriesId: string,
  wish: { decision: Decision; reason?: string; stageRunId: string },
): Promise<{ state: SeriesState; nextSeriesId: string | null }> {
  const series = authorised(actor, 'review.decide', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  const reason = wish.reason?.trim().slice(0, 500) || null;
  if (wish.decision === 'reject' && reason === null)
    throw new DomainError('INVALID', 'Say in a few words why you reject it.');
  await unlessNothing(() => transact(actor, (write) => writeDecision(write, actor, seriesId, { ...wish, reason })));
  const [after, queue] = await Promise.all([
    db.series.findUniqueOrThrow({ where: { id: seriesId } }),
    reviewQueue(actor, series.projectId),
  ]);
  return { state: after.state as SeriesState, nextSeriesId: nextOf(queue.waiting, seriesId) };
}

async function writeDecision(
  write: Transaction,
  actor: Actor,
  seriesId: string,
  wish: { decision: Decision; reason: string | null; stageRunId: string },
): Promise<void> {
  const { tx, audit } = write;
  const { decision, reason, stageRunId } = wish;
  const series = await lockSeries(tx, seriesId);
  const mine = await tx.review.findMany({ where: { seriesId, stageRunId, reviewerId: actor.userId, undone: false } });
  const run = await reviewableRun(tx, seriesId);
  if (!run.ok) throw new DomainError('CONFLICT', `${run.why} So it cannot be decided on. Reload the page.`);
  if (run.stageRunId !== stageRunId) {
    throw new DomainError(
      'CONFLICT',
      'This series was processed again meanwhile. Reload the page and look at it anew.',
    );
  }
  if (mine.some((review) => review.decision === decision)) throw new NothingToDo();
  if (series.state !== 'inReview') {
    throw new DomainError(
      'CONFLICT',
      'This series is not in review any more. Reload the page to see its present state.',
    );
  }
  const { readers } = await tx.project.findUniqueOrThrow({ where: { id: series.projectId } });
  if (decision === 'accept' && !mayAccept(actor.userId, readers, run.mendedBy)) throw ownMask();
  for (const review of mine) await takeBack(write, review, series.projectId);
  const review = await tx.review.create({ data: { seriesId, stageRunId, reviewerId: actor.userId, decision, reason } });
  const state = await settleSeries(write, seriesId, readers);
  audit({ type: 'review.decided', seriesId, reviewId: review.id, decision, state }, { projectId: series.projectId });
}

function ownMask(): DomainError {
  return new DomainError(
    'FORBIDDEN',
    'You drew this mask yourself. In a project with two readers, two others must accept it; you may still reject it.',
  );
}

async function takeBack({ tx, audit }: Transaction, review: Review, projectId: string): Promise<void> {
  await tx.review.update({ where: { id: review.id }, data: { undone: true } });
  audit({ type: 'review.undone', seriesId: review.seriesId, reviewId: review.id }, { projectId });
}

/** Takes back a reading of one's own; the series goes where the remaining readings put it. */
export async function undoReview(actor: Actor, reviewId: string): Promise<{ state: SeriesState }> {
  const review = await db.review.findUnique({
    where: { id: rowId(reviewId) },
    include: { series: { include: { project: true } } },
  });
  if (review === null || review.reviewerId !== actor.userId) throw notFound('This reading');
  const { seriesId, series } = review;
  authorise(actor, 'review.decide', series.projectId);
  await unlessNothing(() =>
    transact(actor, async (write) => {
      await lockSeries(write.tx, seriesId);
      const now = await write.tx.review.findUniqueOrThrow({ where: { id: reviewId } });
      if (now.undone) throw new NothingToDo();
      await takeBack(write, now, series.projectId);
      await settleSeries(write, seriesId, series.project.readers);
    }),
  );
  return { state: (await db.series.findUniqueOrThrow({ where: { id: seriesId } })).state as SeriesState };
}

async function unlessNothing(work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof NothingToDo)) throw error;
  });
}
