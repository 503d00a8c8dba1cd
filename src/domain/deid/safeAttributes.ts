// Attributes outside Table E.1-1 that are known to be safe: an allow-list by attribute for texts and bytes, by form for codes and numbers.

import type { Tag } from '../dicom/dataset';
import safeTexts from './data/safeTexts.json';

const texts: ReadonlySet<Tag> = new Set(safeTexts.texts.map(([tag]) => Number.parseInt(tag!, 16)));

/** Whether equipment writes this text about the acquisition, so that it may stay as it is once its value was looked at. */
export function isSafeText(tag: Tag): boolean {
  return texts.has(tag);
}

/** Byte attributes (OB) that are images, waveforms, colours or patterns. Other byte VRs (OW, OF, OD, OL, OV) hold only numbers. */
const SAFE_BYTES: ReadonlySet<Tag> = new Set([
  0x00020001, 0x00282000, 0x00700256, 0x54000110, 0x54000112, 0x5400100a, 0x54001010, 0x7fe00010,
]);

/** Whether a standard attribute of a byte VR may stay. */
export function isSafeBytes(tag: Tag, vr: string): boolean {
  const group = tag >>> 16;
  if (group >= 0x7f00 && group !== 0x7fe0) return false;
  return vr === 'OB' ? SAFE_BYTES.has(tag) : true;
}

/** UI attributes that name a kind of thing: SOP classes, transfer syntaxes, coding schemes. */
const CLASS_UIDS: ReadonlySet<Tag> = new Set([
  0x00020002, 0x00020010, 0x00080016, 0x0008001a, 0x0008001b, 0x00080062, 0x0008010c, 0x00080117, 0x00080118,
  0x0008040e, 0x00081150, 0x0008115a, 0x00083002, 0x00340003, 0x04000010, 0x04000510, 0x30100052, 0x30100053,
]);

/** Whether a UI attribute names a kind of thing, so that its value tells nothing about one person. */
export function isClassAttribute(tag: Tag): boolean {
  return CLASS_UIDS.has(tag);
}

/** Roots of SOP classes that vendors publish and of registered coding schemes (HL7 OIDs), none longer than a class needs. */
const KNOWN_CLASS =
  /^(1\.3\.12\.2\.1107\.5\.9\.1|1\.2\.840\.113619\.4\.\d{1,4}|1\.3\.46\.670589\.[25]\.0(\.\d{1,3}){1,3}|1\.3\.46\.670589\.11\.0\.0\.12\.\d|1\.2\.392\.200036\.9116\.7\.8\.1\.1\.1|2\.16\.840\.1\.113883\.(6|5)(\.\d{1,5}){1,3}|1\.2\.276\.0\.7230010\.3\.0\.3\.\d\.\d\.\d)$/;

/** Whether a UID in this attribute is the name of a class that is publicly known. */
export function isKnownClassUid(tag: Tag, uid: string): boolean {
  return CLASS_UIDS.has(tag) && KNOWN_CLASS.test(uid);
}

/** Coding schemes whose codes and meanings are published, so that a code of theirs tells nothing about one person. */
const PUBLIC_SCHEMES = new Set(
  'DCM SCT SRT SNM3 SNM SNM2 99SDM LN UCUM FMA RADLEX NCIT NCIt UMLS MSH ICD9 I9C ICD10 I10 I10P ICDO ICDO3 RXNORM MA NEU BI BARI MDC IBSI ACR ISO3166_1 ISO639_1 ISO639_2 RFC5646 RFC3066 NDC CPT C4 C5 HCPT LOINC SNOMED-CT ITIS_TSN PUBCHEM_CID DICOM'.split(
    ' ',
  ),
);

/** Whether a coding scheme designator (0008,0102) names a published scheme (PS3.16 table 8-1). */
export function isPublicScheme(designator: string): boolean {
  return PUBLIC_SCHEMES.has(designator.trim());
}
