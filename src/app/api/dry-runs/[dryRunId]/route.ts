// How far a dry run is.
import { dryRunProgress } from '@/server/dryRuns';
import { json } from '../../respond';
import { route } from '../../serviceRoute';

export const GET = route<{ dryRunId: string }>(async ({ params, actor }) =>
  json(await dryRunProgress(actor, params.dryRunId)),
);
