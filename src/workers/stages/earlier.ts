// What the stage before left for this one.
import { DomainError } from '@/domain/errors';
import { type ConvertOutcome, convertOutcome, type DefaceOutcome, defaceOutcome } from '@/domain/outcomes';
import { db } from '@/server/db';

/** The newest conversion of a series. @throws DomainError CONFLICT when there is none */
export async function conversionOf(seriesId: string): Promise<ConvertOutcome & { profileVersionId: string | null }> {
  const run = await db.stageRun.findFirst({
    where: { unitId: seriesId, stage: 'convert', state: 'succeeded' },
    orderBy: [{ createdAt: 'desc' }],
  });
  const outcome = convertOutcome.safeParse(run?.outcome);
  if (run === null || !outcome.success || outcome.data.volumes.length === 0) {
    throw new DomainError('CONFLICT', 'The converted volumes of this series are no longer there. Reprocess it.');
  }
  return { ...outcome.data, profileVersionId: run.profileVersionId };
}

/** The outcome of one deface run, which must have ended well. */
export async function defacingOf(stageRunId: string): Promise<DefaceOutcome & { modelHash: string | null }> {
  const run = await db.stageRun.findUnique({ where: { id: stageRunId } });
  const outcome = defaceOutcome.safeParse(run?.outcome);
  if (run?.stage !== 'deface' || run.state !== 'succeeded' || !outcome.success || outcome.data.kind === 'held') {
    throw new DomainError('UNSAFE', 'A series has no successful defacing, so nothing was published.');
  }
  return outcome.data;
}
