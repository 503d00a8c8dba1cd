// From the originals of one series to NIfTI volumes that were looked at again: shared by `convert` and `run`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemovedValue } from '@/domain/deid/removed';
import { cleanSeries } from '@/engines/cleanSeries';
import { cleanNiftiFile, convertSeries } from '@/engines/convert';
import { lookAgainAtVolume, withoutRemoved } from '@/engines/lookAgain';
import { reasonOf } from '@/engines/lookInto';
import { lookAtSeries, type SeriesLook } from '@/engines/seriesFacts';
import { cleanSidecarFile } from '@/engines/sidecars';
import type { SeriesInput } from './gather';
import type { Session } from './session';

export interface MadeVolume {
  readonly nifti: string;
  readonly sidecar: Readonly<Record<string, unknown>>;
  readonly bval: string | null;
  readonly bvec: string | null;
  readonly suffix: string;
  readonly volumes: number;
  /** The converter corrected a tilt or uneven slices. */
  readonly straightened: boolean;
}
export interface MadeSeries {
  readonly volumes: readonly MadeVolume[];
  readonly removed: readonly RemovedValue[];
  readonly head: SeriesLook['head'];
  readonly sex: string | null;
  readonly age: string | null;
}

/** The volumes of a series, in `folder`; null when it was left out, which the session then knows. */
export async function makeVolumes(session: Session, series: SeriesInput, folder: string): Promise<MadeSeries | null> {
  await mkdir(folder, { recursive: true });
  try {
    return series.kind === 'nifti' ? await fromNifti(series, folder) : await fromDicom(session, series, folder);
  } catch (error) {
    session.leave(series, 'quarantined', reasonOf(error));
    return null;
  }
}

async function fromNifti(series: SeriesInput, folder: string): Promise<MadeSeries> {
  const nifti = join(folder, 'volume1.nii.gz');
  const { volumes } = await cleanNiftiFile({ input: series.files[0]!.path, output: nifti });
  const sidecar = await cleanSidecarFile(series.files[1]?.path);
  const volume = { nifti, sidecar, bval: null, bvec: null, suffix: '', volumes, straightened: false };
  await lookAgainAtVolume(volume, []);
  return { volumes: [volume], removed: [], head: { words: [] }, sex: null, age: null };
}

async function fromDicom(session: Session, series: SeriesInput, folder: string): Promise<MadeSeries | null> {
  const { signal, profile, keys, crosswalk, crew, unfinished } = session;
  const files = series.files.map((file) => file.path);
  const onCrosswalk =
    crosswalk === null ? {} : { onCrosswalk: (rows: Parameters<typeof crosswalk.add>[0]) => crosswalk.add(rows) };
  const plan = await cleanSeries({
    files,
    output: null,
    profile,
    keys,
    subjectCode: series.subjectCode,
    known: series.known,
    crew,
    ...onCrosswalk,
    signal,
  });
  const refused = plan.refused[0];
  if (refused !== undefined) {
    session.leave(
      series,
      'quarantined',
      `${refused.reason} (file ${series.files[refused.index]!.number}; a series is converted whole or not at all)`,
    );
    return null;
  }
  const look = await lookAtSeries(files, signal);
  if (look.findings.length > 0) {
    session.leave(series, 'geometry', look.findings.map((finding) => finding.message).join(' '));
    return null;
  }
  const { volumes } = await convertSeries({ files, outDir: folder, tempDir: unfinished, signal });
  const made = volumes.map((v) => ({
    nifti: v.niftiPath,
    sidecar: withoutRemoved(v.sidecar, plan.removed),
    bval: v.bvalPath ?? null,
    bvec: v.bvecPath ?? null,
    suffix: v.suffix,
    volumes: v.volumes,
    straightened: v.corrected !== null,
  }));
  for (const volume of made) await lookAgainAtVolume(volume, plan.removed);
  session.count(plan);
  return { volumes: made, removed: plan.removed, head: look.head, sex: plan.sex, age: plan.age };
}
