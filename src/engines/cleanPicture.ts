// From an uploaded picture to one that may be handed on: text is looked for as in the pixels of any DICOM image, and blacked out.
import { type CleanPicture, PICTURE_ENDINGS } from '../domain/pictures/picture';
import { asDicom } from '../domain/pictures/raster';
import type { PixelPlan } from '../domain/pixels/plan';
import { writeAtomic } from './files';
import { type BurnedInSeries, findBurnedIn } from './findBurnedIn';
import { openPixels } from './framePixels';
import { blackedOut } from './maskBurnedIn';
import { decodePicture, lookAgainAtPicture } from './pictures';
import { pngOf } from './png';

/** A picture names nobody, so that its texts are judged without a name to look for. */
const NOBODY = { words: new Set<string>(), phrases: [], initials: new Set<string>() };

/** Looks for text in one picture; every text that is not known to be harmless is planned to be blacked out. */
export async function findInPicture(picture: CleanPicture, signal?: AbortSignal): Promise<BurnedInSeries> {
  const file = asDicom(await decodePicture(picture));
  return findBurnedIn(
    1,
    async () => file,
    () => NOBODY,
    signal === undefined ? {} : { signal },
  );
}

interface WrittenPicture {
  readonly path: string;
  /** Upright. */
  readonly width: number;
  readonly height: number;
}

/**
 * Writes a picture that holds nothing but pixels: its very own, or, where the plan blacks something out of it, a PNG of the result.
 * @param stem path without ending
 * @param preview where a PNG for people's eyes goes; null: none is made
 * @throws DomainError UNSAFE when the plan is about another picture, UNREADABLE | UNSUPPORTED, STORAGE_FULL
 */
export async function writePicture(
  picture: CleanPicture,
  plan: PixelPlan,
  stem: string,
  preview: string | null = null,
): Promise<WrittenPicture> {
  const raster = await decodePicture(picture);
  const file = asDicom(raster);
  const clean = await blackedOut(file, plan);
  const { bytes } = await openPixels(clean).frame(0);
  const after = {
    ...raster,
    data: raster.data.BYTES_PER_ELEMENT === 2 ? new Uint16Array(bytes.slice().buffer) : bytes,
  };
  const format = clean === file ? picture.format : 'png';
  const path = `${stem}${PICTURE_ENDINGS[format]}`;
  const png = clean === file && preview === null ? null : pngOf(after);
  await writeAtomic(path, clean === file ? picture.chunks : [png!]);
  if (preview !== null) await writeAtomic(preview, [png!]);
  await lookAgainAtPicture(path);
  return { path, width: raster.width, height: raster.height };
}
