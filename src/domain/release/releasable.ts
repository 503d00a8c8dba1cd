// The one question before anything leaves: may this series be part of a release? Fails closed; asked at review, at publication
// and again by the worker that copies the files.
import type { SeriesState, StageRunState } from '../machines';
import type { DefaceKind } from '../outcomes';
import type { StageName } from '../pipeline';
import { type Reading, settle } from '../review';

export interface SeriesFacts {
  readonly state: SeriesState;
  /** A head until shown otherwise. */
  readonly faceRisk: boolean;
  /** Text was looked for in its pixels, and no person has said yet that they are clean. */
  readonly pixelsWait: boolean;
}

export interface RunFacts {
  readonly id: string;
  readonly stage: StageName;
  readonly state: StageRunState;
  /** When it was queued: milliseconds since 1970. */
  readonly queuedAt: number;
  /** What a deface run found; null for other stages and for an outcome that cannot be read. */
  readonly outcome: { readonly kind: DefaceKind; readonly reason: string; readonly mendedBy?: string | null } | null;
}

type Answer<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly why: string };
/** `mendedBy`: who drew the mask, when a person did. */
export type Releasable = Answer<{ readonly stageRunId: string; readonly mendedBy: string | null }>;

/**
 * The deface run whose result a reviewer may look at and accept: the newest one, succeeded, with every stage before it
 * succeeded and none of them begun again since, and either defaced, or skipped with a recorded reason and no face at risk.
 */
export function defacedRun(series: Omit<SeriesFacts, 'state'>, runs: readonly RunFacts[]): Releasable {
  if (series.pixelsWait) return no('Nobody has looked at its pixels for burned-in text.');
  const last = (stage: StageName) => newest(runs.filter((run) => run.stage === stage && run.state !== 'cancelled'));
  const deface = last('deface');
  if (deface === null) return no('It has not been through defacing.');
  if (deface.state !== 'succeeded' || deface.outcome === null) return no('Its defacing has not succeeded.');
  for (const stage of ['deidentify', 'convert'] as const) {
    const before = last(stage);
    if (before === null) continue;
    if (before.state !== 'succeeded') return no('An earlier step has not succeeded.');
    if (before.queuedAt >= deface.queuedAt) return no('An earlier step ran again after its defacing.');
  }
  const { kind, reason, mendedBy = null } = deface.outcome;
  const answer = { ok: true, stageRunId: deface.id, mendedBy } as const;
  if (kind === 'defaced') return answer;
  if (kind !== 'skipped') return no('Defacing left a question that a person must answer.');
  if (reason.trim() === '') return no('Defacing was skipped without a recorded reason.');
  if (series.faceRisk) return no('It may show a face and has not been defaced.');
  return answer;
}

/** Whether a series may be released: accepted by the readers the project asks for, on its current deface run. */
export function releasable(
  series: SeriesFacts,
  runs: readonly RunFacts[],
  readings: readonly Reading[],
  readers: number,
): Releasable {
  if (series.state !== 'accepted') return no('It has not been accepted by a reviewer.');
  const run = defacedRun(series, runs);
  if (!run.ok) return run;
  const onThisRun = readings.filter((reading) => reading.stageRunId === run.stageRunId);
  if (settle(onThisRun, readers, run.mendedBy) !== 'accept')
    return no('Its present defacing has not been accepted by enough reviewers.');
  return run;
}

function newest(runs: readonly RunFacts[]): RunFacts | null {
  return runs.reduce<RunFacts | null>(
    (last, run) => (last === null || run.queuedAt >= last.queuedAt ? run : last),
    null,
  );
}

function no(why: string): Releasable {
  return { ok: false, why };
}
