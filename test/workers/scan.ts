// A small classic MR series made for tests: identifiers planted in its header, slices in a straight stack.

import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { tagOf } from '@/domain/dicom/dictionary';
import { makeDataSet, makeElement } from '@/domain/dicom/make';
import { writeDicom } from '@/domain/dicom/write';

export const PLANTED = ['Lovelace', 'Augusta', 'MRN-771204', '19151210', 'St Elsewhere', 'ACC-99120'] as const;

export interface ScanOptions {
  readonly slices?: number;
  readonly size?: number;
  readonly patient?: string;
  readonly study?: string;
  readonly series?: string;
  /** Leaves this slice out. */
  readonly missing?: number;
  readonly pixels?: (z: number, y: number, x: number) => number;
}

/** One DICOM file per slice, explicit VR little endian. */
export function scan(options: ScanOptions = {}): { path: string; bytes: Uint8Array }[] {
  const { slices = 12, missing = -1, series = '1.2.826.0.1.3680043.10.1.2' } = options;
  return Array.from({ length: slices }, (_, z) => z)
    .filter((z) => z !== missing)
    .map((z) => ({
      path: `drop/${series.split('.').at(-1)}/IM${String(z).padStart(4, '0')}`,
      bytes: slice(z, options),
    }));
}

export function slice(z: number, options: ScanOptions = {}, over: readonly Element[] = []): Uint8Array {
  const file = sliceFile(z, options);
  const elements = new Map(file.dataset.elements);
  for (const element of over) elements.set(element.tag, element);
  return Buffer.concat(writeDicom({ ...file, dataset: makeDataSet(elements.values()) }));
}

const ctx = { bigEndian: false, charsets: [] };

function sliceFile(z: number, options: ScanOptions): DicomFile {
  const {
    size = 32,
    patient = 'MRN-771204',
    study = '1.2.826.0.1.3680043.10.1.1',
    series = '1.2.826.0.1.3680043.10.1.2',
  } = options;
  const instance = `${series}.${z + 1}`;
  const sopClass = '1.2.840.10008.5.1.4.1.1.4';
  const text = (keyword: Parameters<typeof tagOf>[0], vr: string, value: string | string[]) =>
    makeElement(tagOf(keyword), vr, value, ctx);
  const short = (keyword: Parameters<typeof tagOf>[0], value: number) =>
    makeElement(tagOf(keyword), 'US', [value], ctx);
  const meta = makeDataSet([
    makeElement(0x00020001, 'OB', new Uint8Array([0, 1]), ctx),
    makeElement(0x00020002, 'UI', sopClass, ctx),
    makeElement(0x00020003, 'UI', instance, ctx),
    makeElement(0x00020010, 'UI', '1.2.840.10008.1.2.1', ctx),
    makeElement(0x00020012, 'UI', '1.2.826.0.1.3680043.10.1', ctx),
  ]);
  const dataset = makeDataSet([
    text('ImageType', 'CS', ['ORIGINAL', 'PRIMARY', 'M']),
    text('SOPClassUID', 'UI', sopClass),
    text('SOPInstanceUID', 'UI', instance),
    text('StudyDate', 'DA', '20210304'),
    text('StudyTime', 'TM', '101112'),
    text('AccessionNumber', 'SH', 'ACC-99120'),
    text('Modality', 'CS', 'MR'),
    text('Manufacturer', 'LO', 'SIEMENS'),
    text('InstitutionName', 'LO', 'St Elsewhere'),
    text('PatientName', 'PN', 'Lovelace^Augusta'),
    text('PatientID', 'LO', patient),
    text('PatientBirthDate', 'DA', '19151210'),
    text('PatientSex', 'CS', 'F'),
    text('PatientAge', 'AS', '036Y'),
    text('ScanningSequence', 'CS', 'GR'),
    text('SliceThickness', 'DS', '2'),
    text('RepetitionTime', 'DS', '500'),
    text('EchoTime', 'DS', '5'),
    text('StudyInstanceUID', 'UI', study),
    text('SeriesInstanceUID', 'UI', series),
    text('SeriesNumber', 'IS', '3'),
    text('InstanceNumber', 'IS', String(z + 1)),
    text('ImagePositionPatient', 'DS', ['-32', '-32', String(2 * z)]),
    text('ImageOrientationPatient', 'DS', ['1', '0', '0', '0', '1', '0']),
    text('FrameOfReferenceUID', 'UI', `${study}.9`),
    short('SamplesPerPixel', 1),
    text('PhotometricInterpretation', 'CS', 'MONOCHROME2'),
    short('Rows', size),
    short('Columns', size),
    text('PixelSpacing', 'DS', ['2', '2']),
    short('BitsAllocated', 16),
    short('BitsStored', 12),
    short('HighBit', 11),
    short('PixelRepresentation', 0),
    makeElement(0x7fe00010, 'OW', pixels(z, size, options.pixels), ctx),
  ]);
  const encoding = { explicitVr: true, bigEndian: false, deflated: false };
  return {
    preamble: new Uint8Array(128),
    meta,
    encoding,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    dataset,
    trailing: new Uint8Array(0),
  };
}

function pixels(
  z: number,
  size: number,
  at: ScanOptions['pixels'] = (k, j, i) => 100 + ((i * 7 + j * 13 + k * 29) % 300),
): Uint8Array {
  const values = new Uint16Array(size * size);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) values[y * size + x] = at(z, y, x);
  return new Uint8Array(values.buffer);
}
