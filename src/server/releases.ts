// Versions of a project's dataset: picked by the lead, built by a worker, immutable afterwards, withdrawn with a reason.
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { type ReleaseState, releaseMachine } from '@/domain/machines';
import type { Actor } from '@/domain/policy';
import { defaultQuasiIdentifiers, type QuasiIdentifier, quasiIdentifierNames } from '@/domain/risk/quasiIdentifiers';
import { type SeriesTraits, traitsOf } from '@/domain/risk/seriesTraits';
import { authorise, authorised, notFound, rowId } from './authorise';
import { db, type Tx } from './db';
import { releasability } from './releasability';
import { kOf, traitsOfProject } from './releaseRisk';
import { seriesRows } from './series';
import { latestRuns } from './stageProgress';
import { queueStage } from './stageRuns';
import { removeAll } from './storage';
import { transact } from './transact';

/** An accepted series that may be part of the next version. */
export interface ReleaseCandidate {
  readonly id: string;
  readonly subject: string;
  readonly session: number;
  readonly number: number;
  readonly modality: string;
  /** Its face was removed; false where none was there. */
  readonly defaced: boolean;
  /** What its cleaned headers tell of the subject. */
  readonly traits: SeriesTraits;
}
export interface Release {
  readonly id: string;
  readonly version: number;
  readonly state: ReleaseState;
  readonly title: string;
  readonly notes: string;
  readonly license: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly publishedAt: string | null;
  readonly withdrawnAt: string | null;
  readonly withdrawReason: string | null;
  readonly manifestSha256: string | null;
  readonly fileCount: number;
  readonly byteCount: number;
  readonly series: number;
  /** 0..1 while it is built. */
  readonly progress: number | null;
  /** Plain words when building failed. */
  readonly problem: string | null;
}

/** What the lead may pick from: accepted, and releasable in every other respect too. */
export async function releaseCandidates(actor: Actor, projectId: string): Promise<ReleaseCandidate[]> {
  authorise(actor, 'release.publish', projectId);
  const rows = await seriesRows(actor, { projectId, state: 'accepted' });
  const answers = await releasability(
    db,
    rows.map((row) => row.id),
  );
  const traits = await traitsOfProject(projectId);
  return rows
    .filter((row) => answers.get(row.id)?.ok === true)
    .map(({ id, subject, session, number, modality, faceRisk }) => ({
      id,
      subject,
      session,
      number,
      modality,
      defaced: faceRisk,
      traits: traits.get(id) ?? traitsOf(null),
    }));
}

const newRelease = z.object({
  title: z.string().trim().min(1, 'Give the version a title.').max(200),
  notes: z.string().trim().max(20_000),
  license: z.string().trim().min(1, 'Name the license.').max(100),
  seriesIds: z.array(z.string()).min(1, 'Pick at least one series.').max(100_000),
  /** What an attacker is thought to know: for the size of the smallest group, which is recorded. */
  quasiIdentifiers: z
    .array(z.enum(quasiIdentifierNames as [QuasiIdentifier, ...QuasiIdentifier[]]))
    .default([...defaultQuasiIdentifiers]),
});

