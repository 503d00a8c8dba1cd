// How the pixels of an image lie in memory (PS3.3 C.7.6.3, PS3.5 8): one small description for every layout that is handled here.
import type { DicomFile } from '../dicom/dataset';
import { TAG } from '../dicom/tags';
import { contextOf, number, text } from '../dicom/values';
import { DomainError } from '../errors';

export interface PixelLayout {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** Samples per pixel: grey and palette 1, colour 3. */
  readonly samples: 1 | 3;
  /** PhotometricInterpretation, upper case. */
  readonly photometric: string;
  readonly bitsAllocated: 8 | 16 | 32;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Colour by planes instead of by pixels. */
  readonly planar: boolean;
  /** Two pixels beside each other share their chroma: Y0 Y1 Cb Cr (uncompressed YBR_FULL_422). */
  readonly subsampled: boolean;
  readonly bigEndian: boolean;
  /** PixelPaddingValue as stored, masked to BitsAllocated. */
  readonly padding: number | null;
}

/** Samples of one frame above which nothing is decoded: a slide, not a slice. */
const MAX_FRAME_SAMPLES = 2 ** 28;
const GREY = /^(MONOCHROME[12]|PALETTE COLOR)$/;
const COLOUR = /^(RGB|YBR_FULL|YBR_FULL_422|YBR_ICT|YBR_RCT)$/;

/**
 * The layout that a file's header describes.
 * @throws DomainError UNSUPPORTED in plain words for what cannot be looked at pixel by pixel: floats, single bits, other colours,
 * subsampled pixels in a compressed or odd image, sizes over 2^28 samples; UNREADABLE for a header that contradicts itself
 */
export function pixelLayout(file: DicomFile): PixelLayout {
  const context = contextOf(file);
  const element = file.dataset.elements.get(TAG.PixelData);
  if (element === undefined) throw unsupported('it holds no whole-number pixels');
  const value = (tag: number) => number(file.dataset, tag, context);
  const samples = value(TAG.SamplesPerPixel) ?? 1;
  const bitsAllocated = value(TAG.BitsAllocated) ?? 0;
  const bitsStored = value(TAG.BitsStored) ?? bitsAllocated;
  const photometric = (text(file.dataset, TAG.PhotometricInterpretation, context) ?? 'MONOCHROME2').toUpperCase();
  const padding = value(0x00280120);
  const layout: PixelLayout = {
    rows: value(TAG.Rows) ?? 0,
    columns: value(TAG.Columns) ?? 0,
    frames: value(TAG.NumberOfFrames) ?? 1,
    samples: samples as 1 | 3,
    photometric,
    bitsAllocated: bitsAllocated as 8,
    bitsStored,
    highBit: value(TAG.HighBit) ?? bitsStored - 1,
    signed: value(TAG.PixelRepresentation) === 1,
    planar: samples === 3 && value(TAG.PlanarConfiguration) === 1,
    subsampled: photometric === 'YBR_FULL_422' && element.kind !== 'encapsulated',
    bigEndian: context.bigEndian,
    padding: padding === null ? null : (padding & (2 ** bitsAllocated - 1)) >>> 0,
  };
  check(layout);
  return layout;
}

function check(layout: PixelLayout): void {
  const { rows, columns, frames, samples, photometric, bitsAllocated, bitsStored, highBit } = layout;
  const whole = [rows, columns, frames].every((count) => Number.isInteger(count) && count > 0);
  if (!whole) throw contradicts('it does not say how many pixels the image has');
  if (![8, 16, 32].includes(bitsAllocated)) throw unsupported(`its pixels have ${bitsAllocated} bits`);
  if (bitsStored < 1 || bitsStored > bitsAllocated) throw contradicts('it stores more bits than it makes room for');
  if (highBit < bitsStored - 1 || highBit >= bitsAllocated)
    throw contradicts('its highest bit lies outside of a pixel');
  if (!(samples === 1 ? GREY : COLOUR).test(photometric) || (samples !== 1 && samples !== 3))
    throw unsupported('its colours are stored in a way this version does not know');
  if (layout.subsampled && (bitsAllocated !== 8 || columns % 2 === 1 || layout.planar))
    throw unsupported('its colours are stored in a way this version does not know');
  if (rows * columns * samples > MAX_FRAME_SAMPLES) throw unsupported('it is larger than 268 million values a frame');
}

function unsupported(why: string): DomainError {
  return new DomainError('UNSUPPORTED', `The pixels of this image cannot be looked at one by one: ${why}.`);
}

function contradicts(why: string): DomainError {
  return new DomainError('UNREADABLE', `The header of this image contradicts itself: ${why}.`);
}

/** Bytes of one frame. */
export function frameBytes({ rows, columns, samples, bitsAllocated, subsampled }: PixelLayout): number {
  return rows * columns * (subsampled ? 2 : samples) * (bitsAllocated / 8);
}

/** Where sample `sample` of pixel (x, y) starts in a frame, in bytes; the chroma of subsampled pixels is that of their pair. */
export function sampleAt(layout: PixelLayout, x: number, y: number, sample: number): number {
  const { rows, columns, samples, planar, subsampled, bitsAllocated } = layout;
  if (subsampled) return (y * columns + (x & ~1)) * 2 + (sample === 0 ? x & 1 : sample + 1);
  const pixel = y * columns + x;
  const index = planar ? sample * rows * columns + pixel : pixel * samples + sample;
  return index * (bitsAllocated / 8);
}

/** Reads the stored word that starts at a byte, unsigned, as wide as BitsAllocated. */
export function wordReader(frame: Uint8Array, { bitsAllocated, bigEndian }: PixelLayout): (at: number) => number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (bitsAllocated === 8) return (at) => frame[at]!;
  return bitsAllocated === 16 ? (at) => view.getUint16(at, !bigEndian) : (at) => view.getUint32(at, !bigEndian);
}

/** Writes a stored word at a byte, as wide as BitsAllocated. */
export function wordWriter(frame: Uint8Array, { bitsAllocated, bigEndian }: PixelLayout) {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return (at: number, word: number): void => {
    if (bitsAllocated === 8) frame[at] = word;
    else if (bitsAllocated === 16) view.setUint16(at, word, !bigEndian);
    else view.setUint32(at, word, !bigEndian);
  };
}

/** The number that a stored word means: its stored bits only, negative where pixels are signed. */
export function meaningOf({ bitsStored, highBit, signed }: PixelLayout): (word: number) => number {
  const range = 2 ** bitsStored;
  const unit = 2 ** (highBit - bitsStored + 1);
  return (word) => {
    const value = Math.floor(word / unit) % range;
    return signed && value >= range / 2 ? value - range : value;
  };
}

/** The word that stores a number: the inverse of `meaningOf`, with the sign repeated above the highest bit. */
export function wordOf({ bitsAllocated, bitsStored, highBit, signed }: PixelLayout): (value: number) => number {
  const range = 2 ** bitsStored;
  const unit = 2 ** (highBit - bitsStored + 1);
  const above = 2 ** bitsAllocated - range * unit;
  return (value) => (((value % range) + range) % range) * unit + (signed && value < 0 ? above : 0);
}
