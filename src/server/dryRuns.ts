// Dry runs of a draft profile on chosen series: begun by the lead, planned by a worker, and perhaps made the next version.
import { z } from 'zod';
import type { PresetName } from '@/domain/deid/presets';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import type { StageRunState } from '@/domain/machines';
import { type DryRunOutcome, dryRunOutcome } from '@/domain/outcomes';
import type { Actor } from '@/domain/policy';
import { authorise, authorised, notFound, rowId } from './authorise';
import { db } from './db';
import type { Prisma } from './generated/prisma/client';
import { addVersion, draftOf, lockNewest, type ProfileWish } from './profiles';
import { latestRuns } from './stageProgress';
import { queueStage } from './stageRuns';
import { transact } from './transact';

/** A series that a draft may be tried on. */
export interface DryRunCandidate {
  readonly id: string;
  readonly subject: string;
  readonly session: number;
  readonly number: number;
  readonly modality: string;
  readonly instances: number;
}

export interface DryRunProgress {
  readonly state: StageRunState;
  /** 0..1 */
  readonly progress: number;
  /** Plain words when it failed. */
  readonly message: string | null;
}

export interface DryRunRow extends DryRunProgress {
  readonly id: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly series: number;
  readonly against: number;
  /** The version it became. */
  readonly activated: number | null;
}

export interface DryRun extends DryRunRow {
  readonly projectId: string;
  readonly preset: PresetName | 'own';
  readonly profile: Profile;
  readonly againstProfile: Profile;
  /** The version in use now; a dry run against an older one can no longer be activated. */
  readonly inUse: number;
  readonly triedOn: readonly DryRunCandidate[];
  readonly outcome: DryRunOutcome | null;
}

/** Everything with a DICOM header, in whatever state. */
export async function dryRunCandidates(actor: Actor, projectId: string): Promise<DryRunCandidate[]> {
  authorise(actor, 'profile.dryRun', projectId);
  return candidates({ projectId, kind: 'dicom' });
}

/** More than anybody picks from by hand. */
const MAX_CANDIDATES = 1_000;

async function candidates(where: Prisma.SeriesWhereInput): Promise<DryRunCandidate[]> {
  const rows = await db.series.findMany({
    where,
    include: { study: { include: { subject: true } }, _count: { select: { instances: true } } },
    orderBy: [{ study: { subject: { code: 'asc' } } }, { study: { number: 'asc' } }, { number: 'asc' }],
    take: MAX_CANDIDATES,
  });
  return rows.map(({ id, study, number, modality, _count }) => ({
    id,
    subject: study.subject.code,
    session: study.number,
    number,
    modality,
    instances: _count.instances,
  }));
}

const MAX_SERIES = 200;
const pick = z
  .array(z.string())
  .min(1, 'Pick at least one series to try the profile on.')
  .max(MAX_SERIES, `Pick at most ${MAX_SERIES} series.`);

/** Begins a dry run of the draft beside the version in use. */
export async function startDryRun(
  actor: Actor,
  projectId: string,
  { wish, seriesIds }: { wish: ProfileWish; seriesIds: readonly string[] },
): Promise<{ dryRunId: string }> {
  authorise(actor, 'profile.dryRun', projectId);
  const { preset, profile } = draftOf(wish);
  const parsed = pick.safeParse([...new Set(seriesIds.map(rowId))]);
  if (!parsed.success) throw new DomainError('INVALID', parsed.error.issues[0]?.message ?? 'Pick some series.');
  const picked = parsed.data;
  return transact(actor, async ({ tx, audit, afterCommit }) => {
    const against = await lockNewest(tx, projectId);
    const own = await tx.series.count({ where: { id: { in: picked }, projectId, kind: 'dicom' } });
    if (own !== picked.length) throw notFound('One of the series');
    const made = { projectId, againstId: against.id, preset, createdBy: actor.userId };
    const { id: dryRunId } = await tx.dryRun.create({ data: { ...made, profile: profile as Prisma.InputJsonObject } });
    await tx.dryRunSeries.createMany({ data: picked.map((seriesId) => ({ dryRunId, seriesId })) });
    const event = { dryRunId, against: against.version, series: picked.length };
    audit({ type: 'profile.dryRunStarted', ...event }, { projectId });
    await queueStage(tx, audit, afterCommit, { stage: 'dryRun', unitId: dryRunId, projectId });
    return { dryRunId };
  });
}

