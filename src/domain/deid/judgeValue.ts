// Verdicts by form: what a value may look like in its VR when its attribute is not one that identifies (PS3.5 6.2).
// A number is a number, a code is a code; what does not fit its VR is not what it claims to be and goes.

import { entryOf } from '../dicom/dictionary';
import { vrShape } from '../dicom/vr';
import { plainProfile } from '../pixels/colourProfile';
import { clean, cleanText } from './cleanText';
import { capAge, isTime, shiftDate, shiftDateTime } from './dates';
import { hashText, hashUid, isStandardUid, isUid } from './keys';
import { isMachineText, looksIdentifying, mentions } from './machineText';
import { byCode, DUMMY_TEXT, KEEP, type Place, remove, rewrite, type Verdict, valuesOf } from './place';
import { isKnownClassUid } from './safeAttributes';
import { fold, isCodeWord } from './words';

/** What to fall back to when a value cannot stay: a resolved code of the table. */
export type Fallback = 'X' | 'Z' | 'D';

const WIDTHS: Readonly<Record<string, number>> = { AT: 4, FD: 8, FL: 4, SL: 4, SS: 2, SV: 8, UL: 4, US: 2, UV: 8 };

/** DS and IS: only what numbers are written with, and no id known from the study. */
export function judgeDecimal(place: Place, bytes: Uint8Array, fallback: Fallback): Verdict {
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!;
    const numeric = (c >= 0x30 && c <= 0x39) || c === 0x20 || c === 0x2b || c === 0x2d || c === 0x2e || c === 0x5c;
    const exponent = c === 0x45 || c === 0x65;
    const padding = c === 0 && i === bytes.length - 1;
    if (!numeric && !exponent && !padding) return byCode(place, fallback, 'not a number, as its VR says');
  }
  if (bytes.length > 64) return KEEP;
  const known = place.run.known.words;
  const repeats = valuesOf(place).some((value) => value.length >= 6 && known.has(value.trim().replace(/^[+-]/, '')));
  return repeats ? byCode(place, fallback, 'repeats an identifier of the subject') : KEEP;
}

/** Binary numbers: as many as the standard allows. */
export function judgeBinary(place: Place, bytes: Uint8Array): Verdict {
  const content = vrShape(place.element.vr)?.content;
  if (content === 'ascii' || content === 'text') return remove('a text where numbers should be');
  const width = WIDTHS[place.vr]!;
  const vm = Number(entryOf(place.element.tag)?.vm);
  const fits = bytes.length % width === 0 && (!(vm > 0) || bytes.length <= vm * width);
  if (!fits) return remove('more bytes than its numbers need');
  return judgeBytes(bytes, place.vr, place.context.bigEndian);
}

/** Bytes that hold numbers: they stay unless they are a text from end to end. */
export function judgeBytes(bytes: Uint8Array, vr: string, bigEndian: boolean): Verdict {
  const width = FLOAT_WIDTHS[vr];
  const writing = isWriting(bytes) && !(width !== undefined && areMeasures(bytes, width, bigEndian));
  return writing ? remove('a text where numbers should be') : KEEP;
}

/** An ICC profile: its colours stay, its texts go; bytes that are none go altogether. */
export function judgeColourProfile({ element: { tag, vr } }: Place, bytes: Uint8Array): Verdict {
  const plain = plainProfile(bytes);
  if (plain === bytes) return KEEP;
  if (plain === null) return remove('not a colour profile');
  const reason = 'texts in a colour profile';
  return { do: 'change', action: 'clean', reason, element: { kind: 'bytes', tag, vr, bytes: plain } };
}

const FLOAT_WIDTHS: Readonly<Record<string, 4 | 8>> = { FL: 4, FD: 8, OF: 4, OD: 8 };

/** Whether all numbers are of a size that is measured: letters read as numbers come out astronomical, digits tiny. */
function areMeasures(bytes: Uint8Array, width: 4 | 8, bigEndian: boolean): boolean {
  if (bytes.every((byte) => byte <= 0x39)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + width <= bytes.length; at += width) {
    const size = Math.abs(width === 4 ? view.getFloat32(at, !bigEndian) : view.getFloat64(at, !bigEndian));
    if (!(size > 1e-9 && size < 1e9)) return false;
  }
  return true;
}

