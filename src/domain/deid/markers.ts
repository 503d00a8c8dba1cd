// What a de-identified data set says about itself (PS3.15 E.1.1 item 6, E.3.6; PS3.3 C.12.1.1.1 and C.7.1.1).
// Nothing is claimed that the caller does not know.

import type { DataSet, DicomFile, Element } from '../dicom/dataset';
import { vrOf } from '../dicom/dictionary';
import { makeElement, makeItem, makeSequence } from '../dicom/make';
import type { ValueContext } from '../dicom/values';
import type { DeidContext, Draft } from './plan';
import type { Profile, ProfileOptions } from './profile';
import { matchedTag, type Rule } from './ruleSchema';
import { sameElement } from './sameElement';
import { DEIDENTIFICATION_METHODS, TABLE_EDITION } from './table';

const PATIENT_IDENTITY_REMOVED = 0x00120062;
const METHOD = 0x00120063;
const METHOD_CODES = 0x00120064;
const BURNED_IN = 0x00280301;
const RECOGNIZABLE = 0x00280302;
const LONGITUDINAL = 0x00280303;

/** Attributes of the root data set that this file writes, and that no other verdict touches. */
export const MARKERS: ReadonlySet<number> = new Set([PATIENT_IDENTITY_REMOVED, METHOD, METHOD_CODES, LONGITUDINAL]);

const LONGITUDINAL_WORDS = { none: 'REMOVED', modified: 'MODIFIED', full: 'UNMODIFIED' } as const;

/** Plans the markers: identity removed, by which method and options, what became of the dates. */
export function planMarkers(file: DicomFile, values: ValueContext, context: DeidContext, draft: Draft): void {
  const { profile } = draft.run;
  const make = () => markersOf(profile, values, context);
  const by = [profile, values, context.pixelsCleaned, context.facesRemoved];
  for (const element of draft.recall?.again('markers', by, make) ?? make()) mark(file.dataset, element, draft);
}

function markersOf(profile: Profile, values: ValueContext, done: DeidContext): Element[] {
  const { options, rules } = profile;
  const method = ['Cloakroom', `${TABLE_EDITION} Annex E`, ...(rules.length > 0 ? ['with rules of the project'] : [])];
  const codes = methodCodes(options, done).map((code) => codeItem(code, values));
  return [
    makeElement(PATIENT_IDENTITY_REMOVED, 'CS', 'YES', values),
    makeElement(METHOD, 'LO', method, values),
    makeSequence(METHOD_CODES, codes),
    ...(done.pixelsCleaned ? [makeElement(BURNED_IN, 'CS', 'NO', values)] : []),
    ...(done.facesRemoved ? [makeElement(RECOGNIZABLE, 'CS', 'NO', values)] : []),
    makeElement(LONGITUDINAL, 'CS', LONGITUDINAL_WORDS[datesLeft(profile)], values),
  ].map((element) => ({ ...element, lasting: true }));
}

/** What became of the dates, by the options and by rules that keep or move some of them; of several answers the most telling. */
function datesLeft({ options, rules }: Profile): ProfileOptions['retainLongitudinal'] {
  const keeps = rules.some((rule) => rule.do === 'keep' && mayBeDate(rule.match));
  if (options.retainLongitudinal === 'full' || keeps) return 'full';
  return rules.some((rule) => rule.do === 'shiftDate') ? 'modified' : options.retainLongitudinal;
}

function mayBeDate(match: Rule['match']): boolean {
  const tag = matchedTag(match);
  const vr = match.vr ?? (tag === null ? null : vrOf(tag));
  return vr === null || vr === 'DA' || vr === 'DT' || vr === 'TM';
}

function mark(dataset: DataSet, element: Element, draft: Draft): void {
  const before = dataset.elements.get(element.tag);
  if (before && sameElement(before, element)) return;
  draft.changes.push({
    path: [element.tag],
    action: before ? 'replace' : 'add',
    reason: 'says what was done (PS3.15 E.1.1)',
    element,
  });
}

type MethodCode = keyof typeof DEIDENTIFICATION_METHODS;

/** Codes of CID 7050 for a profile; cleaned pixels and faces only when the caller says that it happened. */
function methodCodes(options: ProfileOptions, done: Pick<DeidContext, 'pixelsCleaned' | 'facesRemoved'>): MethodCode[] {
  const by: Record<MethodCode, boolean> = {
    '113100': true,
    '113101': done.pixelsCleaned === true,
    '113102': done.facesRemoved === true,
    '113103': options.cleanGraphics,
    '113104': options.cleanStructuredContent,
    '113105': options.cleanDescriptors,
    '113106': options.retainLongitudinal === 'full',
    '113107': options.retainLongitudinal === 'modified',
    '113108': options.retainPatientCharacteristics,
    '113109': options.retainDeviceIdentity,
    '113110': options.retainUids,
    '113111': options.retainSafePrivate,
    '113112': options.retainInstitutionIdentity,
  };
  return (Object.keys(by) as MethodCode[]).filter((code) => by[code]).sort();
}

function codeItem(code: MethodCode, values: ValueContext) {
  return makeItem([
    makeElement(0x00080100, 'SH', code, values),
    makeElement(0x00080102, 'SH', 'DCM', values),
    makeElement(0x00080104, 'LO', DEIDENTIFICATION_METHODS[code], values),
  ]);
}
