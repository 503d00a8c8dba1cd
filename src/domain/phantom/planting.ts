// Where identifiers hide in real files: the patient module, free text, nested sequences, private blocks, file meta, overlays,
// attributes nobody lists, UIDs in odd places. Each generated file carries all of them.

import type { Element, Item } from '../dicom/dataset';
import { makeElement, makeItem, makeSequence } from '../dicom/make';
import { TAG } from '../dicom/tags';
import { LITTLE_ENDIAN_UTF8 } from '../dicom/values';
import { type PhantomIdentifiers, spokenName, writtenDate } from './identifiers';

function plant(tag: number, vr: string, value: string | readonly string[] | readonly number[] | Uint8Array): Element {
  return makeElement(tag, vr, value, LITTLE_ENDIAN_UTF8);
}

/** 128 bytes that real scanners leave empty and real tools do not. */
export function plantedPreamble({ patientId, accessionNumber }: PhantomIdentifiers): Uint8Array {
  const preamble = new Uint8Array(128);
  preamble.set(new TextEncoder().encode(`SCAN OF ${patientId} ${accessionNumber}`));
  return preamble;
}

/** What file meta may carry beyond what it needs. */
export function plantedMeta({ aeTitle, uidRoot, patientId }: PhantomIdentifiers): Element[] {
  return [
    ...[TAG.SourceApplicationEntityTitle, TAG.SendingApplicationEntityTitle, TAG.ReceivingApplicationEntityTitle].map(
      (tag) => plant(tag, 'AE', aeTitle),
    ),
    plant(TAG.PrivateInformationCreatorUID, 'UI', `${uidRoot}.7`),
    plant(TAG.PrivateInformation, 'OB', new TextEncoder().encode(`ARCHIVE ${patientId}`)),
  ];
}

/** All that is planted into the data set of one slice. */
export function plantedElements(identifiers: PhantomIdentifiers, index: number): Element[] {
  return [
    ...patient(identifiers),
    ...visit(identifiers),
    ...freeText(identifiers, index),
    ...nested(identifiers),
    ...hidden(identifiers),
  ];
}

function patient(identifiers: PhantomIdentifiers): Element[] {
  return [
    plant(TAG.PatientName, 'PN', identifiers.patientName),
    plant(TAG.PatientID, 'LO', identifiers.patientId),
    plant(TAG.IssuerOfPatientID, 'LO', identifiers.issuerOfPatientId),
    plant(TAG.PatientBirthDate, 'DA', identifiers.birthDate),
    plant(TAG.PatientSex, 'CS', identifiers.sex),
    plant(TAG.PatientAge, 'AS', ageAt(identifiers)),
    plant(TAG.PatientWeight, 'DS', '71.5'),
    plant(TAG.PatientAddress, 'LO', identifiers.address),
    plant(0x00102154, 'SH', identifiers.telephone.slice(0, 16)),
    plant(TAG.PatientComments, 'LT', `Reach her or him under ${identifiers.email} or ${identifiers.telephone}`),
  ];
}

function ageAt({ birthDate, studyDate }: PhantomIdentifiers): string {
  const years = Math.floor((Number(studyDate) - Number(birthDate)) / 10000);
  return `${String(years).padStart(3, '0')}Y`;
}

function visit(identifiers: PhantomIdentifiers): Element[] {
  const { institution, address, stationName, studyDate, studyTime } = identifiers;
  return [
    plant(TAG.AccessionNumber, 'SH', identifiers.accessionNumber),
    plant(TAG.StudyID, 'SH', identifiers.studyId),
    plant(TAG.InstitutionName, 'LO', institution),
    plant(TAG.InstitutionAddress, 'ST', address),
    plant(TAG.ReferringPhysicianName, 'PN', identifiers.referringPhysician),
    plant(TAG.PerformingPhysicianName, 'PN', identifiers.performingPhysician),
    plant(TAG.OperatorsName, 'PN', identifiers.operator),
    plant(TAG.StationName, 'SH', stationName),
    plant(TAG.DeviceSerialNumber, 'LO', identifiers.deviceSerialNumber),
    plant(TAG.AcquisitionDateTime, 'DT', `${studyDate}${studyTime}.000000`),
    plant(TAG.InstanceCreationDate, 'DA', studyDate),
    plant(TAG.InstanceCreationTime, 'TM', studyTime),
  ];
}

