// The 18 identifiers of the HIPAA Safe Harbor (45 CFR 164.514(b)(2)(i)), each with where DICOM tells it and what takes it away.

import type { Keyword } from '../dicom/dictionary';

/** What takes an identifier away, in words for people. */
export const SAFE_HARBOR_COVER = {
  subjectCode: 'The subject code stands in place of the name and the patient id.',
  table: 'The Basic Profile of PS3.15 Table E.1-1 removes, empties or replaces the attribute.',
  dates: 'No date stays: the option Retain Longitudinal is off.',
  capAge: 'Ages over 89 are shown as 90.',
  uids: 'Every UID is replaced under the project’s own key.',
  cleanText:
    'In descriptions and comments only clinical words stay, so that numbers, addresses and names go (Clean Descriptors).',
  allowList: 'Attributes that no table knows to be safe, private ones and unknown ones, are removed.',
  graphics: 'Curves, where sound was once stored, and overlays are removed.',
  documents: 'Documents inside DICOM, and images that may have text or people in them, are set aside.',
  pixels: 'Text burned into the images is looked for (Clean Pixel Data).',
  faces: 'Faces are removed from scans of the head (Clean Recognizable Visual Features).',
  residual: 'Every output is searched once more for all that was removed from the same study.',
} as const;

/** One identifier of the rule. */
interface SafeHarborIdentifier {
  readonly letter: string;
  readonly identifier: string;
  /** Attributes that are made to tell it; it may stand in any text besides. */
  readonly attributes: readonly Keyword[];
  readonly by: readonly (keyof typeof SAFE_HARBOR_COVER)[];
}

const TEXTS = ['cleanText', 'allowList', 'residual'] as const;

/** The identifiers in the order of the rule, (A) to (R). */
export const SAFE_HARBOR: readonly SafeHarborIdentifier[] = [
  {
    letter: 'A',
    identifier: 'Names',
    attributes: [
      ...(['PatientName', 'OtherPatientNames', 'PatientBirthName', 'PatientMotherBirthName', 'NameToUse'] as const),
      ...(['ResponsiblePerson', 'ReferringPhysicianName', 'PerformingPhysicianName', 'OperatorsName'] as const),
      ...(['NameOfPhysiciansReadingStudy', 'RequestingPhysician', 'VerifyingObserverName'] as const),
    ],
    by: ['subjectCode', 'table', ...TEXTS],
  },
  {
    letter: 'B',
    identifier: 'Geographic subdivisions smaller than a state',
    attributes: [
      ...([
        'PatientAddress',
        'RegionOfResidence',
        'CountryOfResidence',
        'InstitutionName',
        'InstitutionAddress',
      ] as const),
      ...(['InstitutionalDepartmentName', 'ReferringPhysicianAddress', 'CurrentPatientLocation'] as const),
      ...(['PatientInstitutionResidence', 'PersonAddress'] as const),
    ],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'C',
    identifier: 'All elements of dates except the year, and ages over 89',
    attributes: [
      ...(['PatientBirthDate', 'PatientAge', 'StudyDate', 'SeriesDate', 'AcquisitionDate', 'ContentDate'] as const),
      ...(['AcquisitionDateTime', 'AdmittingDate', 'LastMenstrualDate', 'InstanceCreationDate'] as const),
    ],
    by: ['dates', 'capAge', ...TEXTS],
  },
  {
    letter: 'D',
    identifier: 'Telephone numbers',
    attributes: ['PatientTelephoneNumbers', 'ReferringPhysicianTelephoneNumbers', 'PersonTelephoneNumbers'],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'E',
    identifier: 'Fax numbers',
    attributes: ['PatientTelecomInformation', 'PersonTelecomInformation'],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'F',
    identifier: 'Electronic mail addresses',
    attributes: ['PatientTelecomInformation'],
    by: ['table', ...TEXTS],
  },
  { letter: 'G', identifier: 'Social security numbers', attributes: ['OtherPatientIDs'], by: ['table', ...TEXTS] },
  {
    letter: 'H',
    identifier: 'Medical record numbers',
    attributes: ['PatientID', 'IssuerOfPatientID', 'MedicalRecordLocator', 'OtherPatientIDs'],
    by: ['subjectCode', 'table', ...TEXTS],
  },
  {
    letter: 'I',
    identifier: 'Health plan beneficiary numbers',
    attributes: ['InsurancePlanIdentification', 'OtherPatientIDs'],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'J',
    identifier: 'Account numbers',
    attributes: ['AccessionNumber', 'AdmissionID', 'ServiceEpisodeID', 'FillerOrderNumberImagingServiceRequest'],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'K',
    identifier: 'Certificate and licence numbers',
    attributes: ['OtherPatientIDs'],
    by: ['table', ...TEXTS],
  },
  { letter: 'L', identifier: 'Vehicle identifiers and serial numbers', attributes: ['PatientComments'], by: TEXTS },
  {
    letter: 'M',
    identifier: 'Device identifiers and serial numbers',
    attributes: [
      ...([
        'DeviceSerialNumber',
        'DeviceUID',
        'StationName',
        'GantryID',
        'DetectorID',
        'PlateID',
        'CassetteID',
      ] as const),
      ...(['UniqueDeviceIdentifier', 'DeviceID', 'SourceSerialNumber'] as const),
    ],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'N',
    identifier: 'Web addresses (URLs)',
    attributes: ['RetrieveURL', 'RetrieveURI', 'ContactURI'],
    by: ['allowList', ...TEXTS],
  },
  {
    letter: 'O',
    identifier: 'IP addresses',
    attributes: ['RetrieveAETitle', 'StationAETitle', 'NetworkID', 'PerformedStationAETitle'],
    by: ['table', ...TEXTS],
  },
  {
    letter: 'P',
    identifier: 'Biometric identifiers, finger and voice prints',
    attributes: ['AudioSampleData'],
    by: ['graphics', 'allowList', 'documents'],
  },
  {
    letter: 'Q',
    identifier: 'Full-face photographs and comparable images',
    attributes: ['ReferencedPatientPhotoSequence'],
    by: ['faces', 'pixels', 'documents', 'allowList'],
  },
  {
    letter: 'R',
    identifier: 'Any other unique identifying number, characteristic or code',
    attributes: [
      ...(['SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'FrameOfReferenceUID', 'StudyID'] as const),
      ...([
        'RequestedProcedureID',
        'PerformedProcedureStepID',
        'ScheduledProcedureStepID',
        'ClinicalTrialSubjectID',
      ] as const),
      ...(['MilitaryRank', 'Occupation', 'PatientReligiousPreference'] as const),
    ],
    by: ['uids', 'table', ...TEXTS],
  },
];
