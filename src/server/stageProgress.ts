// How far the newest run of a series, an upload or a release is: what pages show while they wait.
import type { StageRunState } from '@/domain/machines';
import type { StageName } from '@/domain/pipeline';
import { db } from './db';

export interface StageProgress {
  readonly stage: StageName;
  readonly state: StageRunState;
  /** 0..1 */
  readonly progress: number;
  readonly attempt: number;
  /** Plain words when it failed. */
  readonly message: string | null;
}

interface LatestRun {
  key: string;
  stage: string;
  state: string;
  progress: number;
  attempt: number;
  errorMessage: string | null;
}

/** The newest run that was not cancelled, by the id of its series (whatever the stage) or of its unit. */
export async function latestRuns(
  by: 'seriesId' | 'unitId',
  ids: readonly string[],
): Promise<Map<string, StageProgress>> {
  if (ids.length === 0) return new Map();
  const rows =
    by === 'seriesId'
      ? await db.$queryRaw<LatestRun[]>`
          SELECT DISTINCT ON ("seriesId") "seriesId" AS key, stage, state, progress, attempt, "errorMessage" FROM "StageRun"
          WHERE "seriesId" = ANY(${ids}::uuid[]) AND state <> 'cancelled' ORDER BY "seriesId", "createdAt" DESC`
      : await db.$queryRaw<LatestRun[]>`
          SELECT DISTINCT ON ("unitId") "unitId" AS key, stage, state, progress, attempt, "errorMessage" FROM "StageRun"
          WHERE "unitId" = ANY(${ids}::uuid[]) AND state <> 'cancelled' ORDER BY "unitId", "createdAt" DESC`;
  return new Map(rows.map((row) => [row.key, stageProgress(row)]));
}

function stageProgress({ progress, attempt, ...run }: LatestRun): StageProgress {
  const { stage, state, errorMessage: message } = run;
  return { stage: stage as StageName, state: state as StageRunState, progress, attempt, message };
}
