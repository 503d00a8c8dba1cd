// deidentify: cleans the header of every instance of a series and looks again; one file that cannot be cleaned keeps back all.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '@/domain/errors';
import type { DeidentifyOutcome } from '@/domain/outcomes';
import { PICTURE_RISK } from '@/domain/pictures/picture';
import type { GreyImage } from '@/domain/pixels/greyImage';
import { masked, type PixelPlan } from '@/domain/pixels/plan';
import { findInPicture } from '@/engines/cleanPicture';
import { type CleanedSeries, cleanSeries } from '@/engines/cleanSeries';
import { deviceOf } from '@/engines/device';
import type { BurnedInSeries } from '@/engines/findBurnedIn';
import { headerTable } from '@/engines/headerTable';
import { pixelPlanner } from '@/engines/maskBurnedIn';
import { readPicture } from '@/engines/pictures';
import { sourceOf } from '@/engines/pixelSource';
import { pngOf } from '@/engines/png';
import type { Finished } from '@/server/stageRuns';
import { localPath, put } from '@/server/storage';
import { outputKey, type Stage, type Work } from '../work';
import { keysOf, knownOfStudy, originalsOf, profileOf, type SeriesOriginals } from './originals';

export const deidentifyStage: Stage = async (work) => {
  const { ticket, signal, progress } = work;
  const series = await originalsOf(ticket.unitId);
  const { inputHash } = series;
  if (series.kind === 'picture') return lookAtPicture(work, series);
  // A NIfTI file has no DICOM header; its own is cut when it is converted.
  if (series.kind === 'nifti')
    return { outcome: { instances: series.files.length, headers: null, changes: [], pixels: null }, inputHash };
  const paths = await Promise.all(
    series.files.map((_, index) => localPath(outputKey(work, `dicom/${String(index + 1).padStart(6, '0')}.dcm`))),
  );
  if (paths[0] !== undefined) await mkdir(dirname(paths[0]), { recursive: true, mode: 0o700 });
  const profile = await profileOf(ticket.profileVersionId);
  const keys = await keysOf(ticket.projectId);
  const pixels = pixelPlanner(series.files, profile, series.subjectCode, signal);
  const cleaned = await cleanSeries({
    files: series.files,
    output: (index) => paths[index]!,
    profile,
    keys,
    subjectCode: series.subjectCode,
    known: await knownOfStudy(ticket.unitId, profile, signal),
    ...(profile.options.cleanPixelData ? { pixels: pixels.plan, sayPixelsCleaned: true } : {}),
    durable: true,
    onProgress: (done) => progress((0.9 * done) / series.files.length),
    signal,
  });
  refuse(cleaned, series.files.length);
  // Read from what was written, not from memory: the table shows what anybody would find in the files.
  const headers = outputKey(work, 'headers.json');
  await put(headers, Buffer.from(JSON.stringify(await headerTable(paths, signal)), 'utf8'));
  const outcome: DeidentifyOutcome = {
    instances: cleaned.clean.length,
    headers,
    changes: cleaned.changes.map((row) => ({ ...row })),
    pixels: await pixelOutcome(work, pixels.found(), {
      device: deviceOf(series.files[0], keys),
      source: sourceOf(series.files[0]!, paths[0]!),
    }),
  };
  if (outcome.pixels === null) return { outcome, inputHash };
  return { event: 'holdPixels', why: whyHeld(outcome.pixels.plan), outcome, inputHash };
};

/** A picture has no header that stays: all there is to decide on is in its pixels. It is written when a person has decided. */
async function lookAtPicture(work: Work, { files, inputHash }: SeriesOriginals): Promise<Finished> {
  const { options } = await profileOf(work.ticket.profileVersionId);
  if (!options.cleanPixelData) throw new DomainError('UNSUPPORTED', PICTURE_RISK);
  const found = await findInPicture(await readPicture(files[0]!), work.signal);
  const pixels = await pixelOutcome(work, found, { device: null, source: null });
  const outcome: DeidentifyOutcome = { instances: 1, headers: null, changes: [], pixels };
  const why = `${whyHeld(found.plan)} Black out faces too, and whatever else shows who it is.`;
  return { event: 'holdPixels', why, outcome, inputHash };
}

/** The plan, and for the person who has to look a picture of each projection and of each frame with text of its own. */
async function pixelOutcome(
  work: Work,
  found: BurnedInSeries | null,
  of: Pick<NonNullable<DeidentifyOutcome['pixels']>, 'device' | 'source'>,
): Promise<DeidentifyOutcome['pixels']> {
  if (found === null) return null;
  const pictures = await Promise.all(
    found.pictures.map(async ({ telling, ...projections }, index) => {
      const keep = async (image: GreyImage, name: string) => {
        const key = outputKey(work, `pixels/${index + 1}-${name}.png`);
        await put(key, Buffer.from(pngOf(image)));
        return key;
      };
      return {
        brightest: await keep(projections.brightest, 'brightest'),
        darkest: await keep(projections.darkest, 'darkest'),
        mean: await keep(projections.mean, 'mean'),
        telling: await Promise.all(
          telling.map(async ({ frame, image }) => ({ frame, picture: await keep(image, `frame${frame + 1}`) })),
        ),
      };
    }),
  );
  return { plan: found.plan, pictures, ...of };
}

function whyHeld(plan: PixelPlan): string {
  const frames = plan.reduce((sum, size) => sum + size.frames, 0);
  const boxes = plan.flatMap((size) => masked(size.boxes)).length;
  const done = boxes === 0 ? 'none was found' : `${boxes} ${boxes === 1 ? 'place was' : 'places were'} blacked out`;
  return `Text was looked for in ${frames} ${frames === 1 ? 'image' : 'images'}: ${done}. Somebody must look before it goes on.`;
}

function refuse({ refused }: CleanedSeries, files: number): void {
  const first = refused[0];
  if (first === undefined) return;
  throw new DomainError('UNSAFE', `${refused.length} of ${files} files could not be cleaned safely. ${first.reason}`);
}
