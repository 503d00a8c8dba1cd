// Series on their way out: what the status page shows, and what people may do to one by hand.
import { DomainError } from '@/domain/errors';
import type { SeriesKind } from '@/domain/ingest/group';
import { canStep } from '@/domain/machine';
import { type SeriesState, type StageRunState, seriesMachine } from '@/domain/machines';
import type { StageName } from '@/domain/pipeline';
import { type Action, type Actor, can } from '@/domain/policy';
import { authorise, authorised, rowId } from './authorise';
import { db } from './db';
import type { Prisma } from './generated/prisma/client';
import { lastProfile, lockSeries, moveSeries, newestProfile } from './seriesMoves';
import { latestRuns, type StageProgress } from './stageProgress';
import { queueStage } from './stageRuns';
import { transact } from './transact';
import { listUploads, type Upload } from './uploads';

export interface SeriesRow {
  readonly id: string;
  /** The pseudonym: 'sub-001'. */
  readonly subject: string;
  readonly session: number;
  readonly number: number;
  readonly modality: string;
  readonly kind: SeriesKind;
  readonly instances: number;
  readonly state: SeriesState;
  /** Plain words for the present state. */
  readonly why: string | null;
  readonly faceRisk: boolean;
  readonly stage: StageProgress | null;
  readonly updatedAt: string;
  readonly may: Readonly<Record<'reprocess' | HeldAnswer, boolean>>;
}
interface RunRow {
  readonly id: string;
  readonly stage: StageName;
  readonly state: StageRunState;
  readonly attempt: number;
  readonly profileVersion: number | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly seconds: number | null;
  readonly message: string | null;
}
export interface SeriesDetail extends SeriesRow {
  readonly projectId: string;
  readonly projectSlug: string;
  readonly runs: readonly RunRow[];
}
export interface LiveStatus {
  readonly series: readonly SeriesRow[];
  readonly counts: Readonly<Record<SeriesState, number>>;
  /** The last ones, for those who may see uploads. */
  readonly uploads: readonly Upload[];
  /** Whether anything is queued or running. */
  readonly working: boolean;
}

/** A person's answer to the question that holds a series; what was seen of its pixels is answered in pixelBoxes.ts. */
export type HeldAnswer = 'confirmGeometry' | 'sayHead' | 'sayNoHead' | 'reject';

export async function listSeries(
  actor: Actor,
  projectId: string,
  filter: { state?: SeriesState | undefined; subject?: string | undefined } = {},
): Promise<SeriesRow[]> {
  authorise(actor, 'series.view', projectId);
  return seriesRows(actor, {
    projectId,
    ...(filter.state === undefined ? {} : { state: filter.state }),
    ...(filter.subject === undefined ? {} : { study: { subject: { code: filter.subject } } }),
  });
}

/** One series with all its runs, newest first. */
export async function getSeries(actor: Actor, id: string): Promise<SeriesDetail> {
  const found = authorised(
    actor,
    'series.view',
    await db.series.findUnique({
      where: { id: rowId(id) },
      include: {
        project: { select: { slug: true } },
        runs: { orderBy: { createdAt: 'desc' }, include: { profileVersion: { select: { version: true } } } },
      },
    }),
  );
  const [row] = await seriesRows(actor, { id });
  if (row === undefined) throw new DomainError('NOT_FOUND', 'This series does not exist.');
  return { ...row, projectId: found.projectId, projectSlug: found.project.slug, runs: found.runs.map(runRow) };
}

/** Sends a series through every stage again, with the project's present profile; earlier answers and readings no longer count. */
export async function reprocess(actor: Actor, seriesId: string): Promise<void> {
  const { projectId } = authorised(
    actor,
    'series.reprocess',
    await db.series.findUnique({ where: { id: rowId(seriesId) } }),
  );
  await transact(actor, async (write) => {
    const { tx, audit, afterCommit } = write;
    const series = await lockSeries(tx, seriesId);
    await moveSeries(write, series, 'reprocess', 'A person asked for it.', { answers: {}, faceRisk: true });
    const profileVersionId = await newestProfile(tx, projectId);
    await queueStage(tx, audit, afterCommit, {
      stage: 'deidentify',
      unitId: seriesId,
      projectId,
      seriesId,
      profileVersionId,
    });
  });
}

const afterAnswer = {
  confirmGeometry: 'convert',
  sayHead: 'deface',
  sayNoHead: 'deface',
  reject: null,
} as const;

