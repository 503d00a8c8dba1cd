// Comments, EXIF blocks and what follows the end of JPEG and JPEG 2000 streams inside encapsulated pixel data (PS3.5 A.4): they become
// zeros where they stand, so that no offset moves, and no pixel changes.

import type { DicomFile, Element, EncapsulatedElement, FarElement } from '../dicom/dataset';
import { TAG } from '../dicom/tags';
import { contextOf, number } from '../dicom/values';
import { DomainError } from '../errors';
import { joined } from '../pixels/fragments';
import type { Stretch } from '../pixels/jpegParts';
import { type StreamKind, streamSayings } from '../pixels/streamSayings';
import type { Draft } from './plan';

type Compressed = EncapsulatedElement | FarElement;

const JPEG_FAMILY = /^1\.2\.840\.10008\.1\.2\.4\.(\d+)$/;
/** Encapsulated uncompressed, RLE, deflated frames: nothing but pixels. */
const PIXELS_ONLY = /^1\.2\.840\.10008\.1\.2\.(1\.98|5|8\.1)$/;

/**
 * Plans clean codestreams.
 * @throws DomainError UNREADABLE when one is damaged or there are other than the header says, UNSUPPORTED for videos and the like
 */
export function planStreamTexts(file: DicomFile, draft: Draft): void {
  const pixels = compressedPixels(file);
  if (pixels === null) return;
  const says = sayings(file, pixels);
  if (says.length === 0) return;
  const element = pixels.kind === 'far' ? blankedFar(pixels, says) : blanked(pixels, says);
  const reason = 'comments and the like inside the compressed pixels';
  draft.changes.push({ path: [TAG.PixelData], action: 'clean', reason, element });
}

/** Whether the codestreams of a file say something besides pixels, or cannot be read. */
export function streamsSaySomething(file: DicomFile): boolean {
  try {
    const pixels = compressedPixels(file);
    return pixels !== null && sayings(file, pixels).length > 0;
  } catch (error) {
    if (error instanceof DomainError) return true;
    throw error;
  }
}

function compressedPixels({ dataset }: DicomFile): Compressed | null {
  const element = dataset.elements.get(TAG.PixelData);
  if (element?.kind === 'encapsulated') return element;
  return element?.kind === 'far' && element.fragments !== null ? element : null;
}

/** The kind of stream of a transfer syntax; null for those that have nothing but pixels (RLE and the like). */
function kindOf(uid: string): StreamKind | null {
  if (PIXELS_ONLY.test(uid)) return null;
  const code = Number(JPEG_FAMILY.exec(uid)?.[1] ?? Number.NaN);
  if (code >= 50 && code <= 81) return 'jpeg';
  if ((code >= 90 && code <= 93) || (code >= 201 && code <= 203)) return 'jpeg2000';
  throw new DomainError(
    'UNSUPPORTED',
    'The pixels of this image are compressed in a way in which texts can hide and cannot be looked for here.',
  );
}

/** What the streams of all frames say, as stretches of the fragments laid end to end. */
function sayings(file: DicomFile, pixels: Compressed): Stretch[] {
  const kind = kindOf(file.transferSyntaxUid);
  if (kind === null) return [];
  const says: Stretch[] = [];
  let streams = 0;
  for (const { at, bytes } of streamsOf(pixels)) {
    for (const { from, to } of streamSayings(bytes, kind)) says.push({ from: at + from, to: at + to });
    streams += 1;
  }
  if (streams !== (number(file.dataset, TAG.NumberOfFrames, contextOf(file)) ?? 1))
    throw new DomainError('UNREADABLE', 'This image holds another number of compressed frames than its header says.');
  return says;
}

/** Every codestream in one piece: a fragment that begins like one begins the next, whatever a table of offsets says. */
function* streamsOf(pixels: Compressed): Generator<{ at: number; bytes: Uint8Array }> {
  let [at, next]: [number, number] = [0, 0];
  let parts: Uint8Array[] = [];
  for (const fragment of pixels.kind === 'far' ? farFragments(pixels) : pixels.fragments) {
    if (begins(fragment) && parts.length > 0) {
      yield { at, bytes: joined(parts) };
      [at, parts] = [next, []];
    }
    parts.push(fragment);
    next += fragment.length;
  }
  if (parts.length > 0) yield { at, bytes: joined(parts) };
}

/** SOI or SOC, and another marker behind it. */
function begins([first, second, third]: Uint8Array): boolean {
  return first === 0xff && (second === 0xd8 || second === 0x4f) && third === 0xff;
}

/** Copies of the fragments that were left in the file, had in one pass over it. */
function* farFragments({ start, fragments, pieces }: FarElement): Generator<Uint8Array> {
  const ranges = fragments!.slice(1);
  let [n, at] = [0, start];
  let bytes = new Uint8Array(ranges[0]?.length ?? 0);
  for (const piece of pieces()) {
    const end = at + piece.length;
    for (let range = ranges[n]; range !== undefined && range.start < end; range = ranges[n]) {
      const [from, to] = [Math.max(at, range.start), Math.min(end, range.start + range.length)];
      bytes.set(piece.subarray(from - at, to - at), from - range.start);
      if (to < range.start + range.length) break;
      yield bytes;
      bytes = new Uint8Array(ranges[++n]?.length ?? 0);
    }
    at = end;
  }
}

function blanked({ tag, vr, kind, offsetTable, fragments }: EncapsulatedElement, says: readonly Stretch[]): Element {
  let at = 0;
  const clean = fragments.map((fragment) => {
    const bytes = blankedPiece(fragment, at, says);
    at += fragment.length;
    return bytes;
  });
  return { kind, tag, vr, offsetTable, fragments: clean };
}

function blankedFar(far: FarElement, says: readonly Stretch[]): Element {
  const { tag, vr, kind, source, start, length, fragments } = far;
  const inValue = says.flatMap((one) => inFile(one, fragments!.slice(1), start));
  function* pieces(from = 0): Generator<Uint8Array> {
    let at = from;
    for (const piece of far.pieces(from)) {
      yield blankedPiece(piece, at, inValue);
      at += piece.length;
    }
  }
  // Of a far element `source` is its header, which stays as it stood.
  return { kind, tag, vr, ...(source ? { source } : {}), start, length, fragments, pieces };
}

/** A stretch of the fragments laid end to end, as stretches of the element's value. */
function inFile({ from, to }: Stretch, ranges: NonNullable<FarElement['fragments']>, start: number): Stretch[] {
  let before = 0;
  return ranges.flatMap((range) => {
    const offset = range.start - start - before;
    const [begin, end] = [Math.max(from, before), Math.min(to, before + range.length)];
    before += range.length;
    return begin < end ? [{ from: begin + offset, to: end + offset }] : [];
  });
}

/** The piece that begins at `at`, with stretches of the whole made zero; the very same piece when none meets it. */
function blankedPiece(piece: Uint8Array, at: number, says: readonly Stretch[]): Uint8Array {
  let copy: Uint8Array | null = null;
  for (const { from, to } of says) {
    if (to <= at || from >= at + piece.length) continue;
    copy ??= new Uint8Array(piece);
    copy.fill(0, Math.max(0, from - at), Math.min(piece.length, to - at));
  }
  return copy ?? piece;
}
