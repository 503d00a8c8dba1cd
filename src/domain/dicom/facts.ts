// What ingest needs to know of one instance (PS3.3 C.7), typed; what the file does not say is null.

import type { DataSet, DicomFile, Tag } from './dataset';
import { elementOf, groupOf } from './dictionary';
import { TAG } from './tags';
import { contextOf, items, number, numbers, text, texts, uid, type ValueContext } from './values';

export type Vec3 = readonly [number, number, number];
/** Direction cosines of a row, then of a column, LPS. */
export type Orientation = readonly [number, number, number, number, number, number];

export interface InstanceFacts {
  readonly sopClassUid: string | null;
  readonly sopInstanceUid: string | null;
  readonly studyInstanceUid: string | null;
  readonly seriesInstanceUid: string | null;
  readonly frameOfReferenceUid: string | null;
  readonly transferSyntaxUid: string | null;
  readonly patientId: string | null;
  readonly issuerOfPatientId: string | null;
  readonly patientName: string | null;
  readonly patientBirthDate: string | null;
  readonly patientSex: string | null;
  readonly patientAge: string | null;
  readonly accessionNumber: string | null;
  readonly studyId: string | null;
  readonly studyDate: string | null;
  readonly studyTime: string | null;
  readonly studyDescription: string | null;
  readonly seriesDate: string | null;
  readonly acquisitionDate: string | null;
  readonly modality: string | null;
  readonly seriesDescription: string | null;
  readonly protocolName: string | null;
  readonly bodyPartExamined: string | null;
  readonly manufacturer: string | null;
  readonly manufacturerModelName: string | null;
  readonly conversionType: string | null;
  readonly burnedInAnnotation: string | null;
  readonly recognizableVisualFeatures: string | null;
  readonly photometricInterpretation: string | null;
  readonly imageType: readonly string[];
  readonly seriesNumber: number | null;
  readonly instanceNumber: number | null;
  readonly acquisitionNumber: number | null;
  readonly echoTime: number | null;
  readonly rows: number | null;
  readonly columns: number | null;
  readonly frames: number | null;
  readonly samplesPerPixel: number | null;
  readonly bitsAllocated: number | null;
  /** Centre of the first pixel, LPS, mm; of a multi-frame image that of its first frame. */
  readonly position: Vec3 | null;
  readonly orientation: Orientation | null;
  /** Distance between rows, then between columns, mm. */
  readonly pixelSpacing: readonly [number, number] | null;
  readonly sliceThickness: number | null;
  readonly spacingBetweenSlices: number | null;
  readonly hasPixelData: boolean;
  readonly hasOverlay: boolean;
  readonly hasUltrasoundRegions: boolean;
  readonly isMosaic: boolean;
}

