// Pictures that are uploaded as such: photographs, scans, slides. What they say beside their pixels goes, by lists of what may stay.
import { cleanJpeg } from './jpegPicture';
import { cleanPng } from './pngPicture';
import { unsupported } from './refusal';
import { cleanTiff } from './tiffPicture';

export const pictureFormats = ['jpeg', 'png', 'tiff'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export const PICTURE_ENDINGS: Readonly<Record<PictureFormat, string>> = { jpeg: '.jpg', png: '.png', tiff: '.tif' };

/** Why every picture waits for pixel cleaning and for a person. */
export const PICTURE_RISK = 'The pixels may hold text or show a person: it is a photograph, a scan or a slide.';

/** A picture cut to what may stay; its compressed pixels are the very bytes that came. */
export interface CleanPicture {
  readonly format: PictureFormat;
  /** As the pixels lie in the file, before it is turned upright. */
  readonly width: number;
  readonly height: number;
  /** Which way up it is, 1 to 8 as EXIF counts; still said in the clean picture. */
  readonly orientation: number;
  /** The clean file, piece by piece. */
  readonly chunks: readonly Uint8Array[];
}

/** The format of a file that begins like this; null for no picture that is known here. */
export function pictureFormat(head: Uint8Array): PictureFormat | null {
  const starts = (...magic: number[]) => magic.every((byte, i) => head[i] === byte);
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'png';
  return starts(0x49, 0x49, 42, 0) || starts(0x4d, 0x4d, 0, 42) ? 'tiff' : null;
}

const CLEANERS: Readonly<Record<PictureFormat, (bytes: Uint8Array) => CleanPicture>> = {
  jpeg: cleanJpeg,
  png: cleanPng,
  tiff: cleanTiff,
};

/**
 * The picture without anything but its pixels, how they are coded, and which way up it is. Nothing is decoded; a clean picture
 * comes back unchanged.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE in plain words
 */
export function cleanPicture(bytes: Uint8Array): CleanPicture {
  const format = pictureFormat(bytes);
  if (format === null) throw unsupported('is neither JPEG nor PNG nor TIFF', 'Save it as one of these.');
  return CLEANERS[format](bytes);
}
