// An invented person, hospital and scan, as they are planted into generated DICOM files to see whether any of it gets out.

import { seededRandom } from './random';

export interface PhantomIdentifiers {
  /** VR PN, with characters beyond ASCII. */
  readonly patientName: string;
  readonly patientId: string;
  readonly issuerOfPatientId: string;
  readonly otherPatientId: string;
  readonly birthDate: string;
  readonly sex: 'F' | 'M';
  readonly address: string;
  readonly telephone: string;
  readonly email: string;
  readonly institution: string;
  readonly referringPhysician: string;
  readonly performingPhysician: string;
  readonly operator: string;
  readonly stationName: string;
  readonly deviceSerialNumber: string;
  readonly aeTitle: string;
  readonly accessionNumber: string;
  readonly studyId: string;
  /** DA. */
  readonly studyDate: string;
  /** TM, to the second. */
  readonly studyTime: string;
  /** Every UID of the study starts with this. */
  readonly uidRoot: string;
}

const FAMILIES = [
  'Grünwäldt',
  'Kowałczyk',
  'Montréaux',
  'Oddsdóttir',
  'Żelaskowa',
  'Quistgård',
  'Vancleef',
  'Urrutikoetxea',
];
const GIVEN = {
  F: ['Wilhelmine', 'Bożena', 'Séverine', 'Ragnheiður', 'Philippa', 'Xiomara'],
  M: ['Hieronymus', 'Wojciech', 'Théodore', 'Þorsteinn', 'Augustin', 'Zebulon'],
} as const;
const DOCTORS = [
  'Brackenridge^Ottoline',
  'Fitzwarren^Leopold',
  'Szczepanik^Halina',
  'Abernathy^Cornelius',
  'Holmqvist^Sigrid',
];
const TOWNS = ['Lindenweiler', 'Port Ambrosia', 'Saint-Gontran', 'Upper Wexcombe', 'Fjallabyggd'];
const STREETS = ['Quittenweg', 'Marlpit Lane', 'Rue des Orfèvres', 'Harbour Steps'];

/** An invented person and visit; the same for the same seed. */
export function phantomIdentifiers(seed: number): PhantomIdentifiers {
  const random = seededRandom(seed * 7919 + 17);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const two = (from: number, count: number) => String(from + Math.floor(random() * count)).padStart(2, '0');
  const sex = random() < 0.5 ? 'F' : 'M';
  const family = pick(FAMILIES);
  const given = pick(GIVEN[sex]);
  const town = pick(TOWNS);
  return {
    patientName: `${family}^${given}^^Dr`,
    patientId: `MRN${digits(7)}`,
    issuerOfPatientId: `ADT-${town.replace(/[^A-Za-z]/g, '').toUpperCase()}`,
    otherPatientId: `INS${digits(9)}`,
    birthDate: `19${two(31, 60)}${two(1, 12)}${two(1, 28)}`,
    sex,
    address: `${pick(STREETS)} ${two(11, 80)}, ${digits(5)} ${town}`,
    telephone: `+49 ${digits(4)} ${digits(6)}`,
    email: `${given
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase()}@${town.replace(/[^A-Za-z]/g, '').toLowerCase()}.example`,
    institution: `${town} General Infirmary`,
    referringPhysician: pick(DOCTORS.slice(0, 2)),
    performingPhysician: pick(DOCTORS.slice(2, 4)),
    operator: DOCTORS[4]!,
    stationName: `SCN${digits(4)}QX`,
    deviceSerialNumber: `SN-${digits(6)}`,
    aeTitle: `AE_${digits(5)}_WEX`,
    accessionNumber: `ACC${digits(8)}`,
    studyId: `ST${digits(6)}`,
    studyDate: `20${two(11, 12)}${two(1, 12)}${two(1, 28)}`,
    studyTime: `${two(8, 10)}${two(10, 49)}${two(10, 49)}`,
    uidRoot: `1.2.826.0.1.3680043.9.7777.${1 + Math.floor(random() * 8)}${digits(11)}`,
  };
}

/**
 * Every string of these identifiers that must occur in no byte of what leaves: as planted, in parts, and in the other
 * spellings that free text uses (name order, dates with separators).
 */
export function planted(identifiers: PhantomIdentifiers): string[] {
  const names = [
    identifiers.patientName,
    identifiers.referringPhysician,
    identifiers.performingPhysician,
    identifiers.operator,
  ].flatMap(nameSpellings);
  const dates = [identifiers.birthDate, identifiers.studyDate].flatMap((date) => [date, writtenDate(date)]);
  const [street = '', town = ''] = identifiers.address.split(', ');
  const { patientId, otherPatientId, issuerOfPatientId, telephone, email, institution, stationName } = identifiers;
  const { deviceSerialNumber, aeTitle, accessionNumber, studyId, uidRoot } = identifiers;
  const plain = [
    patientId,
    patientId.slice(3),
    otherPatientId,
    otherPatientId.slice(3),
    issuerOfPatientId,
    telephone,
    email,
  ];
  const place = [street, town, town.replace(/^\d+ /, ''), institution, stationName, deviceSerialNumber, aeTitle];
  return [...new Set([...names, ...dates, ...plain, ...place, accessionNumber, studyId, uidRoot])];
}

/** '1961-04-12' of '19610412'. */
export function writtenDate(date: string): string {
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}

/** 'Wilhelmine Grünwäldt' of a PN. */
export function spokenName(personName: string): string {
  const [family = '', given = ''] = personName.split('^');
  return `${given} ${family}`;
}

function nameSpellings(personName: string): string[] {
  const [family = '', given = ''] = personName.split('^');
  return [family, given, family.toUpperCase(), given.toUpperCase()];
}
