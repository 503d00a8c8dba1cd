// What no cleaned text may hold, whoever it belongs to: mail addresses, telephone numbers, days written out.

import type { DicomFile, Element } from '../dicom/dataset';
import { isPrivate } from '../dicom/dictionary';
import { contextOf, elementText } from '../dicom/values';
import { formatPath, walk } from '../dicom/walk';
import { judgedVr } from './identifiers';
import { MARKERS } from './markers';
import { profileRow } from './table';

const PATTERNS = [
  /[\w.+-]+@[\w-]+\.\w/,
  /\+\d[\d ()/-]{7,}\d/,
  /(?<!\d)(?:19|20)\d\d([-./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)/,
  /(?<!\d)(?:0[1-9]|[12]\d|3[01])([-./])(?:0[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)/,
];
const TEXTS = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT']);

/** The texts of a de-identified file that have the form of an identifier, as paths; those that a profile keeps on purpose are not asked. */
export function patternsIn(file: DicomFile): string[] {
  const found: string[] = [];
  walk(file.dataset, contextOf(file), (element, path, { context }) => {
    if (!isAsked(element) || MARKERS.has(path[0]!)) return;
    const text = elementText(element, context);
    if (PATTERNS.some((pattern) => pattern.test(text))) found.push(formatPath(path, 'tag'));
  });
  return found;
}

/** Texts of people and machines, but not of institutions and devices that a profile may keep, nor of private blocks. */
function isAsked(element: Element): boolean {
  if (element.kind !== 'bytes' || isPrivate(element.tag) || !TEXTS.has(judgedVr(element))) return false;
  const options = profileRow(element.tag)?.options;
  return !options?.retainInstitutionIdentity && !options?.retainDeviceIdentity;
}