function freeText(identifiers: PhantomIdentifiers, index: number): Element[] {
  const name = spokenName(identifiers.patientName);
  const doctor = spokenName(identifiers.referringPhysician);
  return [
    plant(TAG.StudyDescription, 'LO', `Scan of ${name}`),
    plant(TAG.SeriesDescription, 'LO', `axial thin ${identifiers.patientId}`),
    plant(TAG.ProtocolName, 'LO', `Routine ${doctor}`),
    plant(
      TAG.DerivationDescription,
      'ST',
      `Copied on ${writtenDate(identifiers.studyDate)} at ${identifiers.institution}`,
    ),
    plant(TAG.ImageComments, 'LT', `Slice ${index + 1} of ${name}, born ${writtenDate(identifiers.birthDate)}`),
    plant(TAG.RequestedProcedureDescription, 'LO', `Follow-up for ${doctor}`),
  ];
}

function nested(identifiers: PhantomIdentifiers): Element[] {
  const { uidRoot, otherPatientId, patientName, issuerOfPatientId, operator, accessionNumber } = identifiers;
  const code = (meaning: string): Item =>
    makeItem([
      plant(TAG.CodeValue, 'SH', 'X1'),
      plant(TAG.CodingSchemeDesignator, 'SH', '99PHANTOM'),
      plant(TAG.CodeMeaning, 'LO', meaning),
    ]);
  const deep = makeItem([
    plant(TAG.PatientName, 'PN', patientName),
    makeSequence(0x00400260, [code(`as ${spokenName(operator)} asked`)], { undefinedLength: true }),
  ]);
  return [
    makeSequence(TAG.OtherPatientIDsSequence, [
      makeItem([plant(TAG.PatientID, 'LO', otherPatientId), plant(TAG.IssuerOfPatientID, 'LO', issuerOfPatientId)]),
    ]),
    makeSequence(TAG.ReferencedStudySequence, [
      makeItem([
        plant(TAG.ReferencedSOPClassUID, 'UI', '1.2.840.10008.3.1.2.3.1'),
        plant(TAG.ReferencedSOPInstanceUID, 'UI', `${uidRoot}.5`),
      ]),
    ]),
    makeSequence(
      TAG.RequestAttributesSequence,
      [
        makeItem(
          [
            plant(0x00400007, 'LO', `for ${spokenName(patientName)}`),
            plant(0x00400009, 'SH', accessionNumber),
            makeSequence(0x00400008, [deep], { undefinedLength: true }),
          ],
          true,
        ),
      ],
      { undefinedLength: true },
    ),
  ];
}

function everyName({ patientName, referringPhysician, performingPhysician, operator }: PhantomIdentifiers): string {
  return [patientName, referringPhysician, performingPhysician, operator].map(spokenName).join(', ');
}

function hidden(identifiers: PhantomIdentifiers): Element[] {
  const { patientName, patientId, email, birthDate, institution, telephone, uidRoot } = identifiers;
  const name = spokenName(patientName);
  const asBytes = (text: string) => new TextEncoder().encode(text);
  return [
    // A block with a creator nobody knows, text, binary and a sequence in it.
    plant(0x00090010, 'LO', 'PHANTOM PRIVATE 1.0'),
    plant(0x00091001, 'LO', name),
    plant(0x00091002, 'OB', asBytes(`\u0001\u0002CSA ${patientId} ${name}\u0000`)),
    makeSequence(0x00091003, [makeItem([plant(TAG.PatientID, 'LO', patientId), plant(0x00091001, 'LO', email)])]),
    plant(0x00091005, 'LT', everyName(identifiers).toUpperCase()),
    plant(0x00091004, 'UN', asBytes(`${institution} ${birthDate} `)),
    // A block that nobody reserved.
    plant(0x00111001, 'LO', `orphan ${name}`),
    // Even groups that the standard does not list.
    plant(0x00104990, 'LO', `${name} ${telephone}`),
    plant(0x00184990, 'UI', `${uidRoot}.6`),
    // An overlay with its comment.
    plant(0x60000010, 'US', [8]),
    plant(0x60000011, 'US', [8]),
    plant(0x60000040, 'CS', 'G'),
    plant(0x60000050, 'SS', [1, 1]),
    plant(0x60000100, 'US', [1]),
    plant(0x60000102, 'US', [0]),
    plant(0x60003000, 'OW', asBytes('OVERLAY!')),
    plant(0x60004000, 'LT', `drawn by ${spokenName(identifiers.operator)}`),
    plant(TAG.DataSetTrailingPadding, 'OB', asBytes(`padding ${patientId}`)),
  ];
}
