// Defaces every volume of one series as one decision: what is a head in one volume is a head in all of them.
import { join } from 'node:path';
import { type DefaceResult, defaceFile, type HeadFacts } from './deface';

export interface DefaceSeriesOptions {
  /** .nii.gz, header-cleaned, in the order of the series. */
  readonly volumes: readonly string[];
  /** Existing folder: receives after1.nii.gz, mask1.nii.gz, plan1.runs, ... */
  readonly outDir: string;
  readonly modelDir: string;
  readonly threads?: number;
  /** A person's answer. */
  readonly force?: 'head' | 'notHead';
  /** A mask that a person drew on the first volume; the others must lie on the same voxels. */
  readonly drawn?: string;
  readonly facts: HeadFacts;
  readonly tempDir?: string;
  readonly onProgress?: (done: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
}
export interface DefacedVolume {
  readonly before: string;
  /** Null when held. */
  readonly after: string | null;
  readonly mask: string | null;
  /** The network's plan, label runs. */
  readonly plan: string | null;
  readonly figures: DefaceResult['figures'];
}
export interface DefacedSeries {
  readonly kind: 'defaced' | 'skipped' | 'held';
  readonly hold: 'head' | 'deface' | null;
  /** Plain words. */
  readonly reason: string;
  /** When a drawn mask was applied to all volumes: what is out of range all the same, and the voxels drawn on the brain that stayed. */
  readonly mended: { readonly warning: string | null; readonly keptForBrain: number } | null;
  readonly modelHash: string;
  readonly modelVersion: string;
  readonly volumes: readonly DefacedVolume[];
}

/**
 * Treats the volumes one after the other. One volume that a person must look at holds the whole series; when only some look
 * like a head, the others are taken for a head too.
 * @throws DomainError as defaceFile
 */
export async function defaceSeries(options: DefaceSeriesOptions): Promise<DefacedSeries> {
  const results: DefaceResult[] = [];
  for (const index of options.volumes.keys()) {
    results.push(await defaceOne(options, index, options.force));
    await options.onProgress?.(index + 1);
  }
  if (results.some((result) => result.outcome === 'defaced')) {
    for (const [index, result] of results.entries()) {
      if (result.outcome === 'skipped') results[index] = await defaceOne(options, index, 'head');
    }
  }
  return summary(options, results);
}

function defaceOne(
  options: DefaceSeriesOptions,
  index: number,
  force: 'head' | 'notHead' | undefined,
): Promise<DefaceResult> {
  const { modelDir, threads, facts, drawn, tempDir, signal } = options;
  return defaceFile({
    input: options.volumes[index]!,
    output: afterPath(options, index),
    maskOutput: maskPath(options, index),
    planOutput: planPath(options, index),
    modelDir,
    facts,
    ...(drawn === undefined ? {} : { drawn }),
    ...(force === undefined ? {} : { force }),
    ...(threads === undefined ? {} : { threads }),
    ...(tempDir === undefined ? {} : { tempDir }),
    ...(signal === undefined ? {} : { signal }),
  });
}

function summary(options: DefaceSeriesOptions, results: readonly DefaceResult[]): DefacedSeries {
  const held = results.find((result) => result.outcome === 'held');
  const telling = held ?? results.find((result) => result.outcome === 'defaced') ?? results[0]!;
  return {
    kind: telling.outcome,
    hold: held === undefined ? null : (held.hold ?? 'head'),
    reason: telling.reason,
    mended: held === undefined ? mendedOf(results) : null,
    modelHash: telling.modelHash,
    modelVersion: telling.modelVersion,
    volumes: results.map((result, index) => ({
      before: options.volumes[index]!,
      after: held === undefined ? afterPath(options, index) : null,
      mask: result.outcome === 'defaced' ? maskPath(options, index) : null,
      plan: result.figures === null ? null : planPath(options, index),
      figures: result.figures,
    })),
  };
}

function mendedOf(results: readonly DefaceResult[]): DefacedSeries['mended'] {
  const mended = results.flatMap((result) => (result.mended === undefined ? [] : [result.mended]));
  if (mended.length === 0) return null;
  return {
    warning: mended.find(({ warning }) => warning !== null)?.warning ?? null,
    keptForBrain: mended.reduce((sum, one) => sum + one.keptForBrain, 0),
  };
}

function afterPath({ outDir }: DefaceSeriesOptions, index: number): string {
  return join(outDir, `after${index + 1}.nii.gz`);
}
function maskPath({ outDir }: DefaceSeriesOptions, index: number): string {
  return join(outDir, `mask${index + 1}.nii.gz`);
}
function planPath({ outDir }: DefaceSeriesOptions, index: number): string {
  return join(outDir, `plan${index + 1}.runs`);
}
