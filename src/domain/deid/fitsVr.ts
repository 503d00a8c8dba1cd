// Whether a text that a person wrote into a rule is a value that its VR allows (PS3.5 table 6.2-1).

import { ageInYears, isTime, shiftDate, shiftDateTime } from './dates';

const LENGTHS: Readonly<Record<string, number>> = {
  AE: 16,
  LO: 64,
  LT: 10240,
  PN: 64,
  SH: 16,
  ST: 1024,
  UC: 1024,
  UT: 10240,
};
const FORMS: Readonly<Record<string, RegExp>> = {
  CS: /^[A-Z0-9_ ]{0,16}$/,
  DS: /^(?=.{1,16}$)[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?$/i,
  IS: /^[+-]?\d{1,11}$/,
  UI: /^(?=.{1,64}$)(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/,
  UR: /^[^\s\\]{1,1024}$/,
};
/** What no text value may hold: control characters, and the backslash that separates values. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\x00-\x1f\x7f\\]/;

/** Whether a VR can hold this text as one value; false for VRs that hold numbers in binary, bytes or sequences. */
export function fitsVr(vr: string, value: string): boolean {
  if (vr === 'AS') return ageInYears(value) !== null;
  if (vr === 'DA') return shiftDate(value, 0) !== null;
  if (vr === 'DT') return shiftDateTime(value, 0) !== null;
  if (vr === 'TM') return isTime(value);
  const form = FORMS[vr];
  if (form) return form.test(value);
  const length = LENGTHS[vr];
  return length !== undefined && value.length <= length && !FORBIDDEN.test(value);
}
