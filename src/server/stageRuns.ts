// Life of a stage run: queued, started, beating, finished or failed. Every step is a compare-and-swap, and `attempt` fences
// off a worker that was thought dead: whatever it brings after its run was given to another is refused.
import { DomainError, mayRetry } from '@/domain/errors';
import { canStep, step } from '@/domain/machine';
import { releaseMachine, type SeriesEvent, type SeriesState, seriesMachine } from '@/domain/machines';
import { type StageName, stageFrom, stages } from '@/domain/pipeline';
import { db, type Tx } from './db';
import type { Prisma } from './generated/prisma/client';
import { enqueue } from './queues';
import { type AfterCommit, type Audit, systemActor, type Transaction, transact } from './transact';

const MAX_ATTEMPTS = 3;
/** A run in hand says so at least this often; one silent for `STALE_MS` is taken to be dead. */
export const HEARTBEAT_MS = 5_000;
const STALE_MS = 60_000;
/** A second attempt waits this long, a third four times as long; and a job lost by the queue is given again after it. */
const RETRY_MS = 5_000;
const SWEEP_LIMIT = 200;

export interface NewRun {
  readonly stage: StageName;
  /** The upload, series or release to work on. */
  readonly unitId: string;
  readonly projectId: string;
  readonly seriesId?: string | null;
  readonly profileVersionId?: string | null;
}

/** A run in hand. `attempt` is its fencing token: keep the ticket, pass it to every call. */
export interface Ticket {
  readonly id: string;
  readonly attempt: number;
  readonly stage: StageName;
  readonly unitId: string;
  readonly projectId: string;
  readonly seriesId: string | null;
  readonly profileVersionId: string | null;
}

export interface Finished {
  /** What happened to the series, when it is not the stage's plain success (`holdGeometry`, `skipDeface`, ...). */
  readonly event?: SeriesEvent;
  /** Plain words for the series' new state. */
  readonly why?: string | null;
  readonly faceRisk?: boolean;
  /** Counts, figures, output keys. Nothing identifying. */
  readonly outcome: Prisma.InputJsonObject;
  readonly inputHash?: string;
  readonly modelHash?: string;
  /** Rows that belong to the same moment: the new series of an ingest, the files of a release. */
  readonly also?: (transaction: Transaction) => Promise<void>;
}

/** Queues a stage inside the caller's transaction. @throws DomainError CONFLICT when it is queued or running already */
export async function queueStage(tx: Tx, audit: Audit, afterCommit: AfterCommit, run: NewRun): Promise<string> {
  const made = await tx.stageRun.createManyAndReturn({
    data: [{ ...run }],
    skipDuplicates: true,
    select: { id: true },
  });
  const id = made[0]?.id;
  if (id === undefined) throw new DomainError('CONFLICT', 'This is being worked on already. Wait until it is done.');
  audit({ type: 'stage.queued', stageRunId: id, stage: run.stage, unitId: run.unitId }, { projectId: run.projectId });
  afterCommit(() => enqueue(id));
  return id;
}

/** Takes a queued run in hand; null when somebody else has it or it is over. */
export async function startRun(id: string): Promise<Ticket | null> {
  const row = await db.stageRun.findUnique({ where: { id } });
  if (row?.state !== 'queued') return null;
  const ticket = ticketOf(row);
  const now = new Date();
  try {
    await transact(systemActor, async ({ tx, audit }) => {
      const { count } = await tx.stageRun.updateMany({
        where: { id, state: 'queued', attempt: row.attempt },
        data: { state: 'running', startedAt: now, heartbeatAt: now, progress: 0, errorCode: null, errorMessage: null },
      });
      if (count === 0) throw superseded();
      const { stage, unitId, attempt } = ticket;
      audit({ type: 'stage.started', stageRunId: id, stage, unitId, attempt }, { projectId: ticket.projectId });
    });
  } catch (error) {
    if (isConflict(error)) return null;
    throw error;
  }
  return ticket;
}

/** Says that the run is alive; false when it is no longer the caller's, who should then stop. `progress` is 0..1. */
export async function heartbeat(ticket: Ticket, progress: number): Promise<boolean> {
  const { count } = await db.stageRun.updateMany({
    where: mine(ticket),
    data: { heartbeatAt: new Date(), progress: Math.min(1, Math.max(0, progress)) },
  });
  return count === 1;
}

/**
 * Ends a run well: its outcome, the series' move, the audit events and the next run, all or nothing.
 * @throws DomainError CONFLICT when the run was given to another worker or the series has moved since.
 */
export async function finishRun(ticket: Ticket, done: Finished): Promise<void> {
  await transact(systemActor, async (transaction) => {
    const { tx, audit } = transaction;
    const { outcome, inputHash = null, modelHash = null } = done;
    const { count } = await tx.stageRun.updateMany({
      where: mine(ticket),
      data: { state: 'succeeded', outcome, inputHash, modelHash, progress: 1, finishedAt: new Date() },
    });
    if (count === 0) throw superseded();
    await done.also?.(transaction);
    const to = await moveOn(transaction, ticket, done);
    const { id: stageRunId, stage, unitId, projectId } = ticket;
    audit({ type: 'stage.succeeded', stageRunId, stage, unitId, to }, { projectId });
  });
}

/** Moves the series that the run was for, and queues what comes next. */
async function moveOn(transaction: Transaction, ticket: Ticket, done: Finished): Promise<string> {
  const stage = stages[ticket.stage];
  if (stage.unit !== 'series') return 'done';
  const { tx, audit, afterCommit } = transaction;
  const to = step(seriesMachine, stage.from, done.event ?? stage.succeed);
  const faceRisk = done.faceRisk === undefined ? {} : { faceRisk: done.faceRisk };
  await moveSeries(tx, audit, ticket, { from: stage.from, to, why: done.why ?? null, ...faceRisk });
  const next = stageFrom(to);
  if (next) {
    const { unitId, projectId, seriesId, profileVersionId } = ticket;
    await queueStage(tx, audit, afterCommit, { stage: next, unitId, projectId, seriesId, profileVersionId });
  }
  return to;
}

