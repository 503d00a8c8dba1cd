// Whether there are as many bytes of pixel data as the header says (PS3.5 8.1, A.4; PS3.3 C.7.6.3).

import type { DicomFile, Element } from './dataset';
import { TAG } from './tags';
import { transferSyntax } from './transferSyntaxes';
import { contextOf, number, text } from './values';

const BITS_OF_FLOATS: Readonly<Record<number, number>> = { [TAG.FloatPixelData]: 32, [TAG.DoubleFloatPixelData]: 64 };

/**
 * Why the header lies about its pixel data, in plain words; null when they agree or there is none.
 * Padding of the pixel data to an even length, and a longer run of zeros that some scanners append, is no lie.
 */
export function checkPixelLength(file: DicomFile): string | null {
  const { elements } = file.dataset;
  const element =
    elements.get(TAG.PixelData) ?? elements.get(TAG.FloatPixelData) ?? elements.get(TAG.DoubleFloatPixelData);
  if (!element) return null;
  const expected = expectedBits(file, element);
  if (expected === null) return 'The header does not say how many pixels the image has.';
  const lengths = fragmentLengths(element);
  return lengths ? checkFragments(file, lengths) : checkNative(file, element, expected);
}

/** Bytes of each fragment of compressed pixels, null for others. */
function fragmentLengths(element: Element): readonly number[] | null {
  if (element.kind === 'encapsulated') return element.fragments.map(({ length }) => length);
  return element.kind === 'far' && element.fragments ? element.fragments.slice(1).map(({ length }) => length) : null;
}

function checkNative(file: DicomFile, element: Element, bits: number): string | null {
  if (transferSyntax(file.transferSyntaxUid)?.encapsulated)
    return 'The file says that its pixels are compressed, but they are not.';
  const available = element.kind === 'bytes' ? element.bytes.length : element.kind === 'far' ? element.length : 0;
  const expected = Math.ceil(bits / 8);
  if (available < expected) return 'The image is cut short: it holds fewer pixels than its header says.';
  if (available === expected + (expected % 2)) return null;
  return isUniform(element, expected) ? null : 'The file holds more pixels than its header says.';
}

/** Whether all bytes from a place on are the same. */
function isUniform(element: Element, from: number): boolean {
  let first: number | undefined;
  const pieces =
    element.kind === 'far' ? element.pieces(from) : element.kind === 'bytes' ? [element.bytes.subarray(from)] : [];
  for (const piece of pieces) {
    first ??= piece[0];
    if (!piece.every((byte) => byte === first)) return false;
  }
  return true;
}

function checkFragments(file: DicomFile, fragments: readonly number[]): string | null {
  const syntax = transferSyntax(file.transferSyntaxUid);
  if (syntax && !syntax.encapsulated) return 'The file says that its pixels are not compressed, but they are.';
  const video = syntax?.name.startsWith('M') || syntax?.name.startsWith('HEVC');
  const frames = video ? 1 : (number(file.dataset, TAG.NumberOfFrames, contextOf(file)) ?? 1);
  const empty = fragments.length === 0 || fragments.every((length) => length === 0);
  return empty || fragments.length < frames
    ? 'The image is cut short: it holds fewer compressed frames than its header says.'
    : null;
}

function expectedBits(file: DicomFile, element: Element): number | null {
  const context = contextOf(file);
  const value = (tag: number) => number(file.dataset, tag, context);
  const [rows, columns] = [value(TAG.Rows), value(TAG.Columns)];
  const bits = BITS_OF_FLOATS[element.tag] ?? value(TAG.BitsAllocated);
  const frames = value(TAG.NumberOfFrames) ?? 1;
  if (!rows || !columns || !bits || frames < 1) return null;
  const samples = value(TAG.SamplesPerPixel) ?? 1;
  const subsampled = /^YBR_(FULL|PARTIAL)_42/.test(text(file.dataset, TAG.PhotometricInterpretation, context) ?? '');
  return rows * columns * frames * (subsampled ? 2 : samples) * bits;
}