const withNumbers = {
  against: { select: { version: true, profile: true } },
  activated: { select: { version: true } },
  _count: { select: { series: true } },
} as const satisfies Prisma.DryRunInclude;

/** The last dry runs, newest first. */
export async function listDryRuns(actor: Actor, projectId: string, take = 10): Promise<DryRunRow[]> {
  authorise(actor, 'profile.dryRun', projectId);
  const where = { where: { projectId }, orderBy: { createdAt: 'desc' }, take } as const;
  return dryRunRows(await db.dryRun.findMany({ ...where, include: withNumbers }));
}

type DryRunRecord = Prisma.DryRunGetPayload<{ include: typeof withNumbers }>;

async function dryRunRows(rows: readonly DryRunRecord[]): Promise<DryRunRow[]> {
  const runs = await latestRuns(
    'unitId',
    rows.map((row) => row.id),
  );
  const authors = await db.user.findMany({ where: { id: { in: rows.map((row) => row.createdBy) } } });
  return rows.map((row) => {
    const run = runs.get(row.id);
    return {
      id: row.id,
      createdAt: row.createdAt.toISOString(),
      createdBy: authors.find((author) => author.id === row.createdBy)?.name ?? '',
      series: row._count.series,
      against: row.against.version,
      activated: row.activated?.version ?? null,
      state: run?.state ?? 'cancelled',
      progress: run?.progress ?? 0,
      message: run?.message ?? null,
    };
  });
}

/** How far a dry run is: the poll of its page. */
export async function dryRunProgress(actor: Actor, dryRunId: string): Promise<DryRunProgress> {
  authorised(actor, 'profile.dryRun', await db.dryRun.findUnique({ where: { id: rowId(dryRunId) } }));
  const run = (await latestRuns('unitId', [dryRunId])).get(dryRunId);
  return { state: run?.state ?? 'cancelled', progress: run?.progress ?? 0, message: run?.message ?? null };
}

export async function getDryRun(actor: Actor, dryRunId: string): Promise<DryRun> {
  const include = { ...withNumbers, series: { select: { seriesId: true } } };
  const found = await db.dryRun.findUnique({ where: { id: rowId(dryRunId) }, include });
  const record = authorised(actor, 'profile.dryRun', found);
  const { projectId } = record;
  const [[row], triedOn, newest, run] = await Promise.all([
    dryRunRows([record]),
    candidates({ projectId, id: { in: record.series.map(({ seriesId }) => seriesId) } }),
    db.profileVersion.findFirstOrThrow({ where: { projectId }, orderBy: { version: 'desc' } }),
    db.stageRun.findFirst({ where: { unitId: dryRunId, stage: 'dryRun', state: 'succeeded' } }),
  ]);
  if (row === undefined) throw notFound();
  return {
    ...row,
    projectId,
    preset: record.preset as DryRun['preset'],
    profile: parseProfile(record.profile),
    againstProfile: parseProfile(record.against.profile),
    inUse: newest.version,
    triedOn,
    outcome: dryRunOutcome.safeParse(run?.outcome).data ?? null,
  };
}

/** Makes the draft that was tried the next version. @throws DomainError CONFLICT when it is not done, or another version came since */
export async function activateDryRun(actor: Actor, dryRunId: string): Promise<{ version: number }> {
  const tried = authorised(
    actor,
    'profile.change',
    await db.dryRun.findUnique({ where: { id: rowId(dryRunId) }, include: { against: true } }),
  );
  const { projectId } = tried;
  return transact(actor, async (write) => {
    const newest = await lockNewest(write.tx, projectId);
    const done = await write.tx.stageRun.count({ where: { unitId: dryRunId, stage: 'dryRun', state: 'succeeded' } });
    if (done === 0) throw new DomainError('CONFLICT', 'The dry run is not finished. Wait until its result is shown.');
    if (newest.id !== tried.againstId) {
      throw new DomainError(
        'CONFLICT',
        `Version ${newest.version} has been activated since this dry run compared with version ${tried.against.version}. Start the dry run again.`,
      );
    }
    const version = newest.version + 1;
    const draft = { preset: tried.preset as DryRun['preset'], profile: parseProfile(tried.profile) };
    await addVersion(write, { projectId, version, ...draft, createdBy: actor.userId, dryRunId });
    return { version };
  });
}
