// A generated CT or MR series as DICOM files (PS3.3 A.3, A.4), identifiers planted wherever real ones have been seen to hide.

import type { DicomFile, Element } from '../dicom/dataset';
import { makeDataSet, makeElement } from '../dicom/make';
import { TAG } from '../dicom/tags';
import { LITTLE_ENDIAN_UTF8 } from '../dicom/values';
import { writeDicom } from '../dicom/write';
import { headPhantom } from './head';
import { type PhantomIdentifiers, spokenName } from './identifiers';
import { plantedElements, plantedMeta, plantedPreamble } from './planting';
import { trunkPhantom } from './trunk';

export interface PhantomSeriesOptions {
  readonly modality: 'CT' | 'MR';
  readonly slices: number;
  readonly rows: number;
  readonly columns: number;
  /** Voxel size along columns, rows and slices; by default one that fits the whole head or a piece of trunk. */
  readonly spacingMm?: readonly [number, number, number];
  readonly identifiers: PhantomIdentifiers;
  readonly seed: number;
  /** A head with a face, or a piece of trunk. */
  readonly head: boolean;
  /** 1 unless the study has several. */
  readonly seriesNumber?: number;
}

interface Slice {
  readonly options: PhantomSeriesOptions;
  readonly spacing: readonly [number, number, number];
  readonly index: number;
  readonly pixels: Uint8Array;
}

const SOP_CLASSES = { CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4' } as const;
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const RESCALE_INTERCEPT = -1024;

/** A series of axial slices from feet to head, one file each; the same bytes for the same options. */
export function phantomSeries(options: PhantomSeriesOptions): { name: string; bytes: Uint8Array }[] {
  const { columns, rows, slices, head, modality, seed } = options;
  const spacing = options.spacingMm ?? fittingSpacing(options);
  const phantom = head ? headPhantom : trunkPhantom;
  const contrast = modality === 'CT' ? 'ct' : 't1';
  const voxels = phantom({ dims: [columns, rows, slices], spacingMm: spacing, contrast, seed });
  return Array.from({ length: slices }, (_, index) => {
    const pixels = slicePixels(voxels, options, index);
    const file = sliceFile({ options, spacing, index, pixels });
    const trailing = new TextEncoder().encode(`END OF SCAN ${spokenName(options.identifiers.patientName)} `);
    return { name: `IM${String(index + 1).padStart(5, '0')}`, bytes: joined([...writeDicom(file), trailing]) };
  });
}

function fittingSpacing({ columns, rows, slices, head }: PhantomSeriesOptions): readonly [number, number, number] {
  const inPlane = (head ? 240 : 380) / Math.max(columns, rows);
  return [inPlane, inPlane, (head ? 236 : 150) / slices];
}

/** RAS to rows and columns of LPS: both in-plane axes turn round. */
function slicePixels(
  voxels: Float32Array,
  { columns, rows, modality }: PhantomSeriesOptions,
  index: number,
): Uint8Array {
  const pixels = new Uint8Array(columns * rows * 2);
  const view = new DataView(pixels.buffer);
  const offset = modality === 'CT' ? -RESCALE_INTERCEPT : 0;
  const first = index * columns * rows;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = voxels[first + (rows - 1 - row) * columns + (columns - 1 - column)]!;
      view.setUint16((row * columns + column) * 2, Math.max(0, Math.min(4095, Math.round(value + offset))), true);
    }
  }
  return pixels;
}

function sliceFile(slice: Slice): DicomFile {
  const { identifiers, modality } = slice.options;
  const sopInstance = sopInstanceUid(slice);
  return {
    preamble: plantedPreamble(identifiers),
    meta: makeDataSet([
      element(TAG.FileMetaInformationVersion, 'OB', Uint8Array.of(0, 1)),
      element(TAG.MediaStorageSOPClassUID, 'UI', SOP_CLASSES[modality]),
      element(TAG.MediaStorageSOPInstanceUID, 'UI', sopInstance),
      element(TAG.TransferSyntaxUID, 'UI', EXPLICIT_LITTLE_ENDIAN),
      element(TAG.ImplementationClassUID, 'UI', '1.2.826.0.1.3680043.9.7777.1'),
      ...plantedMeta(identifiers),
    ]),
    encoding: { explicitVr: true, bigEndian: false, deflated: false },
    transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
    dataset: makeDataSet([
      ...identity(slice, sopInstance),
      ...acquisition(slice),
      ...plane(slice),
      ...plantedElements(identifiers, slice.index),
    ]),
    trailing: new Uint8Array(0),
  };
}

function element(tag: number, vr: string, value: string | readonly string[] | readonly number[] | Uint8Array): Element {
  return makeElement(tag, vr, value, LITTLE_ENDIAN_UTF8);
}

