// `run --dicom`: the de-identified DICOM of a series beside its volumes, a head's without its face. Nobody looks at what the command
// line makes, so the files do not say of themselves that faces were removed.
import { mkdir } from 'node:fs/promises';
import { sourcedataPath } from '@/domain/release/dataset';
import type { DefacedVolume } from '@/engines/defaceSeries';
import { sourceDicom } from '@/engines/sourceDicom';
import type { SeriesInput } from './gather';
import type { Session } from './session';
import type { MadeSeries } from './volumes';

export interface ReadyDicom {
  readonly from: string;
  /** Its place in OUT. */
  readonly path: string;
}

/** The files for sourcedata/, in `folder`; none when the series was left out of it, which the session then knows. */
export async function readyDicom(
  session: Session,
  series: SeriesInput,
  { volumes }: MadeSeries,
  defaced: readonly DefacedVolume[],
  folder: string,
): Promise<ReadyDicom[]> {
  if (series.kind !== 'dicom') return [];
  const { profile, keys, signal } = session;
  await mkdir(folder, { recursive: true });
  const made = await sourceDicom({
    files: series.files.map((file) => file.path),
    subjectCode: series.subjectCode,
    profile,
    keys,
    volumes: defaced.map(({ after, mask }, n) => ({ nifti: after!, mask, straightened: volumes[n]!.straightened })),
    sayFacesRemoved: false,
    folder,
    signal,
  });
  if ('files' in made) return made.files.map((from, n) => ({ from, path: sourcedataPath(series.name, n) }));
  session.leave(series, 'dicom', `Its volumes are done, but its DICOM images are not in sourcedata/. ${made.leftOut}`);
  return [];
}
