// Whether a DICOM file is an image that this version can treat safely; what it cannot is kept back with a plain reason.
import { burnedInRisk } from '../dicom/burnedInRisk';
import type { DicomFile } from '../dicom/dataset';
import { type InstanceFacts, instanceFacts } from '../dicom/facts';
import { checkPixelLength } from '../dicom/pixelLength';
import { sopClass } from '../dicom/sopClasses';
import { uid } from '../dicom/values';

export type Verdict =
  /** `risk`: why the whole series waits for pixel cleaning, or null. */
  | { readonly kind: 'image'; readonly facts: InstanceFacts; readonly risk: string | null }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'quarantined'; readonly reason: string };

const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
const MEDIA_STORAGE_SOP_CLASS_UID = 0x00020002;

const NOT_AN_IMAGE: Readonly<Record<string, string>> = {
  report: 'a structured report',
  plan: 'a radiotherapy plan',
  structureSet: 'a radiotherapy structure set',
  dose: 'a radiotherapy dose',
  segmentation: 'a segmentation',
  encapsulated: 'a document inside DICOM',
  waveform: 'a waveform',
  presentation: 'a presentation state',
  registration: 'a registration',
  spectroscopy: 'spectroscopy',
  rawData: 'raw scanner data',
  other: 'an object without an image',
};
const UNTREATED_IMAGE: Readonly<Record<string, string>> = {
  microscopy: 'a whole-slide microscopy image',
  video: 'a video',
};

/** What to do with a DICOM file: take it as an image, pass over it, or quarantine it. Reasons hold no value of the file. */
export function judgeDicom(file: DicomFile): Verdict {
  const facts = instanceFacts(file);
  const classUid = facts.sopClassUid ?? uid(file.meta, MEDIA_STORAGE_SOP_CLASS_UID);
  if (classUid === MEDIA_STORAGE_DIRECTORY || sopClassKind(classUid) === 'directory') {
    return { kind: 'ignored', reason: 'An index file (DICOMDIR), not needed.' };
  }
  const objection = classObjection(classUid) ?? contentObjection(file, facts);
  if (objection !== null) return { kind: 'quarantined', reason: objection };
  const { atRisk, reason } = burnedInRisk(facts);
  return { kind: 'image', facts, risk: atRisk ? (reason ?? 'The pixels may hold text.') : null };
}

function sopClassKind(classUid: string | null): string | null {
  return classUid === null ? null : (sopClass(classUid)?.kind ?? null);
}

function classObjection(classUid: string | null): string | null {
  const kind = sopClassKind(classUid);
  if (kind === null)
    return 'The file does not say which kind of DICOM object it is, or names a kind this version does not know.';
  const thing = NOT_AN_IMAGE[kind];
  if (thing !== undefined) return `Not an image: ${thing}. Not yet supported.`;
  const untreated = UNTREATED_IMAGE[kind];
  return untreated === undefined ? null : `This is ${untreated}. Not yet supported.`;
}

function contentObjection(file: DicomFile, facts: InstanceFacts): string | null {
  if (facts.studyInstanceUid === null || facts.seriesInstanceUid === null || facts.sopInstanceUid === null) {
    return 'The file does not say which study, series and instance it belongs to (a UID is missing).';
  }
  if (!facts.hasPixelData) return 'The file holds no pixels: it was cut short, or sent without its image.';
  return checkPixelLength(file);
}
