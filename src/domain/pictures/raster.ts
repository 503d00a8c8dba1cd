// The pixels of a picture, upright, and how they become an image that everything made for DICOM can look at.
import type { DicomFile } from '../dicom/dataset';
import { makeDataSet, makeElement } from '../dicom/make';
import { TAG } from '../dicom/tags';
import { LITTLE_ENDIAN_UTF8 as CONTEXT } from '../dicom/values';
import { damaged, unsupported } from './refusal';

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3;
  /** Pixel by pixel, row by row; of 8 or 16 bits. */
  readonly data: Uint8Array | Uint16Array;
}

/** How the samples of a pixel lie in the rows of a file. */
export interface Cells {
  /** Bits of a sample: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly colours: 1 | 3;
  /** Whether a sample of opacity follows. */
  readonly alpha: boolean;
  /** Red, green and blue of each index, 8 bits. */
  readonly palette: Uint8Array | null;
  /** Zero is white. */
  readonly inverted: boolean;
  readonly bigEndian: boolean;
}

export function emptyRaster(width: number, height: number, { depth, colours, palette }: Cells): Raster {
  const channels = palette === null ? colours : 3;
  const length = width * height * channels;
  return { width, height, channels, data: depth === 16 ? new Uint16Array(length) : new Uint8Array(length) };
}

/**
 * Writes pixels of one row of a file, from `x` on, every `step`th column.
 * @throws DomainError UNSUPPORTED for a pixel that is not opaque, UNREADABLE for a colour that is not in the palette
 */
export function putRow(
  { width, channels, data }: Raster,
  cells: Cells,
  line: Uint8Array,
  { y, x, step, count }: { y: number; x: number; step: number; count: number },
): void {
  const { depth, colours, alpha, palette, inverted } = cells;
  const most = 2 ** depth - 1;
  // Less than 8 bits are spread over 8; palettes say themselves how bright they are.
  const scale = depth < 8 && palette === null ? 255 / most : 1;
  const read = reader(line, cells);
  const samples = colours + (alpha ? 1 : 0);
  for (let i = 0; i < count; i++) {
    const at = (y * width + x + i * step) * channels;
    if (alpha && read(i * samples + colours) !== most)
      throw unsupported('has transparent parts, in which text can hide', 'Save it without transparency.');
    if (palette !== null) {
      const index = 3 * read(i * samples);
      if (index >= palette.length) throw damaged('a colour is missing');
      for (let c = 0; c < 3; c++) data[at + c] = palette[index + c]!;
      continue;
    }
    for (let c = 0; c < colours; c++) {
      const value = read(i * samples + c);
      data[at + c] = scale * (inverted ? most - value : value);
    }
  }
}

function reader(line: Uint8Array, { depth, bigEndian }: Cells): (index: number) => number {
  if (depth === 8) return (i) => line[i]!;
  if (depth === 16) {
    const [high, low] = bigEndian ? [0, 1] : [1, 0];
    return (i) => (line[2 * i + high]! << 8) | line[2 * i + low]!;
  }
  const perByte = 8 / depth;
  const mask = 2 ** depth - 1;
  return (i) => (line[Math.floor(i / perByte)]! >> (8 - depth * ((i % perByte) + 1))) & mask;
}

/** The picture turned as its orientation (1 to 8, EXIF) says; the very same one when it is upright. */
export function upright(raster: Raster, orientation: number): Raster {
  if (orientation === 1) return raster;
  const { width, height, channels, data } = raster;
  const turned = orientation >= 5;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const out = data.slice();
  const mirroredX = [2, 3, 7, 8].includes(orientation);
  const mirroredY = [3, 4, 6, 7].includes(orientation);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [u, v] = turned ? [y, x] : [x, y];
      const from = ((mirroredY ? height - 1 - v : v) * width + (mirroredX ? width - 1 - u : u)) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from + c]!;
    }
  }
  return { width: columns, height: rows, channels, data: out };
}

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** The picture as the pixels of an uncompressed DICOM file that stands nowhere but in memory. */
export function asDicom({ width, height, channels, data }: Raster): DicomFile {
  const bits = 8 * data.BYTES_PER_ELEMENT;
  const us = (tag: number, value: number) => makeElement(tag, 'US', [value], CONTEXT);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const elements = [
    us(TAG.SamplesPerPixel, channels),
    makeElement(TAG.PhotometricInterpretation, 'CS', channels === 3 ? 'RGB' : 'MONOCHROME2', CONTEXT),
    us(TAG.PlanarConfiguration, 0),
    us(TAG.Rows, height),
    us(TAG.Columns, width),
    us(TAG.BitsAllocated, bits),
    us(TAG.BitsStored, bits),
    us(TAG.HighBit, bits - 1),
    us(TAG.PixelRepresentation, 0),
    makeElement(TAG.PixelData, bits === 8 ? 'OB' : 'OW', bytes, CONTEXT),
  ];
  return {
    meta: makeDataSet([]),
    encoding: { explicitVr: true, bigEndian: false, deflated: false },
    transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
    dataset: makeDataSet(elements),
    trailing: new Uint8Array(0),
  };
}
