// The pixels of a DICOM file frame by frame, whatever they are packed in.
import type { DicomFile, EncapsulatedElement } from '../domain/dicom/dataset';
import { TAG } from '../domain/dicom/tags';
import { DomainError } from '../domain/errors';
import { framesOf, joined } from '../domain/pixels/fragments';
import { frameBytes, type PixelLayout, pixelLayout } from '../domain/pixels/layout';
import { codecOf, type DecodedFrame } from './pixelCodecs';

export interface FramePixels {
  /** What the header says; a decoded frame names its own. */
  readonly layout: PixelLayout;
  /**
   * Pixels of frame `index` (from 0); of uncompressed images a view or copy that must not be written to.
   * @throws DomainError UNREADABLE | UNSUPPORTED that says which frame
   */
  frame(index: number): Promise<DecodedFrame>;
}

/**
 * Opens the pixels of a file; nothing is decoded yet.
 * @throws DomainError UNREADABLE | UNSUPPORTED in plain words
 */
export function openPixels(file: DicomFile): FramePixels {
  const layout = pixelLayout(file);
  const element = file.dataset.elements.get(TAG.PixelData);
  if (element?.kind === 'encapsulated') return compressed(file, element, layout);
  const bytes = nativeBytes(file, layout);
  const size = frameBytes(layout);
  return { layout, frame: async (index) => ({ bytes: bytes.subarray(index * size, (index + 1) * size), layout }) };
}

/** Uncompressed pixel data as bytes that follow each other; a view where it can be. */
export function nativeBytes(file: DicomFile, layout: PixelLayout): Uint8Array {
  const element = file.dataset.elements.get(TAG.PixelData);
  const needed = frameBytes(layout) * layout.frames;
  if (element?.kind !== 'bytes' || element.bytes.length < needed)
    throw new DomainError('UNREADABLE', 'The image is cut short: it holds fewer pixels than its header says.');
  return bytesInWords(file, layout) ? swapped(element.bytes) : element.bytes;
}

/** Whether pixels of one byte lie in words of two whose bytes are turned round (OW in big endian, PS3.5 8.1.1). */
export function bytesInWords(file: DicomFile, { bitsAllocated, bigEndian }: PixelLayout): boolean {
  return bigEndian && bitsAllocated === 8 && file.dataset.elements.get(TAG.PixelData)?.vr === 'OW';
}

/** A copy with the bytes of each word turned round. */
export function swapped(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(bytes).swap16());
}

function compressed(file: DicomFile, element: EncapsulatedElement, layout: PixelLayout): FramePixels {
  const codec = codecOf(file.transferSyntaxUid);
  if (layout.highBit !== layout.bitsStored - 1)
    throw new DomainError(
      'UNREADABLE',
      'The header of this image contradicts itself: its pixels do not start at the lowest bit.',
    );
  const frames = framesOf(file, element, layout.frames);
  return {
    layout,
    frame: async (index) => {
      const which = layout.frames === 1 ? 'The image' : `Frame ${index + 1} of ${layout.frames}`;
      try {
        return await codec.decode(joined(frames[index]!), layout);
      } catch (error) {
        if (!(error instanceof DomainError))
          throw new DomainError(
            'UNREADABLE',
            `${which} cannot be decompressed: it is damaged. Send it again from its source.`,
          );
        throw new DomainError(error.code, `${which} cannot be decompressed. ${error.message}`);
      }
    },
  };
}