/** Begins the next version: its series are fixed now, with the very deface runs that were accepted; a worker builds it. */
export async function publishRelease(
  actor: Actor,
  projectId: string,
  input: z.input<typeof newRelease>,
): Promise<{ releaseId: string; version: number }> {
  authorise(actor, 'release.publish', projectId);
  const parsed = newRelease.safeParse(input);
  if (!parsed.success)
    throw new DomainError('INVALID', parsed.error.issues[0]?.message ?? 'Please check what you typed.');
  const { seriesIds, quasiIdentifiers, ...words } = parsed.data;
  const picked = [...new Set(seriesIds.map(rowId))];
  const k = await kOf(projectId, picked, quasiIdentifiers);
  return transact(actor, async ({ tx, audit, afterCommit }) => {
    await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR UPDATE`;
    const runs = await acceptedRuns(tx, projectId, picked);
    for (const id of await dropFailed(tx, projectId)) afterCommit(() => removeAll('release', id));
    const last = await tx.release.findFirst({ where: { projectId }, orderBy: { version: 'desc' } });
    const version = (last?.version ?? 0) + 1;
    const release = await tx.release.create({ data: { projectId, version, ...words, createdBy: actor.userId } });
    const releaseId = release.id;
    await tx.releaseSeries.createMany({ data: runs.map((run) => ({ releaseId, ...run })) });
    const risk = { k, quasiIdentifiers };
    audit({ type: 'release.started', releaseId, version, series: picked.length, ...risk }, { projectId });
    await queueStage(tx, audit, afterCommit, { stage: 'publish', unitId: releaseId, projectId });
    return { releaseId, version };
  });
}

async function acceptedRuns(
  tx: Tx,
  projectId: string,
  seriesIds: string[],
): Promise<{ seriesId: string; stageRunId: string }[]> {
  const own = await tx.series.count({ where: { id: { in: seriesIds }, projectId } });
  if (own !== seriesIds.length) throw notFound('One of the series');
  const answers = await releasability(tx, seriesIds);
  const runs = seriesIds.flatMap((seriesId) => {
    const answer = answers.get(seriesId);
    return answer?.ok ? [{ seriesId, stageRunId: answer.stageRunId }] : [];
  });
  const refused = seriesIds.length - runs.length;
  if (refused > 0) {
    const first = [...answers.values()].find((answer) => !answer.ok);
    const why = first?.ok === false ? first.why : '';
    throw new DomainError(
      'CONFLICT',
      `${refused} of the series may not be released. ${why} Reload the page and pick again.`.replace('  ', ' '),
    );
  }
  return runs;
}

/** Attempts that failed give their number back; the audit trail keeps them. */
async function dropFailed(tx: Tx, projectId: string): Promise<string[]> {
  const failed = await tx.release.findMany({ where: { projectId, state: 'failed' }, select: { id: true } });
  const ids = failed.map((release) => release.id);
  await tx.releaseSeries.deleteMany({ where: { releaseId: { in: ids } } });
  await tx.releaseFile.deleteMany({ where: { releaseId: { in: ids } } });
  await tx.release.deleteMany({ where: { id: { in: ids } } });
  return ids;
}

/** Takes a version back: nobody can download it any more, its page stays with the reason. */
export async function withdrawRelease(actor: Actor, releaseId: string, reason: string): Promise<void> {
  const { projectId } = authorised(
    actor,
    'release.withdraw',
    await db.release.findUnique({ where: { id: rowId(releaseId) } }),
  );
  const withdrawReason = reason.trim().slice(0, 1000);
  if (withdrawReason === '')
    throw new DomainError('INVALID', 'Say why: everybody who knows this version will read it.');
  await transact(actor, async ({ tx, audit }) => {
    await tx.$queryRaw`SELECT id FROM "Release" WHERE id = ${releaseId}::uuid FOR UPDATE`;
    const release = await tx.release.findUniqueOrThrow({ where: { id: releaseId } });
    const state = step(releaseMachine, release.state as ReleaseState, 'withdraw');
    await tx.release.update({ where: { id: releaseId }, data: { state, withdrawnAt: new Date(), withdrawReason } });
    audit({ type: 'release.withdrawn', releaseId, version: release.version }, { projectId });
  });
}

/** All versions, newest first, those being built and failed included. */
export async function listReleases(actor: Actor, projectId: string): Promise<Release[]> {
  authorise(actor, 'release.view', projectId);
  const rows = await db.release.findMany({
    where: { projectId },
    orderBy: { version: 'desc' },
    include: { _count: { select: { series: true } } },
  });
  const [runs, people] = await Promise.all([
    latestRuns(
      'unitId',
      rows.map((row) => row.id),
    ),
    db.user.findMany({ where: { id: { in: rows.map((row) => row.createdBy) } }, select: { id: true, name: true } }),
  ]);
  return rows.map(({ _count, projectId: _, byteCount, ...row }) => ({
    ...row,
    state: row.state as ReleaseState,
    createdAt: row.createdAt.toISOString(),
    createdBy: people.find((person) => person.id === row.createdBy)?.name ?? '',
    publishedAt: row.publishedAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    byteCount: Number(byteCount),
    series: _count.series,
    progress: row.state === 'building' ? (runs.get(row.id)?.progress ?? 0) : null,
    problem: row.state === 'failed' ? (runs.get(row.id)?.message ?? 'It could not be built.') : null,
  }));
}
