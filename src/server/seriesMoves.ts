// Moving a series by a person's hand: the machine says where to, the row is compared and swapped, the audit says so.
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { type SeriesEvent, type SeriesState, seriesMachine } from '@/domain/machines';
import type { Tx } from './db';
import type { Prisma, Series } from './generated/prisma/client';
import type { Transaction } from './transact';

/** The series, locked until the transaction ends, so that two presses at once become one after the other. */
export async function lockSeries(tx: Tx, seriesId: string): Promise<Series> {
  await tx.$queryRaw`SELECT id FROM "Series" WHERE id = ${seriesId}::uuid FOR UPDATE`;
  return tx.series.findUniqueOrThrow({ where: { id: seriesId } });
}

/** @throws DomainError CONFLICT when the event is not possible now. */
export async function moveSeries(
  { tx, audit }: Pick<Transaction, 'tx' | 'audit'>,
  series: { id: string; projectId: string; state: string },
  event: SeriesEvent,
  why: string,
  data: { why?: string | null; answers?: Prisma.InputJsonObject; faceRisk?: boolean } = {},
): Promise<SeriesState> {
  const from = series.state as SeriesState;
  const to = step(seriesMachine, from, event);
  const { count } = await tx.series.updateMany({
    where: { id: series.id, state: from },
    data: { state: to, why: null, ...data },
  });
  if (count === 0)
    throw new DomainError('CONFLICT', 'Somebody else was faster. Reload the page to see the present state.');
  audit({ type: 'series.moved', seriesId: series.id, from, to, why }, { projectId: series.projectId });
  return to;
}

/** The newest profile of a project: what a stage that begins anew works with. */
export async function newestProfile(tx: Tx, projectId: string): Promise<string> {
  const version = await tx.profileVersion.findFirstOrThrow({ where: { projectId }, orderBy: { version: 'desc' } });
  return version.id;
}

/** The profile that a series was last worked on with: what a stage that goes on works with. */
export async function lastProfile(tx: Tx, { id, projectId }: Pick<Series, 'id' | 'projectId'>): Promise<string> {
  const run = await tx.stageRun.findFirst({
    where: { seriesId: id, profileVersionId: { not: null } },
    orderBy: { createdAt: 'desc' },
  });
  return run?.profileVersionId ?? (await newestProfile(tx, projectId));
}