/** Answers the question that holds a series; rejecting it needs a reason. */
export async function decideHeld(actor: Actor, seriesId: string, event: HeldAnswer, reason = ''): Promise<void> {
  const { projectId } = authorised(
    actor,
    'series.decideHeld',
    await db.series.findUnique({ where: { id: rowId(seriesId) } }),
  );
  if (event === 'reject' && reason.trim() === '')
    throw new DomainError('INVALID', 'Say in a few words why it is rejected.');
  await transact(actor, async (write) => {
    const { tx, audit, afterCommit } = write;
    const series = await lockSeries(tx, seriesId);
    if (!series.state.startsWith('held')) {
      throw new DomainError('CONFLICT', 'This series does not wait for an answer any more. Reload the page.');
    }
    const answers = { ...(series.answers as Prisma.JsonObject), ...answerOf(event, actor.userId) };
    const why = event === 'reject' ? reason.trim().slice(0, 500) : null;
    await moveSeries(write, series, event, 'A person answered.', { why, answers });
    const stage = afterAnswer[event];
    if (stage === null) return;
    const profileVersionId = await lastProfile(tx, series);
    await queueStage(tx, audit, afterCommit, { stage, unitId: seriesId, projectId, seriesId, profileVersionId });
  });
}

function answerOf(event: HeldAnswer, userId: string): Prisma.JsonObject {
  if (event === 'confirmGeometry') return { geometryConfirmedBy: userId };
  if (event === 'reject') return {};
  return { head: event === 'sayHead' ? 'head' : 'notHead', headSaidBy: userId };
}

/** The status page's poll: every series and what is being done to it. */
export async function liveStatus(actor: Actor, projectId: string): Promise<LiveStatus> {
  authorise(actor, 'series.view', projectId);
  const [series, uploads, active] = await Promise.all([
    seriesRows(actor, { projectId }),
    can(actor, 'upload.view', projectId) ? listUploads(actor, projectId, 20) : [],
    db.stageRun.count({ where: { projectId, state: { in: ['queued', 'running'] } } }),
  ]);
  const states = Object.keys(seriesMachine) as SeriesState[];
  const counts = Object.fromEntries(states.map((state) => [state, series.filter((row) => row.state === state).length]));
  return { series, counts: counts as Record<SeriesState, number>, uploads, working: active > 0 };
}

/** Rows of series in the order people read them: subject, session, number. The caller has authorised. */
export async function seriesRows(actor: Actor, where: Prisma.SeriesWhereInput): Promise<SeriesRow[]> {
  const rows = await db.series.findMany({
    where,
    include: { study: { include: { subject: true } }, _count: { select: { instances: true } } },
    orderBy: [{ study: { subject: { code: 'asc' } } }, { study: { number: 'asc' } }, { number: 'asc' }],
  });
  const stages = await latestRuns(
    'seriesId',
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    subject: row.study.subject.code,
    session: row.study.number,
    number: row.number,
    modality: row.modality,
    kind: row.kind as SeriesRow['kind'],
    instances: row._count.instances,
    state: row.state as SeriesState,
    why: row.why,
    faceRisk: row.faceRisk,
    stage: stages.get(row.id) ?? null,
    updatedAt: row.updatedAt.toISOString(),
    may: mayDo(actor, row.projectId, row.state as SeriesState),
  }));
}

function mayDo(actor: Actor, projectId: string, state: SeriesState): SeriesRow['may'] {
  const may = (action: Action, event: 'reprocess' | HeldAnswer) =>
    can(actor, action, projectId) && canStep(seriesMachine, state, event);
  return {
    reprocess: may('series.reprocess', 'reprocess'),
    confirmGeometry: may('series.decideHeld', 'confirmGeometry'),
    sayHead: may('series.decideHeld', 'sayHead'),
    sayNoHead: may('series.decideHeld', 'sayNoHead'),
    reject: state.startsWith('held') && may('series.decideHeld', 'reject'),
  };
}

interface RunRecord {
  id: string;
  stage: string;
  state: string;
  attempt: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  errorMessage: string | null;
  profileVersion: { version: number } | null;
}

function runRow(run: RunRecord): RunRow {
  const { startedAt, finishedAt } = run;
  return {
    id: run.id,
    stage: run.stage as StageName,
    state: run.state as StageRunState,
    attempt: run.attempt,
    profileVersion: run.profileVersion?.version ?? null,
    createdAt: run.createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    seconds: startedAt && finishedAt ? (finishedAt.getTime() - startedAt.getTime()) / 1000 : null,
    message: run.errorMessage,
  };
}