/** The facts of one instance. Never throws: a value that is damaged counts as missing. */
export function instanceFacts(file: DicomFile): InstanceFacts {
  const { dataset } = file;
  const context = contextOf(file);
  const word = (tag: Tag) => text(dataset, tag, context);
  const count = (tag: Tag) => number(dataset, tag, context);
  const imageType = texts(dataset, TAG.ImageType, context);
  return {
    sopClassUid: uid(dataset, TAG.SOPClassUID),
    sopInstanceUid: uid(dataset, TAG.SOPInstanceUID),
    studyInstanceUid: uid(dataset, TAG.StudyInstanceUID),
    seriesInstanceUid: uid(dataset, TAG.SeriesInstanceUID),
    frameOfReferenceUid: uid(dataset, TAG.FrameOfReferenceUID),
    transferSyntaxUid: file.transferSyntaxUid,
    patientId: word(TAG.PatientID),
    issuerOfPatientId: word(TAG.IssuerOfPatientID),
    patientName: word(TAG.PatientName),
    patientBirthDate: word(TAG.PatientBirthDate),
    patientSex: word(TAG.PatientSex),
    patientAge: word(TAG.PatientAge),
    accessionNumber: word(TAG.AccessionNumber),
    studyId: word(TAG.StudyID),
    studyDate: word(TAG.StudyDate),
    studyTime: word(TAG.StudyTime),
    studyDescription: word(TAG.StudyDescription),
    seriesDate: word(TAG.SeriesDate),
    acquisitionDate: word(TAG.AcquisitionDate),
    modality: word(TAG.Modality),
    seriesDescription: word(TAG.SeriesDescription),
    protocolName: word(TAG.ProtocolName),
    bodyPartExamined: word(TAG.BodyPartExamined),
    manufacturer: word(TAG.Manufacturer),
    manufacturerModelName: word(TAG.ManufacturerModelName),
    conversionType: word(TAG.ConversionType),
    burnedInAnnotation: word(TAG.BurnedInAnnotation),
    recognizableVisualFeatures: word(TAG.RecognizableVisualFeatures),
    photometricInterpretation: word(TAG.PhotometricInterpretation),
    imageType,
    seriesNumber: count(TAG.SeriesNumber),
    instanceNumber: count(TAG.InstanceNumber),
    acquisitionNumber: count(TAG.AcquisitionNumber),
    echoTime: count(TAG.EchoTime),
    rows: count(TAG.Rows),
    columns: count(TAG.Columns),
    frames: count(TAG.NumberOfFrames),
    samplesPerPixel: count(TAG.SamplesPerPixel),
    bitsAllocated: count(TAG.BitsAllocated),
    ...placeOf(firstFrame(dataset), context),
    hasPixelData: [TAG.PixelData, TAG.FloatPixelData, TAG.DoubleFloatPixelData].some((tag) =>
      dataset.elements.has(tag),
    ),
    hasOverlay: [...dataset.elements.keys()].some(isOverlay),
    hasUltrasoundRegions: items(dataset, TAG.SequenceOfUltrasoundRegions).length > 0,
    isMosaic: isMosaic(imageType),
  };
}

/** A Siemens mosaic or a UIH grid: one image holds a whole volume as tiles. */
export function isMosaic(imageType: readonly string[]): boolean {
  return imageType.some((word) => ['MOSAIC', 'VFRAME'].includes(word.toUpperCase()));
}

/** Overlay planes, even groups 6000 to 601E (PS3.3 C.9.2). */
function isOverlay(tag: Tag): boolean {
  const group = groupOf(tag);
  return group >= 0x6000 && group <= 0x601e && group % 2 === 0 && elementOf(tag) === 0x3000;
}

export interface Place {
  readonly position: Vec3 | null;
  readonly orientation: Orientation | null;
  readonly pixelSpacing: readonly [number, number] | null;
  readonly sliceThickness: number | null;
  readonly spacingBetweenSlices: number | null;
}

/** The data sets that may hold a frame's place, the nearest first: the image itself, its functional groups' items. */
export type PlaceSources = readonly DataSet[];

function firstFrame(dataset: DataSet): PlaceSources {
  return frameSources(
    dataset,
    items(dataset, TAG.SharedFunctionalGroupsSequence)[0],
    items(dataset, TAG.PerFrameFunctionalGroupsSequence)[0],
  );
}

/** Where one frame's place may stand: its own functional groups before the shared ones before the image. */
export function frameSources(image: DataSet, shared: DataSet | undefined, own: DataSet | undefined): PlaceSources {
  const groups = [own, shared].filter((group) => group !== undefined);
  const macros = [TAG.PlanePositionSequence, TAG.PlaneOrientationSequence, TAG.PixelMeasuresSequence];
  return [...groups.flatMap((group) => macros.flatMap((tag) => items(group, tag).slice(0, 1))), image];
}

/** Position, orientation and spacing from the first source that has each; null where it is missing or no number. */
export function placeOf(sources: PlaceSources, context: ValueContext): Place {
  const list = (tag: Tag, length: number) => {
    for (const source of sources) {
      const values = numbers(source, tag, context);
      if (values.length > 0) return values.length === length && values.every(Number.isFinite) ? values : null;
    }
    return null;
  };
  return {
    position: list(TAG.ImagePositionPatient, 3) as Vec3 | null,
    orientation: list(TAG.ImageOrientationPatient, 6) as Orientation | null,
    pixelSpacing: list(TAG.PixelSpacing, 2) as [number, number] | null,
    sliceThickness: list(TAG.SliceThickness, 1)?.[0] ?? null,
    spacingBetweenSlices: list(TAG.SpacingBetweenSlices, 1)?.[0] ?? null,
  };
}
