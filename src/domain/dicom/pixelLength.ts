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
  return element.kind === 'encapsulated'
    ? checkFragments(file, element.fragments)
    : checkNative(file, element, expected);
}

function checkNative(file: DicomFile, element: Element, bits: number): string | null {
  if (transferSyntax(file.transferSyntaxUid)?.encapsulated)
    return 'The file says that its pixels are compressed, but they are not.';
  const available = element.kind === 'bytes' ? element.bytes.length : 0;
  const expected = Math.ceil(bits / 8);
  if (available < expected) return 'The image is cut short: it holds fewer pixels than its header says.';
  if (element.kind !== 'bytes' || available === expected + (expected % 2)) return null;
  const rest = element.bytes.subarray(expected);
  return rest.every((byte) => byte === rest[0]) ? null : 'The file holds more pixels than its header says.';
}

function checkFragments(file: DicomFile, fragments: readonly Uint8Array[]): string | null {
  const syntax = transferSyntax(file.transferSyntaxUid);
  if (syntax && !syntax.encapsulated) return 'The file says that its pixels are not compressed, but they are.';
  const video = syntax?.name.startsWith('M') || syntax?.name.startsWith('HEVC');
  const frames = video ? 1 : (number(file.dataset, TAG.NumberOfFrames, contextOf(file)) ?? 1);
  const empty = fragments.length === 0 || fragments.every((fragment) => fragment.length === 0);
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
