// The DICOM of a version, when the lead asked for it: made anew from the originals with the boxes and the mask that people accepted.
// A series whose DICOM cannot surely be made free of its face stays out, and the lead reads why; its volumes are published all the same.
import { mkdir, rm } from 'node:fs/promises';
import { DomainError } from '@/domain/errors';
import type { PublishOutcome } from '@/domain/outcomes';
import { seriesFolder, sourcedataPath } from '@/domain/release/dataset';
import { type SourceDicom, sourceDicom } from '@/engines/sourceDicom';
import { db } from '@/server/db';
import { localPath, parseWorkKey } from '@/server/storage';
import { outputPath, type Work } from '../work';
import { conversionOf, defacingOf, pixelsOf } from './earlier';
import { keysOf, originalsOf, profileOf, type SeriesOriginals } from './originals';
import { copyIntoRelease, type Written } from './released';

export interface PublishedDicom {
  readonly written: readonly Written[];
  readonly withoutDicom: PublishOutcome['withoutDicom'];
  /** Series that have their DICOM in the version. */
  readonly series: number;
}

/** @throws as `sourceDicom`, and DomainError UNSAFE when a series changed since it was picked */
export async function publishDicom(work: Work, releaseId: string): Promise<PublishedDicom> {
  const { includeDicom, series: rows } = await db.release.findUniqueOrThrow({
    where: { id: releaseId },
    select: { includeDicom: true, series: { select: { seriesId: true, stageRunId: true } } },
  });
  const written: Written[] = [];
  const withoutDicom: { seriesId: string; reason: string }[] = [];
  const picked = includeDicom ? rows : [];
  for (const [index, { seriesId, stageRunId }] of picked.entries()) {
    work.signal.throwIfAborted();
    const folder = await outputPath(work, `dicom/${seriesId}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const series = await originalsOf(seriesId);
    const made = await madeFrom(work, { series, seriesId, stageRunId, folder });
    if ('leftOut' in made) withoutDicom.push({ seriesId, reason: made.leftOut });
    else {
      const place = seriesFolder(series.subjectCode, series.session, series.number);
      for (const [n, from] of made.files.entries())
        written.push(await copyIntoRelease(work, from, sourcedataPath(place, n), seriesId));
    }
    await rm(folder, { recursive: true, force: true });
    work.progress(0.9 + (0.09 * (index + 1)) / picked.length);
  }
  return { written, withoutDicom, series: picked.length - withoutDicom.length };
}

interface Wish {
  readonly series: SeriesOriginals;
  readonly seriesId: string;
  readonly stageRunId: string;
  readonly folder: string;
}

async function madeFrom(work: Work, { series, seriesId, stageRunId, folder }: Wish): Promise<SourceDicom> {
  if (series.kind !== 'dicom') return { leftOut: 'It was not uploaded as DICOM.' };
  const [conversion, defacing] = [await conversionOf(seriesId), await defacingOf(stageRunId)];
  const plan = await pixelsOf(seriesId, series.answers);
  const volumes = await Promise.all(
    defacing.volumes.map(async ({ before, after, mask }) => {
      const source = conversion.volumes.find((one) => one.nifti === before);
      if (source === undefined || after === null || (mask === null) !== (defacing.kind === 'skipped'))
        throw new DomainError('UNSAFE', 'A volume was converted again after its defacing. Reprocess the series.');
      const path = (key: string) => localPath(parseWorkKey(key));
      return {
        nifti: await path(after),
        mask: mask === null ? null : await path(mask),
        straightened: source.corrected !== null,
      };
    }),
  );
  const { files, subjectCode } = series;
  return sourceDicom({
    files,
    subjectCode,
    profile: await profileOf(conversion.profileVersionId),
    keys: await keysOf(work.ticket.projectId),
    ...(plan === null ? {} : { pixels: async () => plan, sayPixelsCleaned: true }),
    volumes,
    sayFacesRemoved: true,
    folder,
    signal: work.signal,
  });
}