function sopInstanceUid({ options, index }: Slice): string {
  return `${options.identifiers.uidRoot}.${options.seriesNumber ?? 1}.${index + 1}`;
}

function identity({ options, index }: Slice, sopInstance: string): Element[] {
  const { identifiers, modality, seriesNumber = 1 } = options;
  const { uidRoot, studyDate, studyTime } = identifiers;
  return [
    element(TAG.SpecificCharacterSet, 'CS', 'ISO_IR 192'),
    element(TAG.ImageType, 'CS', ['ORIGINAL', 'PRIMARY', modality === 'CT' ? 'AXIAL' : 'M']),
    element(TAG.SOPClassUID, 'UI', SOP_CLASSES[modality]),
    element(TAG.SOPInstanceUID, 'UI', sopInstance),
    element(TAG.StudyInstanceUID, 'UI', uidRoot),
    element(TAG.SeriesInstanceUID, 'UI', `${uidRoot}.${seriesNumber}`),
    element(TAG.FrameOfReferenceUID, 'UI', `${uidRoot}.9.${seriesNumber}`),
    ...[TAG.StudyDate, TAG.SeriesDate, TAG.AcquisitionDate, TAG.ContentDate].map((tag) =>
      element(tag, 'DA', studyDate),
    ),
    ...[TAG.StudyTime, TAG.SeriesTime, TAG.AcquisitionTime, TAG.ContentTime].map((tag) =>
      element(tag, 'TM', studyTime),
    ),
    element(TAG.Modality, 'CS', modality),
    element(TAG.SeriesNumber, 'IS', String(seriesNumber)),
    element(TAG.AcquisitionNumber, 'IS', '1'),
    element(TAG.InstanceNumber, 'IS', String(index + 1)),
  ];
}

function acquisition({ options, spacing }: Slice): Element[] {
  const common = [
    element(TAG.BodyPartExamined, 'CS', options.head ? 'HEAD' : 'ABDOMEN'),
    element(TAG.SliceThickness, 'DS', decimal(spacing[2])),
    element(TAG.SpacingBetweenSlices, 'DS', decimal(spacing[2])),
    element(TAG.PatientPosition, 'CS', 'HFS'),
    element(TAG.Manufacturer, 'LO', 'Cloakroom'),
    element(TAG.ManufacturerModelName, 'LO', 'Phantom'),
  ];
  if (options.modality === 'MR') {
    return [
      ...common,
      element(TAG.ScanningSequence, 'CS', ['GR']),
      element(TAG.RepetitionTime, 'DS', '2300'),
      element(TAG.EchoTime, 'DS', '2.98'),
      element(TAG.InversionTime, 'DS', '900'),
    ];
  }
  return [
    ...common,
    element(TAG.KVP, 'DS', '120'),
    element(TAG.GantryDetectorTilt, 'DS', '0'),
    element(TAG.RescaleIntercept, 'DS', String(RESCALE_INTERCEPT)),
    element(TAG.RescaleSlope, 'DS', '1'),
    element(TAG.RescaleType, 'LO', 'HU'),
  ];
}

function plane({ options, spacing, index, pixels }: Slice): Element[] {
  const { rows, columns, slices, modality } = options;
  const middle = (count: number, mm: number) => -((count - 1) / 2) * mm;
  const position = [
    middle(columns, spacing[0]),
    middle(rows, spacing[1]),
    middle(slices, spacing[2]) + index * spacing[2],
  ];
  const window = modality === 'CT' ? ['40', '400'] : ['420', '840'];
  return [
    element(TAG.ImagePositionPatient, 'DS', position.map(decimal)),
    element(TAG.ImageOrientationPatient, 'DS', ['1', '0', '0', '0', '1', '0']),
    element(TAG.PixelSpacing, 'DS', [decimal(spacing[1]), decimal(spacing[0])]),
    element(TAG.SamplesPerPixel, 'US', [1]),
    element(TAG.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
    element(TAG.Rows, 'US', [rows]),
    element(TAG.Columns, 'US', [columns]),
    element(TAG.BitsAllocated, 'US', [16]),
    element(TAG.BitsStored, 'US', [12]),
    element(TAG.HighBit, 'US', [11]),
    element(TAG.PixelRepresentation, 'US', [0]),
    element(TAG.WindowCenter, 'DS', window[0]!),
    element(TAG.WindowWidth, 'DS', window[1]!),
    element(TAG.PixelData, 'OW', pixels),
  ];
}

/** A DS of at most 16 characters, exact to a nanometre. */
function decimal(value: number): string {
  return String(Number(value.toFixed(6)));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
