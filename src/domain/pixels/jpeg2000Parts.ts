// A JPEG 2000 codestream (ISO/IEC 15444-1 annex A, with the markers of parts 2 and 15): where it says something that no decoder needs.
import { DomainError } from '../errors';
import type { Stretch } from './jpegParts';

const [SOC, SOT, SOD, EOC] = [0x4f, 0x90, 0x93, 0xd9];
/** Marker segments that steer decoding. */
const CODING: ReadonlySet<number> = new Set([
  ...[0x50, 0x51, 0x52, 0x53, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x61, 0x63],
  ...[0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79],
]);

/**
 * What the comments and unknown segments of a codestream hold (their marker and length stay), and where it ends.
 * @throws DomainError UNREADABLE when it is no codestream from its first byte to its end marker
 */
export function jpeg2000Sayings(bytes: Uint8Array): { readonly says: readonly Stretch[]; readonly end: number } {
  const says: Stretch[] = [];
  if (bytes[0] !== 0xff || bytes[1] !== SOC) throw damaged('it does not begin like a JPEG 2000 codestream');
  let at = headerEnd(bytes, 2, SOT, says);
  while (markerAt(bytes, at) === SOT) {
    const length = ((bytes[at + 6]! << 24) | (bytes[at + 7]! << 16) | (bytes[at + 8]! << 8) | bytes[at + 9]!) >>> 0;
    const data = headerEnd(bytes, at + 12, SOD, says) + 2;
    const next = length === 0 ? endMarker(bytes, data) : at + length;
    if (next < data || next > bytes.length) throw damaged('its JPEG 2000 tiles contradict themselves');
    at = next;
  }
  if (markerAt(bytes, at) !== EOC) throw damaged('its JPEG 2000 is cut short');
  return { says, end: at + 2 };
}

/** Where the marker `until` stands behind the segments from `at` on; what they say is added to `says`. */
function headerEnd(bytes: Uint8Array, from: number, until: number, says: Stretch[]): number {
  for (let at = from; ; ) {
    const marker = markerAt(bytes, at);
    if (marker === until) return at;
    const to = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    if (!(to >= at + 4) || to > bytes.length || marker < 0x50 || marker === EOC)
      throw damaged('its JPEG 2000 is cut short or contradicts itself');
    if (!CODING.has(marker)) says.push({ from: at + 4, to });
    at = to;
  }
}

function markerAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0xff) throw damaged('something stands between the parts of its JPEG 2000');
  return bytes[at + 1] ?? 0;
}

/** Compressed pixels never hold 0xff before a byte above 0x8f (A.1), so the first end marker is the end. */
function endMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === EOC) return at;
  throw damaged('its JPEG 2000 has no end');
}

function damaged(why: string): DomainError {
  return new DomainError('UNREADABLE', `This image is damaged: ${why}. Send it again from its source.`);
}
