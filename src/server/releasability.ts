// The facts of a series from its rows, put to domain/release/releasable: asked at review, at publication and by the worker.
import type { SeriesState, StageRunState } from '@/domain/machines';
import { defaceOutcome, deidentifyOutcome } from '@/domain/outcomes';
import type { StageName } from '@/domain/pipeline';
import { defacedRun, type Releasable, type RunFacts, releasable } from '@/domain/release/releasable';
import type { Decision, Reading } from '@/domain/review';
import type { Tx } from './db';
import type { Prisma } from './generated/prisma/client';

const factsOf = {
  runs: {
    select: { id: true, stage: true, state: true, createdAt: true, outcome: true },
    where: { stage: { not: 'ingest' } },
  },
  reviews: {
    select: { reviewerId: true, stageRunId: true, decision: true },
    where: { undone: false },
    orderBy: { createdAt: 'asc' },
  },
  project: { select: { readers: true } },
} as const satisfies Prisma.SeriesInclude;

/** Whether each series may be released now, and with which deface run. An id that is not there is not in the answer. */
export async function releasability(tx: Tx, seriesIds: readonly string[]): Promise<Map<string, Releasable>> {
  const rows = await tx.series.findMany({ where: { id: { in: [...seriesIds] } }, include: factsOf });
  return new Map(
    rows.map((row) => {
      const facts = { state: row.state as SeriesState, faceRisk: row.faceRisk, pixelsWait: pixelsWait(row) };
      return [row.id, releasable(facts, row.runs.map(runFacts), row.reviews.map(reading), row.project.readers)];
    }),
  );
}

/** The run a reviewer is to look at, or why there is none. */
export async function reviewableRun(tx: Tx, seriesId: string): Promise<Releasable> {
  const row = await tx.series.findUniqueOrThrow({ where: { id: seriesId }, include: factsOf });
  return defacedRun({ faceRisk: row.faceRisk, pixelsWait: pixelsWait(row) }, row.runs.map(runFacts));
}

/** Asked of the newest de-identification; one whose outcome cannot be read counts as one that waits. */
function pixelsWait({ runs, answers }: { runs: readonly RunRecord[]; answers: unknown }): boolean {
  const last = runs
    .filter((run) => run.stage === 'deidentify' && run.state === 'succeeded')
    .reduce<RunRecord | null>((newest, run) => (newest && newest.createdAt > run.createdAt ? newest : run), null);
  if (last === null) return false;
  const outcome = deidentifyOutcome.safeParse(last.outcome);
  if (outcome.success && outcome.data.pixels === null) return false;
  return !outcome.success || (answers as { pixelsConfirmedBy?: string } | null)?.pixelsConfirmedBy === undefined;
}

interface RunRecord {
  id: string;
  stage: string;
  state: string;
  createdAt: Date;
  outcome: unknown;
}

function runFacts(row: RunRecord): RunFacts {
  const outcome = row.stage === 'deface' ? defaceOutcome.safeParse(row.outcome) : null;
  return {
    id: row.id,
    stage: row.stage as StageName,
    state: row.state as StageRunState,
    queuedAt: row.createdAt.getTime(),
    outcome: outcome?.success
      ? { kind: outcome.data.kind, reason: outcome.data.reason, mendedBy: outcome.data.mended?.by ?? null }
      : null,
  };
}

function reading(row: { reviewerId: string; stageRunId: string; decision: string }): Reading {
  return { ...row, decision: row.decision as Decision };
}
