// Whether an image's pixels may hold text about the patient, judged from its header alone (PS3.15 E.3.1, PS3.3 C.7.6.1).
// Until pixels can be cleaned, a series at risk is kept back.

import type { InstanceFacts } from './facts';
import { sopClass } from './sopClasses';

export interface BurnedInRisk {
  readonly atRisk: boolean;
  /** Why, in plain words; null when not at risk. */
  readonly reason: string | null;
}

/** Devices that write text into their pixels, or whose pictures show what stands around the patient. */
const RISKY_MODALITIES: Readonly<Record<string, string>> = {
  US: 'ultrasound images usually carry text',
  IVUS: 'intravascular ultrasound images usually carry text',
  XA: 'angiography images often carry text',
  RF: 'fluoroscopy images often carry text',
  CR: 'radiographs may carry text or markers',
  DX: 'radiographs may carry text or markers',
  MG: 'mammograms may carry text or markers',
  IO: 'dental radiographs may carry text or markers',
  PX: 'panoramic radiographs may carry text or markers',
  OT: 'images of an unnamed device may carry text',
  SC: 'captured screens usually carry text',
  ES: 'endoscopy images usually carry text',
  XC: 'photographs may show a person or text',
  GM: 'microscopy images may show a label',
  SM: 'slide microscopy images may show a label',
  OP: 'ophthalmic photographs often carry text',
  OPT: 'ophthalmic tomographies often carry text',
  DOC: 'a scanned document is text',
  HC: 'a hard copy carries text',
  DG: 'diaphanography images may carry text',
  DMS: 'dermoscopy images may show a label',
  NM: 'nuclear medicine images are often captured screens',
};

const RISKY_IMAGE_TYPES = /SCREEN|DOSE|PROTOCOL|\bREPORT|SUMMARY|CAPTURE/i;
const NOT_AT_RISK: BurnedInRisk = { atRisk: false, reason: null };

/**
 * Whether the pixels may hold identifying text. Plain CT, MR and PET images of a scanner's SOP classes are not at risk unless
 * they say so themselves; a header's BurnedInAnnotation = NO never lifts another reason, as it is often wrong.
 */
export function burnedInRisk(facts: InstanceFacts): BurnedInRisk {
  const reason = reasonOf(facts);
  return reason === null ? NOT_AT_RISK : { atRisk: true, reason: `The pixels may hold text: ${reason}.` };
}

function reasonOf(facts: InstanceFacts): string | null {
  if (facts.burnedInAnnotation?.toUpperCase() === 'YES') return 'the header says so (BurnedInAnnotation is YES)';
  const known = sopClass(facts.sopClassUid ?? '');
  if (!known) return 'the file does not say what kind of image it is';
  if (known.kind === 'secondaryCapture') return 'it is a secondary capture';
  if (facts.hasUltrasoundRegions) return RISKY_MODALITIES.US!;
  if (facts.conversionType !== null) return 'it was converted from something else, such as a film or a screen';
  if (facts.imageType.some((word) => RISKY_IMAGE_TYPES.test(word))) return 'it is a report or a captured screen';
  if ((facts.samplesPerPixel ?? 1) > 1) return 'it is a colour image';
  const modality = RISKY_MODALITIES[facts.modality?.toUpperCase() ?? ''];
  if (modality) return modality;
  return known.volumetric ? null : 'only CT, MR and PET slices are known to hold none';
}
