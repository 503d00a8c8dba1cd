// deface: decides whether a series shows a head and removes the face from every volume of it; doubts go to a person.
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { DomainError } from '@/domain/errors';
import type { SeriesEvent } from '@/domain/machines';
import type { ConvertOutcome, DefaceOutcome } from '@/domain/outcomes';
import { type DefacedSeries, defaceSeries } from '@/engines/defaceSeries';
import { lookAgainAtVolume } from '@/engines/lookAgain';
import { headHints } from '@/engines/seriesFacts';
import { env } from '@/server/env';
import type { Finished } from '@/server/stageRuns';
import { localPath, parseWorkKey, stat } from '@/server/storage';
import { outputKey, outputPath, type Stage, type Work } from '../work';
import { conversionOf } from './earlier';
import { originalsOf, type SeriesAnswers } from './originals';

export const defaceStage: Stage = async (work) => {
  const { ticket, signal, progress } = work;
  const series = await originalsOf(ticket.unitId);
  const conversion = await conversionOf(ticket.unitId);
  if (series.kind === 'picture') return keepPicture(conversion, series.inputHash);
  const volumes = await Promise.all(conversion.volumes.map((volume) => localPath(parseWorkKey(volume.nifti))));
  const [outDir, tempDir] = [await outputPath(work, 'volumes'), await outputPath(work, 'temp')];
  await mkdir(outDir, { recursive: true, mode: 0o700 });
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  const first = series.files[0];
  if (first === undefined) throw new DomainError('NOT_FOUND', 'The originals of this series are no longer there.');
  const defaced = await defaceSeries({
    volumes,
    outDir,
    tempDir,
    modelDir: env.MODEL_DIR,
    threads: env.ORT_THREADS,
    ...(series.answers.head === undefined ? {} : { force: series.answers.head }),
    ...(await drawnBy(series.answers)),
    facts: series.kind === 'nifti' ? {} : await headHints(first),
    onProgress: (done) => progress(done / volumes.length),
    signal,
  });
  for (const { after } of defaced.volumes) {
    if (after !== null) await lookAgainAtVolume({ nifti: after, sidecar: {}, bval: null, bvec: null }, []);
  }
  const suffixes = conversion.volumes.map(({ nifti, suffix }) => ({ before: nifti, suffix }));
  return {
    event: eventOf(defaced),
    why: defaced.kind === 'defaced' ? (defaced.mended?.warning ?? null) : defaced.reason,
    faceRisk: defaced.kind !== 'skipped',
    outcome: { ...outcomeOf(work, defaced, suffixes), ...mendedOf(defaced, series.answers) },
    inputHash: series.inputHash,
    modelHash: defaced.modelHash,
  };
};

/** Faces in a picture are blacked out by the person who looks at it; no network is asked. */
function keepPicture({ volumes }: ConvertOutcome, inputHash: string): Finished {
  const reason =
    'A picture has no volume in which a face could be found. A person looked at it and blacked out what shows who it is.';
  const rows = volumes.map(({ nifti }) => ({
    before: nifti,
    after: nifti,
    mask: null,
    suffix: '',
    figures: null,
    picture: true,
  }));
  const outcome: DefaceOutcome = {
    kind: 'skipped',
    hold: null,
    reason,
    modelHash: null,
    modelVersion: null,
    volumes: rows,
  };
  return { event: 'skipDeface', why: reason, faceRisk: false, outcome, inputHash };
}

/** The mask that a person drew, when there is one. */
async function drawnBy({ mask }: SeriesAnswers): Promise<{ drawn?: string }> {
  if (mask === undefined) return {};
  const key = parseWorkKey(mask);
  if ((await stat(key)) === null)
    throw new DomainError('GONE', 'The mask that was drawn is no longer there. Process the series again.');
  return { drawn: await localPath(key) };
}

function mendedOf({ mended }: DefacedSeries, { maskBy }: SeriesAnswers): Pick<DefaceOutcome, 'mended'> {
  return mended === null ? {} : { mended: { by: maskBy ?? '', ...mended } };
}

function eventOf({ kind, hold }: DefacedSeries): SeriesEvent {
  if (kind === 'defaced') return 'deface';
  if (kind === 'skipped') return 'skipDeface';
  return hold === 'deface' ? 'holdDeface' : 'holdHead';
}

function outcomeOf(
  work: Work,
  defaced: DefacedSeries,
  sources: readonly { before: string; suffix: string }[],
): DefaceOutcome {
  const key = (path: string | null) => (path === null ? null : outputKey(work, `volumes/${basename(path)}`));
  return {
    kind: defaced.kind,
    hold: defaced.hold,
    reason: defaced.reason,
    modelHash: defaced.modelHash,
    modelVersion: defaced.modelVersion,
    volumes: defaced.volumes.map((volume, index) => ({
      ...sources[index]!,
      after: key(volume.after),
      mask: key(volume.mask),
      plan: key(volume.plan),
      figures: volume.figures === null ? null : numbersOf(volume.figures),
    })),
  };
}

/** The figures that are plain numbers: what the reviewer's page shows. */
function numbersOf(figures: object): Record<string, number> {
  const entries = Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return Object.fromEntries(entries);
}
