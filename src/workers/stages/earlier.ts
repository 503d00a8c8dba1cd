// What the stage before left for this one.
import { DomainError } from '@/domain/errors';
import {
  type ConvertOutcome,
  convertOutcome,
  type DefaceOutcome,
  defaceOutcome,
  deidentifyOutcome,
} from '@/domain/outcomes';
import { type PixelPlan, pixelPlan, withBoxes } from '@/domain/pixels/plan';
import { db } from '@/server/db';
import type { SeriesAnswers } from './originals';

/**
 * What was blacked out of the pixels of a series by its newest de-identification; null when nothing had to be looked for.
 * @throws DomainError CONFLICT when there is none, UNSAFE when no person has said since that the pixels are clean
 */
export async function pixelsOf(seriesId: string, answers: SeriesAnswers): Promise<PixelPlan | null> {
  const run = await db.stageRun.findFirst({
    where: { unitId: seriesId, stage: 'deidentify', state: 'succeeded' },
    orderBy: [{ createdAt: 'desc' }],
  });
  const outcome = deidentifyOutcome.safeParse(run?.outcome);
  if (!outcome.success) throw new DomainError('CONFLICT', 'This series has not been de-identified. Reprocess it.');
  if (outcome.data.pixels === null) return null;
  if (answers.pixelsConfirmedBy === undefined)
    throw new DomainError('UNSAFE', 'Nobody has looked at the pixels of this series yet. Reprocess it.');
  const { plan } = outcome.data.pixels;
  return answers.pixelPlan === undefined ? plan : withBoxes(plan, pixelPlan.parse(answers.pixelPlan));
}

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
