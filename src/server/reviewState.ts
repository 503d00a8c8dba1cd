// Where the readings of a series leave its state: one place, used by a decision, its undoing and a change of the readers' rule.
import type { SeriesState } from '@/domain/machines';
import { type Decision, settle } from '@/domain/review';
import { reviewableRun } from './releasability';
import { lockSeries, moveSeries } from './seriesMoves';
import type { Transaction } from './transact';

/**
 * Moves a series in review, accepted or rejected to where its standing readings of the current run put it.
 * Accepting needs a deface run that may be looked at; without one the series goes back to review.
 */
export async function settleSeries(write: Transaction, seriesId: string, readers: number): Promise<SeriesState> {
  const { tx } = write;
  let series = await lockSeries(tx, seriesId);
  if (!['inReview', 'accepted', 'rejected'].includes(series.state)) return series.state as SeriesState;
  const run = await reviewableRun(tx, seriesId);
  const rows = run.ok
    ? await tx.review.findMany({
        where: { seriesId, stageRunId: run.stageRunId, undone: false },
        orderBy: { createdAt: 'asc' },
      })
    : [];
  const verdict = settle(
    rows.map((row) => ({ ...row, decision: row.decision as Decision })),
    readers,
    run.ok ? run.mendedBy : null,
  );
  const target = { open: 'inReview', accept: 'accepted', reject: 'rejected' }[verdict] as SeriesState;
  if (series.state === target) return target;
  if (series.state !== 'inReview') {
    const state = await moveSeries(write, series, 'reopen', 'Its reviews were settled anew.');
    series = { ...series, state };
  }
  if (verdict === 'open') return series.state as SeriesState;
  const why = verdict === 'accept' ? null : (rows.findLast((row) => row.decision === 'reject')?.reason ?? null);
  return moveSeries(write, series, verdict, readers === 2 ? 'Two readers agree.' : 'A reader decided.', { why });
}

/** After the number of readers changed: every series that has readings is settled by the new rule. */
export async function resettleReviews(write: Transaction, projectId: string): Promise<void> {
  const { readers } = await write.tx.project.findUniqueOrThrow({ where: { id: projectId }, select: { readers: true } });
  const read = await write.tx.series.findMany({
    where: { projectId, state: { in: ['inReview', 'accepted', 'rejected'] }, reviews: { some: { undone: false } } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of read) await settleSeries(write, id, readers);
}