interface Move {
  readonly from: SeriesState;
  readonly to: SeriesState;
  readonly why: string | null;
  readonly faceRisk?: boolean;
}

async function moveSeries(tx: Tx, audit: Audit, ticket: Ticket, { from, to, ...rest }: Move): Promise<void> {
  const { count } = await tx.series.updateMany({
    where: { id: ticket.unitId, state: from },
    data: { state: to, ...rest },
  });
  if (count === 0) throw superseded();
  audit(
    { type: 'series.moved', seriesId: ticket.unitId, from, to, why: rest.why ?? '' },
    { projectId: ticket.projectId },
  );
}

export type FailureEnd = 'requeued' | 'failed' | 'superseded';

/**
 * Ends a run badly. What may be tried again is, up to three attempts; otherwise the series is quarantined (or the release
 * failed) with a plain reason. Only a DomainError's words are kept: any other may hold what it must not.
 */
export async function failRun(ticket: Ticket, error: unknown): Promise<FailureEnd> {
  const again = mayRetry(error) && ticket.attempt < MAX_ATTEMPTS;
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  const message = error instanceof DomainError ? error.message : GAVE_UP;
  return endBadly(ticket, again, code, message);
}

const GAVE_UP =
  'This step went wrong three times for a reason of our own, not of the data. Reprocess it, or ask the site administrator.';
const DIED =
  'The program stopped three times while working on this; it may be too large for this machine. Reprocess it, or ask the site administrator.';

async function endBadly(ticket: Ticket, again: boolean, code: string, message: string): Promise<FailureEnd> {
  try {
    await transact(systemActor, async ({ tx, audit }) => {
      const { count } = await tx.stageRun.updateMany({
        where: mine(ticket),
        data: again
          ? requeued(ticket)
          : { state: 'failed', finishedAt: new Date(), errorCode: code, errorMessage: message },
      });
      if (count === 0) throw superseded();
      const { id: stageRunId, stage, unitId, projectId } = ticket;
      audit({ type: 'stage.failed', stageRunId, stage, unitId, code }, { projectId });
      if (!again) await failUnit(tx, audit, ticket, message);
    });
  } catch (error) {
    if (isConflict(error)) return 'superseded';
    throw error;
  }
  return again ? 'requeued' : 'failed';
}

/** The next attempt: heartbeatAt tells the sweep since when it waits. */
function requeued(ticket: Ticket) {
  return { state: 'queued', attempt: ticket.attempt + 1, heartbeatAt: new Date(), progress: 0 };
}

async function failUnit(tx: Tx, audit: Audit, ticket: Ticket, why: string): Promise<void> {
  const stage = stages[ticket.stage];
  if (stage.unit === 'series' && canStep(seriesMachine, stage.from, 'quarantine')) {
    const to = step(seriesMachine, stage.from, 'quarantine');
    await moveSeries(tx, audit, ticket, { from: stage.from, to, why });
  }
  if (stage.unit !== 'release') return;
  const state = step(releaseMachine, 'building', 'fail');
  const release = await tx.release.findUnique({ where: { id: ticket.unitId } });
  const { count } = await tx.release.updateMany({ where: { id: ticket.unitId, state: 'building' }, data: { state } });
  const about = { projectId: ticket.projectId };
  if (count === 1) audit({ type: 'release.failed', releaseId: ticket.unitId, version: release?.version ?? 0 }, about);
}

export interface Swept {
  requeued: number;
  failed: number;
  enqueued: number;
}

/** Repairs what a crash left: runs whose worker is silent are queued again, queued rows the queue forgot are put back. */
export async function sweep(now: Date = new Date()): Promise<Swept> {
  const swept: Swept = { requeued: 0, failed: 0, enqueued: 0 };
  const silentSince = new Date(now.getTime() - STALE_MS);
  const dead = await db.stageRun.findMany({
    where: { state: 'running', heartbeatAt: { lt: silentSince } },
    take: SWEEP_LIMIT,
  });
  for (const row of dead) {
    const end = await endBadly(ticketOf(row), row.attempt < MAX_ATTEMPTS, 'STOPPED', DIED);
    if (end !== 'superseded') swept[end] += 1;
  }
  const queued = await db.stageRun.findMany({
    where: { state: 'queued' },
    orderBy: { createdAt: 'asc' },
    take: SWEEP_LIMIT,
  });
  for (const row of queued) {
    const waits = row.attempt === 1 ? RETRY_MS : RETRY_MS * (row.attempt - 1) ** 2;
    if ((row.heartbeatAt ?? row.createdAt).getTime() > now.getTime() - waits) continue;
    await enqueue(row.id);
    swept.enqueued += 1;
  }
  return swept;
}

type Row = Omit<Ticket, 'stage'> & { readonly stage: string };

function ticketOf({ id, attempt, stage, unitId, projectId, seriesId, profileVersionId }: Row): Ticket {
  return { id, attempt, stage: stage as StageName, unitId, projectId, seriesId, profileVersionId };
}

function mine(ticket: Ticket) {
  return { id: ticket.id, state: 'running', attempt: ticket.attempt };
}

function superseded(): DomainError {
  return new DomainError(
    'CONFLICT',
    'This work was given to another worker or is no longer wanted; its result was dropped.',
  );
}

function isConflict(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'CONFLICT';
}
