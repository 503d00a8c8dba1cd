// The profiles that come with the product, and what each switch means in one plain sentence.

import { knownDevices } from '../pixels/knownDevices';
import type { Profile, ProfileOptions } from './profile';

const basic: ProfileOptions = {
  retainSafePrivate: false,
  retainUids: false,
  retainDeviceIdentity: false,
  retainInstitutionIdentity: false,
  retainPatientCharacteristics: false,
  retainLongitudinal: 'none',
  keepWeekday: true,
  cleanDescriptors: false,
  cleanStructuredContent: false,
  cleanGraphics: false,
  cleanPixelData: true,
  cleanRecognizableVisualFeatures: true,
};

const regions = [...knownDevices];

interface Preset {
  readonly title: string;
  readonly sentence: string;
  readonly profile: Profile;
}

/** The name of a preset. */
export type PresetName = 'research' | 'basic' | 'hipaa' | 'limited' | 'pipeda';

/** Profiles to start from, by name. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  research: {
    title: 'Research',
    sentence:
      'For most studies: keeps what analysis needs (sex, age, size, weight, moved dates, cleaned descriptions) and removes the rest.',
    profile: {
      name: 'Research',
      options: {
        ...basic,
        retainSafePrivate: true,
        retainPatientCharacteristics: true,
        retainLongitudinal: 'modified',
        cleanDescriptors: true,
        cleanStructuredContent: true,
      },
      rules: [],
      regions,
    },
  },
  basic: {
    title: 'PS3.15 Basic',
    sentence:
      'The strictest: everything the DICOM standard lists goes, dates, descriptions and patient characteristics too.',
    profile: { name: 'PS3.15 Basic', options: basic, rules: [], regions },
  },
  hipaa: {
    title: 'HIPAA Safe Harbor',
    sentence:
      'For the United States: removes the 18 identifiers of 45 CFR 164.514(b)(2), all dates included, and shows ages over 89 as 90.',
    profile: {
      name: 'HIPAA Safe Harbor',
      options: { ...basic, retainPatientCharacteristics: true, cleanDescriptors: true, cleanStructuredContent: true },
      rules: [],
      regions,
    },
  },
  limited: {
    title: 'Limited Data Set',
    sentence:
      'For the United States, under a data use agreement (45 CFR 164.514(e)): keeps the dates of the study as they are, and removes the direct identifiers. Stricter than the law: the birth date goes, and ages over 89 are shown as 90.',
    profile: {
      name: 'Limited Data Set',
      options: {
        ...basic,
        retainSafePrivate: true,
        retainPatientCharacteristics: true,
        retainLongitudinal: 'full',
        cleanDescriptors: true,
        cleanStructuredContent: true,
      },
      rules: [],
      regions,
    },
  },
  pipeda: {
    title: 'PIPEDA',
    sentence:
      'For Canada: moves dates, keeps sex, size, weight and the age in bands of five years, and removes ethnic group, occupation and other traits that single people out.',
    profile: {
      name: 'PIPEDA',
      options: {
        ...basic,
        retainPatientCharacteristics: true,
        retainLongitudinal: 'modified',
        cleanDescriptors: true,
        cleanStructuredContent: true,
      },
      rules: [
        { match: { keyword: 'EthnicGroup' }, do: 'remove' },
        { match: { keyword: 'EthnicGroupCodeSequence' }, do: 'remove' },
        { match: { tag: '(0010,2162)' }, do: 'remove' },
        { match: { keyword: 'SmokingStatus' }, do: 'remove' },
        { match: { keyword: 'PregnancyStatus' }, do: 'remove' },
        { match: { keyword: 'Occupation' }, do: 'remove' },
        { match: { keyword: 'PatientAge' }, do: 'bin', width: 5 },
      ],
      regions,
    },
  },
};

/** Each switch of a profile for people: what it is called, and what it does in one sentence. */
export const optionWords = {
  retainSafePrivate: {
    title: 'Keep safe private attributes',
    sentence:
      'Keeps the manufacturer-specific values that the standard lists as safe, such as b-values; all other private ones go.',
  },
  retainUids: {
    title: 'Keep original UIDs',
    sentence:
      'Keeps the unique identifiers of studies, series and images, so that anyone with access to the archive can find the patient again.',
  },
  retainDeviceIdentity: {
    title: 'Keep device identity',
    sentence: 'Keeps the station name and serial number of the scanner.',
  },
  retainInstitutionIdentity: {
    title: 'Keep institution identity',
    sentence: 'Keeps the name, address and department of the hospital.',
  },
  retainPatientCharacteristics: {
    title: 'Keep patient characteristics',
    sentence: 'Keeps sex, age (over 89 shown as 90), size, weight, ethnic group and smoking status.',
  },
  retainLongitudinal: {
    title: 'Dates and times',
    sentence:
      'None removes all dates; modified moves all dates of a subject by the same secret number of days, so that intervals stay; full keeps them as they are.',
  },
  keepWeekday: { title: 'Keep the weekday', sentence: 'Moves dates by whole weeks, so that a Monday stays a Monday.' },
  cleanDescriptors: {
    title: 'Clean descriptions',
    sentence:
      'Keeps clinical words in descriptions and comments and removes every other word, instead of removing the whole text.',
  },
  cleanStructuredContent: {
    title: 'Clean structured reports',
    sentence: 'Keeps codes and measurements of reports and cleans their texts, names and dates.',
  },
  cleanGraphics: {
    title: 'Clean graphics',
    sentence:
      'Keeps lines and shapes drawn on images with their texts cleaned; overlays made of pixels are always removed.',
  },
  cleanPixelData: { title: 'Clean pixel data', sentence: 'Looks for text burned into the images and hides it.' },
  cleanRecognizableVisualFeatures: {
    title: 'Remove faces',
    sentence: 'Removes the face from scans of the head, so that nobody can be recognised from a 3D picture.',
  },
} as const satisfies Record<keyof ProfileOptions, { title: string; sentence: string }>;