/** Whether bytes are a text from end to end; so many numbers of which every byte is a printable character do not occur. */
function isWriting(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  if (end < 8) return false;
  for (let i = 0; i < end; i++) if (bytes[i]! < 0x20 || bytes[i] === 0x7f) return false;
  try {
    return /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u.test(STRICT_UTF8.decode(bytes.subarray(0, end)));
  } catch {
    return false;
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

const CODE = /^[A-Za-z0-9_ .+/-]{0,16}$/;

/** CS: short codes. Of several, only the ones that are none are replaced. */
export function judgeCode(place: Place, fallback: Fallback): Verdict {
  const values = valuesOf(place);
  const { known } = place.run;
  const bad = (value: string) =>
    value !== DUMMY_TEXT &&
    (!CODE.test(value) ||
      looksIdentifying(value.replaceAll('_', ' '), known) ||
      !isMachineText(value) ||
      (/[a-z]/.test(value) && cleanText(value, known) !== value));
  if (!values.some(bad)) return KEEP;
  const reason = 'not a code, as its VR says';
  if (values.length === 1) return byCode(place, fallback, reason);
  return rewrite(
    place,
    'replace',
    values.map((value) => (bad(value) ? DUMMY_TEXT : value)),
    reason,
  );
}

/** UI: UIDs of the standard and of published classes stay, others only where they are `retained`; the rest is hashed. */
export function judgeUid(place: Place, reason: string, retained = false): Verdict {
  const { element, run } = place;
  const values = valuesOf(place);
  const stays = (uid: string) =>
    uid === '' || (isUid(uid) && (retained || isStandardUid(uid) || isKnownClassUid(element.tag, uid)));
  if (values.every(stays)) return KEEP;
  return rewrite(
    place,
    'hashUid',
    values.map((uid) => (stays(uid) ? uid : hashUid(uid, run.keys))),
    reason,
  );
}

/** DA, DT and TM by what the profile says about dates: moved, kept, or the fallback. */
export function judgeTemporal(place: Place, fallback: Fallback, reason: string): Verdict {
  const { run } = place;
  const mode = run.profile.options.retainLongitudinal;
  if (mode === 'none') return byCode(place, fallback, reason);
  const days = mode === 'full' ? 0 : run.offsetDays;
  const values = valuesOf(place);
  const moved = values.map((value) => moveOne(value.trim(), place.vr, days));
  if (moved.some((value) => value === null))
    return byCode(place, fallback === 'X' ? 'X' : 'Z', 'not a date or time that can be read');
  if (moved.every((value, i) => value === values[i]!.trim())) return KEEP;
  return rewrite(place, 'shiftDate', moved as string[], `${reason}, moved by the subject's offset`);
}

function moveOne(value: string, vr: string, days: number): string | null {
  if (value === '') return '';
  if (vr === 'TM') return isTime(value) ? value : null;
  return vr === 'DA' ? shiftDate(value, days) : shiftDateTime(value, days);
}

/** AS: ages over 89 become 90. */
export function judgeAge(place: Place, fallback: Fallback): Verdict {
  const values = valuesOf(place);
  const capped = values.map((value) => (value === '' ? '' : capAge(value.trim())));
  if (capped.some((value) => value === null)) return byCode(place, fallback, 'not an age that can be read');
  if (capped.every((value, i) => value === values[i]!.trim())) return KEEP;
  return rewrite(place, 'replace', capped as string[], 'an age over 89 shown as 90');
}

const ETHNIC = new Set(
  'african american arab arabic asian black caribbean caucasian chinese european hispanic indian indigenous islander japanese korean latin latino latina mixed multiracial native non other pacific unknown white'.split(
    ' ',
  ),
);

/** Ethnic groups: only words that name one. */
export function judgeEthnicGroup(place: Place, fallback: Fallback): Verdict {
  const words = valuesOf(place).flatMap((value) => fold(value).match(/[\p{L}\p{N}]+/gu) ?? []);
  return words.every((word) => ETHNIC.has(word)) ? KEEP : byCode(place, fallback, 'not the name of an ethnic group');
}

/** A text that equipment or a published code writes: stays when nothing in it looks like a person, else it is cleaned. */
export function judgeSafeText(place: Place, fallback: Fallback): Verdict {
  const { known } = place.run;
  const values = valuesOf(place);
  const stays = (value: string) =>
    value === DUMMY_TEXT || (!hasHidden(value) && !looksIdentifying(value, known) && isMachineText(value));
  if (values.every(stays)) return KEEP;
  return judgeFreeText(place, fallback, 'not a text of equipment alone', isCodeWord);
}

/** A text that people write: cleaned to clinical words, or the fallback when nothing is left. */
export function judgeFreeText(
  place: Place,
  fallback: Fallback,
  reason: string,
  allowed?: (folded: string) => boolean,
): Verdict {
  const values = valuesOf(place);
  const { known } = place.run;
  let doubted = false;
  const cleaned = values.map((value) => {
    if (value === DUMMY_TEXT) return value;
    const left = clean(value, known, allowed);
    doubted ||= left.doubted;
    return mentions(left.text, known) ? '' : left.text;
  });
  if (cleaned.every((value, i) => value === values[i])) return KEEP;
  const left = cleaned.filter((value) => value !== '');
  const why = doubted ? `${reason}; ${IN_DOUBT}` : reason;
  return left.length === 0 ? byCode(place, fallback, why) : rewrite(place, 'clean', left, why);
}

/** Ends the reason of a change that took more than what is known to identify, so that reports can count doubt. */
const IN_DOUBT = 'words in doubt removed';

/** A text that only has to stay the same wherever it stood. */
export function judgeHashed(place: Place, reason: string): Verdict {
  const values = valuesOf(place).map((value) => hashText(value, place.run.keys));
  return rewrite(place, 'replace', values, reason);
}

/** Whether a text holds characters that no reader shows. */
function hasHidden(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]/.test(value);
}
