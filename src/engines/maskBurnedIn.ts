// What stands between an image that may have text burned into it and everything that is handed on.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { knownIdentifiers } from '../domain/deid/identifiers';
import type { Profile } from '../domain/deid/profile';
import type { DicomFile } from '../domain/dicom/dataset';
import { writeDicom } from '../domain/dicom/write';
import { DomainError } from '../domain/errors';
import { pixelLayout } from '../domain/pixels/layout';
import { masked, maskedAt, type PixelPlan } from '../domain/pixels/plan';
import { cleanPixels } from './cleanPixels';
import { cropPixels } from './cropPixels';
import { deflateRaw, readDicomFile, writeDicomFile } from './dicomFiles';
import { type BurnedInSeries, findBurnedIn } from './findBurnedIn';

/** Finds out, when it is first asked, what is to be blacked out of a series. */
export interface PixelPlanner {
  plan(): Promise<PixelPlan>;
  /** What was found; null as long as nobody asked. */
  found(): BurnedInSeries | null;
}

/** @throws from `plan`: DomainError in plain words when one frame of the series cannot be looked at */
export function pixelPlanner(
  files: readonly string[],
  profile: Profile,
  subjectCode: string,
  signal?: AbortSignal,
): PixelPlanner {
  let looking: Promise<BurnedInSeries> | null = null;
  let found: BurnedInSeries | null = null;
  return {
    plan: async () => {
      looking ??= findBurnedIn(
        files.length,
        (index) => readDicomFile(files[index]!),
        (file) => knownIdentifiers(file, profile.options, subjectCode),
        { rules: profile.regions, ...(signal === undefined ? {} : { signal }) },
      );
      found = await looking;
      return found.plan;
    },
    found: () => found,
  };
}

/** How many images of each size were handed out so far: a box may be for one of them only. */
export type ImagesBefore = Map<string, number>;

/**
 * The file blacked out by the plan for images of its size.
 * @param before counts on over the files of a series, in their order; without it a box for one image is for all of them
 * @throws DomainError UNSAFE when the plan knows no image of this size, or fewer than there are
 */
export async function blackedOut(file: DicomFile, plan: PixelPlan, before?: ImagesBefore): Promise<DicomFile> {
  const { rows, columns, frames } = pixelLayout(file);
  const size = plan.find((one) => one.rows === rows && one.columns === columns);
  const first = before?.get(`${rows}x${columns}`) ?? 0;
  if (size === undefined || first + frames > size.frames)
    throw new DomainError('UNSAFE', 'An image of this series was not looked at for burned-in text. Reprocess it.');
  before?.set(`${rows}x${columns}`, first + frames);
  return cleanPixels(file, (frame) =>
    before === undefined ? masked(size.boxes) : maskedAt(size.boxes, first + frame),
  );
}

/**
 * The blacked-out file cut as the plan says for images of its size. Black first and cut afterwards: in between, the pixels are looked
 * at again as they are.
 */
export async function cutToPlan(file: DicomFile, plan: PixelPlan): Promise<DicomFile> {
  const { rows, columns } = pixelLayout(file);
  const crop = plan.find((one) => one.rows === rows && one.columns === columns)?.crop;
  return crop === undefined ? file : cropPixels(file, crop);
}

/** Cuts blacked-out copies where they lie, as the plan says. */
export async function cutFiles(paths: readonly string[], plan: PixelPlan, signal?: AbortSignal): Promise<void> {
  if (plan.every(({ crop }) => crop === undefined)) return;
  for (const path of paths) {
    signal?.throwIfAborted();
    const file = await readDicomFile(path);
    const smaller = await cutToPlan(file, plan);
    if (smaller !== file) await writeDicomFile(path, writeDicom(smaller, { deflateRaw }));
  }
}

/**
 * Copies of originals whose headers are as they were and whose pixels are blacked out, for the converter, which needs private
 * attributes. As secret as the originals: remove the folder when they are converted.
 */
export async function maskedOriginals(
  files: readonly string[],
  plan: PixelPlan,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const copies: string[] = [];
  const before: ImagesBefore = new Map();
  for (const [index, path] of files.entries()) {
    signal?.throwIfAborted();
    const clean = await blackedOut(await readDicomFile(path), plan, before);
    const copy = join(folder, `${String(index + 1).padStart(6, '0')}.dcm`);
    await writeDicomFile(copy, writeDicom(clean, { deflateRaw }));
    copies.push(copy);
  }
  return copies;
}
