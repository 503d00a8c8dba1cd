// A JPEG or JPEG-LS stream part by part (ISO/IEC 10918-1 annex B, ISO/IEC 14495-1 annex C): what a decoder needs, and what only says
// something: comments, application data, small pictures, bytes behind the end.
import { DomainError } from '../errors';

/** Bytes from `from` up to `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}
export interface JpegPart extends Stretch {
  /** The second byte of its marker. */
  readonly marker: number;
  /** Up to here a decoder needs it; what follows up to `to` only says something. */
  readonly needed: number;
}

export const JPEG = {
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  COM: 0xfe,
  APP0: 0xe0,
  APP1: 0xe1,
  APP8: 0xe8,
  APP14: 0xee,
} as const;

/** SOF, DHT, DAC, DQT, DNL, DRI, DHP, EXP, SOS; LSE and SOF55 of JPEG-LS. */
const CODING: ReadonlySet<number> = new Set(
  [0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf].concat([
    0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xf7, 0xf8,
  ]),
);
/** Application data that change how pixels are decoded: marker, how they begin, and how many bytes of them are numbers. */
const TELLING = [
  { marker: JPEG.APP0, begins: 'JFIF\0', length: 14 },
  { marker: JPEG.APP14, begins: 'Adobe', length: 12 },
  { marker: JPEG.APP8, begins: 'mrfx', length: 5 },
  { marker: JPEG.APP8, begins: 'SPIFF\0', length: 30 },
  { marker: JPEG.APP8, begins: '\0\0\0\x01\xff\xd8', length: 6 },
] as const;

/**
 * The parts of the first image in `bytes`, in order, and where it ends. A scan counts with its compressed pixels.
 * @throws DomainError UNREADABLE when it is no JPEG from its first byte to its end marker
 */
export function jpegParts(bytes: Uint8Array): { readonly parts: readonly JpegPart[]; readonly end: number } {
  if (bytes[0] !== 0xff || bytes[1] !== JPEG.SOI) throw damaged('it does not begin like a JPEG');
  const parts: JpegPart[] = [{ marker: JPEG.SOI, from: 0, to: 2, needed: 2 }];
  for (let at = 2; ; ) {
    if (bytes[at] !== 0xff) throw damaged('something stands between the parts of its JPEG');
    while (bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1] ?? 0;
    if (marker === JPEG.EOI) {
      parts.push({ marker, from: at, to: at + 2, needed: at + 2 });
      return { parts, end: at + 2 };
    }
    const part = segment(bytes, at, marker);
    parts.push(part);
    at = part.to;
  }
}

function segment(bytes: Uint8Array, from: number, marker: number): JpegPart {
  const length = (bytes[from + 2]! << 8) | bytes[from + 3]!;
  const to = from + 2 + length;
  // Markers below, and restarts, stand inside of scans only.
  const alone = marker < 0xc0 || (marker >= 0xd0 && marker <= JPEG.SOI);
  if (alone || !(length >= 2) || to > bytes.length) throw damaged('its JPEG is cut short or contradicts itself');
  if (marker === JPEG.SOS) {
    const end = endOfScan(bytes, to);
    return { marker, from, to: end, needed: end };
  }
  return { marker, from, to, needed: CODING.has(marker) ? to : Math.min(to, from + 4 + telling(bytes, from, marker)) };
}

function telling(bytes: Uint8Array, from: number, marker: number): number {
  const kind = TELLING.find((one) => one.marker === marker && begins(bytes, from + 4, one.begins));
  return kind?.length ?? 0;
}

/** Whether Latin letters stand at a place. */
export function begins(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The marker behind compressed pixels: they hold 0xff only before 0, before restarts, and (JPEG-LS) before bytes below 0x80. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at)) {
    const next = bytes[at + 1] ?? 0;
    const restart = next >= 0xd0 && next <= 0xd7;
    if (next >= 0xc0 && next !== 0xff && !restart) return at;
    at += next === 0xff ? 1 : 2;
  }
  throw damaged('its JPEG has no end');
}

function damaged(why: string): DomainError {
  return new DomainError('UNREADABLE', `This image is damaged: ${why}. Send it again from its source.`);
}
