// Changes pixels of a DICOM file's frames: boxes blacked out, faces removed. Frames in which nothing changes keep their very
// bytes, compressed or not.
import type { DicomFile, Element, EncapsulatedElement } from '../domain/dicom/dataset';
import { makeDataSet, makeElement } from '../domain/dicom/make';
import { TAG } from '../domain/dicom/tags';
import { transferSyntax } from '../domain/dicom/transferSyntaxes';
import { contextOf } from '../domain/dicom/values';
import { DomainError } from '../domain/errors';
import { blackedBox, blackout, type Fill } from '../domain/pixels/blackout';
import type { Box } from '../domain/pixels/boxes';
import { framesOf, withFrames } from '../domain/pixels/fragments';
import { frameBytes, type PixelLayout, pixelLayout } from '../domain/pixels/layout';
import { bytesInWords, type FramePixels, nativeBytes, openPixels, swapped } from './framePixels';
import { codecOf, type DecodedFrame } from './pixelCodecs';

/** The boxes of a frame, counted from 0. */
export type BoxesOf = (frame: number) => readonly Box[];

/** What is to become of the frames of a file, counted from 0. */
export interface FrameEdit {
  /** False for frames that stay as they are, and need not be unpacked. */
  touches(frame: number, layout: PixelLayout): boolean;
  /** The frame as it is to be; the very same array when nothing in it changes. The array it is given must not be written to. */
  edit(frame: number, bytes: Uint8Array, layout: PixelLayout): Uint8Array;
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
/** ExtendedOffsetTable and its lengths: of no meaning without compression. */
const FRAME_TABLES: ReadonlySet<number> = new Set([0x7fe00001, 0x7fe00002]);
const MAX_BYTES = 2 ** 31 - 1;
const LOSSY_METHODS: Readonly<Record<string, string>> = {
  '81': 'ISO_14495_1',
  '91': 'ISO_15444_1',
  '203': 'ISO_15444_15',
};

/**
 * The file with its boxes blacked out; otherwise as `editPixels`.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE in plain words: then nothing of it may go on
 */
export async function cleanPixels(file: DicomFile, boxesOf: BoxesOf, fill: Fill = 'zero'): Promise<DicomFile> {
  return editPixels(file, {
    touches: (frame, layout) => boxesOf(frame).some((box) => blackedBox(box, layout) !== null),
    edit: (frame, bytes, layout) => blackout(bytes, layout, boxesOf(frame), fill),
  });
}

/**
 * The file with its frames edited; the very same object when none changes. Without loss in, it stays in its transfer syntax and
 * only changed frames are packed again, exactly; with loss in, all of it becomes uncompressed, and its history of loss is told.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE in plain words, and what `edit` throws: then nothing of it may go on
 */
export async function editPixels(file: DicomFile, edit: FrameEdit): Promise<DicomFile> {
  const layout = pixelLayout(file);
  const touched = Array.from({ length: layout.frames }, (_, frame) => frame).filter((frame) =>
    edit.touches(frame, layout),
  );
  if (touched.length === 0) return file;
  const element = file.dataset.elements.get(TAG.PixelData)!;
  if (element.kind !== 'encapsulated') return editNative(file, layout, touched, edit);
  const pixels = openPixels(file);
  if (transferSyntax(file.transferSyntaxUid)?.lossy !== false)
    return uncompressed(file, element, pixels, new Set(touched), edit);
  const frames = framesOf(file, element, layout.frames);
  let changed = false;
  for (const frame of touched) {
    const decoded = await pixels.frame(frame);
    const bytes = edit.edit(frame, decoded.bytes, decoded.layout);
    if (bytes === decoded.bytes) continue;
    frames[frame] = [await repacked(file, { ...decoded, bytes })];
    changed = true;
  }
  return changed ? withFrames(file, frames) : file;
}

function editNative(file: DicomFile, layout: PixelLayout, touched: readonly number[], edit: FrameEdit): DicomFile {
  const before = file.dataset.elements.get(TAG.PixelData)!;
  const bytes = nativeBytes(file, layout);
  const size = frameBytes(layout);
  let copy: Uint8Array | null = null;
  for (const frame of touched) {
    const at = frame * size;
    const was = bytes.subarray(at, at + size);
    const edited = edit.edit(frame, was, layout);
    if (edited === was) continue;
    copy ??= bytes.slice();
    copy.set(edited, at);
  }
  if (copy === null) return file;
  const clean = bytesInWords(file, layout) ? swapped(copy) : copy;
  return withElements(file, [{ kind: 'bytes', tag: TAG.PixelData, vr: before.vr, bytes: clean }]);
}

/** One changed frame packed again; unpacked once more to see that it is exactly what it should be. */
export async function repacked(file: DicomFile, changed: DecodedFrame): Promise<Uint8Array> {
  const codec = codecOf(file.transferSyntaxUid);
  try {
    const packed = await codec.encode!(changed);
    const again = await codec.decode(packed, pixelLayout(file));
    if (Buffer.compare(again.bytes, changed.bytes) === 0) return packed;
  } catch {
    // The codec cannot: said below.
  }
  throw new DomainError(
    'UNSUPPORTED',
    'Pixels of this image were to be removed, but it cannot be compressed again without loss here.',
  );
}

async function uncompressed(
  file: DicomFile,
  element: EncapsulatedElement,
  pixels: FramePixels,
  touched: ReadonlySet<number>,
  edit: FrameEdit,
): Promise<DicomFile> {
  const { frames } = pixels.layout;
  const size = frameBytes(pixels.layout);
  if (size * frames > MAX_BYTES)
    throw new DomainError('TOO_LARGE', 'Without its lossy compression this image is larger than 2 GB.');
  const bytes = new Uint8Array(size * frames);
  let layout = pixels.layout;
  let changed = false;
  for (let frame = 0; frame < frames; frame++) {
    const decoded = await pixels.frame(frame);
    layout = decoded.layout;
    const edited = touched.has(frame) ? edit.edit(frame, decoded.bytes, layout) : decoded.bytes;
    changed ||= edited !== decoded.bytes;
    bytes.set(edited, frame * size);
  }
  if (!changed) return file;
  const packed = element.fragments.reduce((sum, fragment) => sum + fragment.length, 0);
  const plain = withElements(file, [...history(file, bytes.length / packed), ...described(file, layout, bytes)]);
  const syntax = makeElement(TAG.TransferSyntaxUID, 'UI', EXPLICIT_LITTLE_ENDIAN, contextOf(file));
  return {
    ...plain,
    meta: makeDataSet([...file.meta.elements.values(), syntax]),
    transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
  };
}

function described(file: DicomFile, layout: PixelLayout, bytes: Uint8Array): Element[] {
  const context = contextOf(file);
  const elements: Element[] = [
    makeElement(TAG.PhotometricInterpretation, 'CS', layout.photometric, context),
    makeElement(TAG.PixelData, layout.bitsAllocated === 8 ? 'OB' : 'OW', bytes, context),
  ];
  if (layout.samples === 3) elements.push(makeElement(TAG.PlanarConfiguration, 'US', [layout.planar ? 1 : 0], context));
  return elements;
}

/** That it once was compressed with loss stays true (PS3.3 C.7.6.1.1.5): what is said already stays, what is not is added. */
function history(file: DicomFile, ratio: number): Element[] {
  const context = contextOf(file);
  const method = LOSSY_METHODS[file.transferSyntaxUid.split('.').at(-1)!] ?? 'ISO_10918_1';
  const said = (tag: number) => (file.dataset.elements.get(tag) as { bytes?: Uint8Array } | undefined)?.bytes?.length;
  return [
    makeElement(0x00282110, 'CS', '01', context),
    ...(said(0x00282112) ? [] : [makeElement(0x00282112, 'DS', ratio.toFixed(2), context)]),
    ...(said(0x00282114) ? [] : [makeElement(0x00282114, 'CS', method, context)]),
  ];
}

/** The file with other elements, without tables of compressed frames. */
export function withElements(file: DicomFile, changed: readonly Element[]): DicomFile {
  const kept = [...file.dataset.elements.values()].filter(({ tag }) => !FRAME_TABLES.has(tag));
  return { ...file, dataset: makeDataSet([...kept, ...changed]) };
}
