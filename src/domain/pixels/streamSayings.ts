// What compressed pixels say besides pixels: names and dates stand in their comments as they do in headers.
import { jpeg2000Sayings } from './jpeg2000Parts';
import { jpegParts, type Stretch } from './jpegParts';

export type StreamKind = 'jpeg' | 'jpeg2000';

/** What encoders write of themselves, word for word; it stays, so that most codestreams are not touched. */
const ENCODERS =
  /^(Created by (GDCM\/)?OpenJPEG version|Creator: JasPer Version|Kakadu-v?|OpenJPH Ver|LEAD Technologies Inc\. V) ?\d{1,4}(\.\d{1,4}){0,3}\.?$/;
const LONGEST_NAME = 64;

/**
 * The bytes of a stream that say something and that no decoder needs: in comments, application data, unknown segments, and behind
 * its end. Zeros say nothing. All of them may become zeros without a pixel changing.
 * @throws DomainError UNREADABLE when the stream is not one of its kind from its first byte to its end
 */
export function streamSayings(stream: Uint8Array, kind: StreamKind): Stretch[] {
  const { says, end } = kind === 'jpeg' ? jpegSayings(stream) : jpeg2000Sayings(stream);
  // Behind the end may stand one byte, whatever it is, that makes the length even.
  const behind = stream.length > end + 1 ? [{ from: end, to: stream.length }] : [];
  return [...says, ...behind].filter((one) => saysSomething(stream.subarray(one.from, one.to)));
}

function jpegSayings(stream: Uint8Array): { says: Stretch[]; end: number } {
  const { parts, end } = jpegParts(stream);
  return { says: parts.map(({ needed, to }) => ({ from: needed, to })), end };
}

function saysSomething(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (end === 0) return false;
  // Text in a JPEG 2000 comment begins with the number 1.
  const text = bytes.subarray(bytes[0] === 0 && bytes[1] === 1 ? 2 : 0, end);
  return text.length > LONGEST_NAME || !ENCODERS.test(String.fromCharCode(...text));
}
