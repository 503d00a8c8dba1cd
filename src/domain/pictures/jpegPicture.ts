// A JPEG as a camera or a scanner wrote it (ISO/IEC 10918-1): its compressed pixels stay byte for byte, what merely says something goes.
import { begins, JPEG, type JpegPart, jpegParts } from '../pixels/jpegParts';
import { exifOrientation, orientationBlock } from './ifd';
import type { CleanPicture } from './picture';
import { checkSize, damaged, unsupported } from './refusal';

/** Baseline, extended and progressive, Huffman coded. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const OTHER_FRAMES: ReadonlySet<number> = new Set([
  0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xde, 0xf7,
]);
const EXIF = 'Exif\0\0';

/**
 * The JPEG without application data (EXIF, XMP, IPTC, colour profiles, small pictures), comments, and what follows its end. How
 * its colours are coded (JFIF, Adobe) and which way up it is stay.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE
 */
export function cleanJpeg(bytes: Uint8Array): CleanPicture {
  const { parts } = jpegParts(bytes);
  const { width, height } = sizeOf(bytes, parts);
  const exif = parts.find(({ marker, from }) => marker === JPEG.APP1 && begins(bytes, from + 4, EXIF));
  const orientation = exif === undefined ? 1 : exifOrientation(bytes.subarray(exif.from + 4 + EXIF.length, exif.to));
  const kept = parts.flatMap((part) => keptOf(bytes, part) ?? []);
  // Behind the start of the image and JFIF, which must come first.
  const first = kept[1]?.[1] === JPEG.APP0 ? 2 : 1;
  if (orientation !== 1) kept.splice(first, 0, segment(JPEG.APP1, EXIF, orientationBlock(orientation)));
  return { format: 'jpeg', width, height, orientation, chunks: kept };
}

function sizeOf(bytes: Uint8Array, parts: readonly JpegPart[]): { width: number; height: number } {
  const frames = parts.filter(({ marker }) => FRAMES.has(marker) || OTHER_FRAMES.has(marker));
  const at = frames[0]?.from;
  if (at === undefined || frames.length !== 1) throw damaged('it holds no image, or more than one');
  if (OTHER_FRAMES.has(frames[0]!.marker) || bytes[at + 4] !== 8)
    throw unsupported('is a JPEG of a kind that cannot be looked at here', 'Save it as a usual JPEG, or as PNG.');
  const [height, width] = [(bytes[at + 5]! << 8) | bytes[at + 6]!, (bytes[at + 7]! << 8) | bytes[at + 8]!];
  if (bytes[at + 9] !== 1 && bytes[at + 9] !== 3)
    throw unsupported('is a JPEG in printing colours', 'Save it in RGB or grey.');
  checkSize(width, height);
  return { width, height };
}

function keptOf(bytes: Uint8Array, { marker, from, to, needed }: JpegPart): Uint8Array | null {
  if (needed === to && marker !== JPEG.APP0 && marker !== JPEG.APP14 && marker !== JPEG.APP8)
    return bytes.subarray(from, to);
  if (marker === JPEG.APP0 && needed > from + 4) {
    const kept = new Uint8Array(bytes.subarray(from, from + 18));
    // No small picture follows any more.
    kept.set([0, 16], 2);
    kept.set([0, 0], 16);
    return kept;
  }
  if (marker !== JPEG.APP14 || needed <= from + 4) return null;
  const kept = new Uint8Array(bytes.subarray(from, from + 16));
  kept.set([0, 14], 2);
  return kept;
}

function segment(marker: number, begin: string, content: Uint8Array): Uint8Array {
  const length = 2 + begin.length + content.length;
  const letters = Array.from(begin, (letter) => letter.charCodeAt(0));
  return Uint8Array.of(0xff, marker, length >> 8, length & 0xff, ...letters, ...content);
}
