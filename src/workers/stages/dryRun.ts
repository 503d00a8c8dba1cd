// dryRun: plans a draft profile beside the one in use on the series that were picked, and counts how they differ.

import { parseProfile } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import type { DryRunOutcome } from '@/domain/outcomes';
import { DryRunTally, dryRunSeries } from '@/engines/dryRun';
import { db } from '@/server/db';
import type { Stage } from '../work';
import { keysOf, originalsOf } from './originals';

const MAX_REASONS = 20;

export const dryRunStage: Stage = async ({ ticket, signal, progress }) => {
  const tried = await db.dryRun.findUnique({
    where: { id: ticket.unitId },
    include: { against: true, series: { select: { seriesId: true } } },
  });
  if (tried === null) throw new DomainError('NOT_FOUND', 'This dry run is no longer there. Start it again.');
  const [before, after] = [parseProfile(tried.against.profile), parseProfile(tried.profile)];
  const keys = await keysOf(ticket.projectId);
  const picked = await Promise.all(tried.series.map(({ seriesId }) => originalsOf(seriesId)));
  const files = picked.reduce((sum, series) => sum + series.files.length, 0);
  const tally = new DryRunTally();
  let done = 0;
  const onFile = () => progress(++done / files);
  for (const { files, subjectCode } of picked)
    await dryRunSeries({ files, subjectCode, keys, before, after, onFile, signal }, tally);
  return { outcome: outcomeOf(tally) };
};

function outcomeOf(tally: DryRunTally): DryRunOutcome {
  const refused = [...tally.refused].map(([reason, count]) => ({ reason, count }));
  return {
    instances: tally.instances,
    refused: refused.slice(0, MAX_REASONS),
    rows: tally.sorted(),
    left: tally.left,
  };
}
