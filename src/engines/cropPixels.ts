// Cuts a DICOM file's frames to a box, in the same transfer syntax where nothing was lost before, else uncompressed.
import type { DicomFile, Element } from '../domain/dicom/dataset';
import { TAG } from '../domain/dicom/tags';
import { transferSyntax } from '../domain/dicom/transferSyntaxes';
import type { Box } from '../domain/pixels/boxes';
import { cropArea, cropFrame, croppedLayout } from '../domain/pixels/crop';
import { croppedHeader } from '../domain/pixels/cropHeader';
import { withFrames } from '../domain/pixels/fragments';
import { frameBytes, type PixelLayout, pixelLayout } from '../domain/pixels/layout';
import { editPixels, type FrameEdit, repacked, withElements } from './cleanPixels';
import { bytesInWords, nativeBytes, openPixels, swapped } from './framePixels';
import type { DecodedFrame } from './pixelCodecs';

/** Every frame another array with the same pixels. */
const UNPACKED: FrameEdit = { touches: () => true, edit: (_, bytes) => bytes.slice() };

/**
 * The file cut to a box; the very same object when all of it is in the box. The pixels that remain are the same bit by bit, and lie
 * where they lay in the patient.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE in plain words: then nothing of it may go on
 */
export async function cropPixels(file: DicomFile, box: Box): Promise<DicomFile> {
  const layout = pixelLayout(file);
  const area = cropArea(box, layout);
  if (area.width === layout.columns && area.height === layout.rows) return file;
  const element = file.dataset.elements.get(TAG.PixelData)!;
  if (element.kind !== 'encapsulated') return cropNative(file, layout, area);
  // What lost something before becomes uncompressed first, and says so.
  if (transferSyntax(file.transferSyntaxUid)?.lossy !== false) return cropPixels(await editPixels(file, UNPACKED), box);
  const pixels = openPixels(file);
  const smaller = croppedHeader(file, area);
  const frames: Uint8Array[][] = [];
  for (let frame = 0; frame < layout.frames; frame++)
    frames.push([await repacked(smaller, cut(await pixels.frame(frame), area))]);
  return withFrames(smaller, frames);
}

function cut({ bytes, layout, stream }: DecodedFrame, area: Box): DecodedFrame {
  const cropped = { bytes: cropFrame(bytes, layout, area), layout: croppedLayout(layout, area) };
  return stream === undefined ? cropped : { ...cropped, stream: { ...stream, width: area.width, height: area.height } };
}

function cropNative(file: DicomFile, layout: PixelLayout, area: Box): DicomFile {
  const whole = nativeBytes(file, layout);
  const [from, to] = [frameBytes(layout), frameBytes(croppedLayout(layout, area))];
  const bytes = new Uint8Array(to * layout.frames + ((to * layout.frames) % 2));
  for (let frame = 0; frame < layout.frames; frame++)
    bytes.set(cropFrame(whole.subarray(frame * from, (frame + 1) * from), layout, area), frame * to);
  const { vr } = file.dataset.elements.get(TAG.PixelData)!;
  const pixels: Element = {
    kind: 'bytes',
    tag: TAG.PixelData,
    vr,
    bytes: bytesInWords(file, layout) ? swapped(bytes) : bytes,
  };
  return withElements(croppedHeader(file, area), [pixels]);
}
