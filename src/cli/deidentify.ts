// cloakroom deidentify: cleans headers and keeps the files DICOM; NIfTI volumes get a clean header, pictures keep pixels only.
import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { findInPicture, writePicture } from '@/engines/cleanPicture';
import { cleanSeries } from '@/engines/cleanSeries';
import { cleanNiftiFile } from '@/engines/convert';
import { lookAgainAtVolume } from '@/engines/lookAgain';
import { reasonOf } from '@/engines/lookInto';
import { pixelPlanner } from '@/engines/maskBurnedIn';
import { readPicture } from '@/engines/pictures';
import { cleanSidecarFile } from '@/engines/sidecars';
import type { Gathered, SeriesInput } from './gather';
import type { Session } from './session';

export async function deidentifyAll(session: Session, gathered: Gathered): Promise<void> {
  const total = gathered.series.reduce((n, series) => n + series.files.length, 0);
  let before = 0;
  for (const series of gathered.series) {
    if (series.kind === 'nifti') await cleanVolume(session, series);
    else if (series.kind === 'picture') await cleanOnePicture(session, series);
    else await cleanImages(session, series, (done) => session.progress.show('Cleaning', before + done, total));
    before += series.files.length;
    session.progress.show('Cleaning', before, total);
    await session.crosswalk?.save();
  }
}

async function cleanImages(session: Session, series: SeriesInput, onProgress: (done: number) => void): Promise<void> {
  const folder = join(session.unfinished, 'series');
  await mkdir(folder, { recursive: true });
  const name = (index: number) => `${String(index + 1).padStart(6, '0')}.dcm`;
  const { signal, profile, keys, crosswalk, crew } = session;
  const files = series.files.map((file) => file.path);
  const pixels = pixelPlanner(files, profile, series.subjectCode, signal);
  const cleaned = await cleanSeries({
    files,
    ...(profile.options.cleanPixelData ? { pixels: pixels.plan } : {}),
    output: (index) => join(folder, name(index)),
    profile,
    keys,
    subjectCode: series.subjectCode,
    known: series.known,
    crew,
    ...(crosswalk === null ? {} : { onCrosswalk: (rows) => crosswalk.add(rows) }),
    onProgress,
    signal,
  });
  session.count(cleaned);
  const found = pixels.found();
  if (found !== null) session.countPixels(found.plan);
  for (const { index, reason } of cleaned.refused) session.leaveFile(series, series.files[index]!, reason);
  if (cleaned.clean.length > 0) await session.handOnFolder(folder, series.name);
  session.finish(cleaned.clean.length);
}

async function cleanVolume(session: Session, series: SeriesInput): Promise<void> {
  const output = join(session.unfinished, 'volume.nii.gz');
  try {
    await cleanNiftiFile({ input: series.files[0]!.path, output });
    const sidecar = await cleanSidecarFile(series.files[1]?.path);
    await lookAgainAtVolume({ nifti: output, sidecar, bval: null, bvec: null }, []);
    if (series.files.length > 1)
      await session.handOnText(`${series.name}/vol-01.json`, `${JSON.stringify(sidecar, null, 2)}\n`);
  } catch (error) {
    session.leave(series, 'quarantined', reasonOf(error));
    return;
  }
  await session.handOn(output, `${series.name}/vol-01.nii.gz`);
  session.finish(series.files.length);
}

async function cleanOnePicture(session: Session, series: SeriesInput): Promise<void> {
  try {
    const picture = await readPicture(series.files[0]!.path);
    const { plan } = await findInPicture(picture, session.signal);
    const { path } = await writePicture(picture, plan, join(session.unfinished, 'picture'));
    await session.handOn(path, `${series.name}/pic-01${extname(path)}`);
    session.countPixels(plan);
    session.finish(1);
  } catch (error) {
    session.leave(series, 'quarantined', reasonOf(error));
  }
}
