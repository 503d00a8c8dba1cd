// What happens to one attribute: the project's rules first, then Table E.1-1, then the allow-list for what the table
// does not name (PS3.15 E.1.1, E.3). Nothing stays because nobody thought of it.

import { isCharsetTerm } from '../dicom/charset';
import type { Tag } from '../dicom/dataset';
import { entryOf, isPrivate, privateCreatorOf } from '../dicom/dictionary';
import { find, text } from '../dicom/values';
import { requiredType, resolveCode } from './iodTypes';
import {
  type Fallback,
  judgeAge,
  judgeBinary,
  judgeBytes,
  judgeCode,
  judgeColourProfile,
  judgeDecimal,
  judgeEthnicGroup,
  judgeFreeText,
  judgeHashed,
  judgeSafeText,
  judgeTemporal,
  judgeUid,
} from './judgeValue';
import { looksIdentifying, looksKnown } from './machineText';
import { byCode, DUMMY_TEXT, descend, KEEP, type Place, remove, rewrite, type Verdict, valuesOf } from './place';
import { judgeByRule } from './rules';
import { isPublicScheme, isSafeBytes, isSafeText } from './safeAttributes';
import { optionCode, type ProfileRow, profileRow, safePrivateRow } from './table';
import { fold, isCodeWord } from './words';

const CODE_SCHEME: Tag = 0x00080102;
const TIMEZONE: Tag = 0x00080201;
const ROWS: Tag = 0x00280010;
const ICC_PROFILE: Tag = 0x00282000;
const SUBJECT_CODE: ReadonlySet<Tag> = new Set([0x00100010, 0x00100020, 0x00120040]);
/** Graphics drawn as pixels or samples; one cannot see what they say, so they go as whole groups. */
const isGraphicsGroup = (tag: Tag) => !isPrivate(tag) && (tag >>> 24 === 0x50 || tag >>> 24 === 0x60);

/**
 * The verdict about one attribute at its place. Private creators are judged by the caller, after what they reserve.
 * `byRule` says what the project's rules make of it; null where they say nothing.
 */
export function judge(place: Place, byRule: typeof judgeByRule = judgeByRule): Verdict {
  const { element } = place;
  const { tag } = element;
  if (tag >>> 16 < 8) return remove('belongs to no stored data set');
  if (isGraphicsGroup(tag)) return remove(tag >>> 24 === 0x60 ? 'PS3.15 E.1-1: X, overlay' : 'PS3.15 E.1-1: X, curve');
  if (SUBJECT_CODE.has(tag))
    return rewrite(place, 'replace', [place.run.subjectCode], 'PS3.15 E.1-1: D, the subject code');
  const ruled = byRule(place);
  if (ruled) return ruled.verdict;
  if (isPrivate(tag)) return judgePrivate(place);
  const row = profileRow(tag);
  return row ? judgeListed(place, row) : judgeUnlisted(place);
}

function judgeListed(place: Place, row: ProfileRow): Verdict {
  const { element, run } = place;
  const { options } = run.profile;
  const { vr } = place;
  const option = optionCode(row, options);
  const code = resolveCode(element.tag, row.basic, run.iod);
  const fallback: Fallback = code === 'U' ? 'X' : code;
  const reason = `PS3.15 E.1-1: ${option ?? row.basic}`;
  if (element.kind === 'sequence') {
    if (option !== null || code === 'U') return descend('usual');
    if (code === 'D' && element.tag === 0x00401101) return descend('dummyAll');
    return byCode(place, fallback, reason);
  }
  if (element.kind !== 'bytes') return remove(reason);
  if (vr === 'UI')
    return option === 'K' || code === 'U' || code === 'D'
      ? judgeUid(place, reason, option === 'K')
      : byCode(place, fallback, reason);
  if (vr === 'DA' || vr === 'DT' || vr === 'TM') return judgeDated(place, row, fallback, reason);
  if (option !== null && element.tag === TIMEZONE) return judgeTimezone(place, fallback);
  if (option === 'C') return isText(vr) ? judgeFreeText(place, fallback, reason) : byCode(place, fallback, reason);
  if (option !== 'K') return byCode(place, fallback, reason);
  if (options.retainInstitutionIdentity && row.options.retainInstitutionIdentity) return KEEP;
  if (options.retainDeviceIdentity && row.options.retainDeviceIdentity) return KEEP;
  if (vr === 'UR') return byCode(place, fallback, reason);
  return isEthnicGroup(element.tag) ? judgeEthnicGroup(place, fallback) : judgeByForm(place, fallback);
}

/** The offset from UTC tells the times of day apart that stay beside it; anything else in its place goes. */
function judgeTimezone(place: Place, fallback: Fallback): Verdict {
  const offset = valuesOf(place).every((value) => /^[+-](0\d|1[0-4])[0-5]\d$/.test(value.trim()));
  return offset ? KEEP : byCode(place, fallback, 'not an offset from UTC');
}

const isEthnicGroup = (tag: Tag) => tag === 0x00102160 || tag === 0x00102162;

/** Dates of the table that the longitudinal options do not cover (the birth date) follow their code whatever the profile says. */
function judgeDated(place: Place, row: ProfileRow, fallback: Fallback, reason: string): Verdict {
  return row.options.full ? judgeTemporal(place, fallback, reason) : byCode(place, fallback, reason);
}

/** Sequences of hierarchic designators (PS3.3 table 10-17): whole they name an institution, in parts they say nothing. */
const ISSUERS: ReadonlySet<Tag> = new Set([0x00080051, 0x00100024, 0x00400026, 0x00400027, 0x00400039, 0x0040003a]);

function judgeUnlisted(place: Place): Verdict {
  const { element, run } = place;
  const { tag } = element;
  const entry = entryOf(tag);
  if (!entry) return remove('unknown attribute, not in the standard');
  const { vr } = place;
  if (ISSUERS.has(tag)) return remove('not in the table: names the institution that gave a number');
  if (vr === 'SQ') return element.kind === 'sequence' ? descend(place.mode) : judgeUnreadSequence(place);
  if (element.kind === 'sequence') return remove('a sequence where the standard has none');
  if (element.kind === 'far' && !element.fragments)
    return isSafeBytes(tag, vr) ? KEEP : remove('bytes that may hold anything');
  if (element.kind === 'encapsulated' || element.kind === 'far')
    return tag === 0x7fe00010 ? KEEP : remove('encapsulated where the standard has no pixels');
  const type = requiredType(tag);
  const fallback: Fallback = type === 1 ? 'D' : type === 2 ? 'Z' : 'X';
  if (isText(vr)) return judgeUnlistedText(place, fallback);
  if (tag === 0x0040a30a && isOldAge(place)) return rewrite(place, 'replace', ['90'], 'an age over 89 shown as 90');
  if (vr === 'DA' || vr === 'DT' || vr === 'TM') return judgeUnlistedDate(place, fallback);
  const retained = run.profile.options.retainUids && vr === 'UI';
  return retained ? judgeUid(place, 'not the form of a unique identifier', true) : judgeByForm(place, fallback);
}

/** Where dates stay as they are, a day that the table takes away (the birth date) stays in nothing that the table does not keep. */
function judgeUnlistedDate(place: Place, fallback: Fallback): Verdict {
  const { profile, known } = place.run;
  const full = profile.options.retainLongitudinal === 'full';
  if (full && valuesOf(place).some((value) => known.words.has(value.replaceAll('.', '').slice(0, 8))))
    return byCode(place, fallback, 'repeats a date of the subject that goes');
  return judgeTemporal(place, fallback, 'not in the table: a date or time');
}

function judgeUnreadSequence(place: Place): Verdict {
  return place.element.kind === 'bytes' && place.element.bytes.length === 0
    ? KEEP
    : remove('a sequence that cannot be read');
}

function isText(vr: string): boolean {
  return vr === 'LO' || vr === 'SH' || vr === 'LT' || vr === 'ST' || vr === 'UT' || vr === 'UC' || isNaming(vr);
}

/** VRs that name people, machines or places. */
function isNaming(vr: string): boolean {
  return vr === 'PN' || vr === 'AE' || vr === 'UR' || vr === 'UN';
}

function judgeUnlistedText(place: Place, fallback: Fallback): Verdict {
  const { element, mode, run, vr } = place;
  if (element.kind === 'bytes' && element.bytes.length === 0) return KEEP;
  if (mode === 'dummyAll')
    return rewrite(
      place,
      'replace',
      [element.tag === CODE_SCHEME ? '99REMOVED' : DUMMY_TEXT],
      'stands for a removed code',
    );
  if (isCodeValue(element.tag)) return judgeCodeText(place, fallback);
  if (isSafeText(element.tag)) return judgeSafeText(place, fallback);
  if (isNaming(vr))
    return byCode(place, fallback === 'Z' ? 'Z' : 'X', 'not in the table: may name a person, machine or place');
  if (mode === 'dummyText') return byCode(place, 'D', 'PS3.15 E.1-1: D, text of structured content');
  if (element.tag === 0x00620020) return judgeHashed(place, 'not in the table: an identifier of a tracked finding');
  const { cleanDescriptors, cleanStructuredContent } = run.profile.options;
  if (cleanDescriptors || (cleanStructuredContent && run.iod.report))
    return judgeFreeText(place, fallback, 'not in the table: free text');
  return byCode(place, fallback, 'not in the table: free text');
}

const isCodeValue = (tag: Tag) => tag === 0x00080100 || tag === 0x00080104 || tag === 0x00080119 || tag === 0x00080120;

/** Codes as published schemes write them: letters with digits, numbers, UCUM units. */
const PUBLIC_CODE = /^[\w.%*/^{}[\]'"()+-]{1,64}$/;

/** What no published code looks like, and numbers of persons do: some letters with six digits or more behind them. */
const SERIAL = /\p{L}{2,}\d{6}/u;

/** Whether a value has the form of a scheme's codes: SNOMED CT's are numbers, DICOM's numbers or short words. */
function isCodeOf(scheme: string, value: string): boolean {
  if (scheme.trim() === 'SCT') return /^\d{6,18}$/.test(value);
  if (scheme.trim() === 'DCM') return /^(\d{3,6}|(?!(.*\d){4})\w{1,16})$/.test(value);
  return PUBLIC_CODE.test(value) && !SERIAL.test(value);
}

/** Code values and meanings: those of a published scheme tell nothing unless they repeat what is known of the subject. */
function judgeCodeText(place: Place, fallback: Fallback): Verdict {
  const scheme = text(place.dataset, CODE_SCHEME, place.context) ?? '';
  const value = text(place.dataset, place.element.tag, place.context) ?? '';
  const meaning = place.element.tag === 0x00080104;
  if (!isPublicScheme(scheme))
    return meaning ? judgeFreeText(place, fallback, 'meaning of a local code') : judgeSafeText(place, fallback);
  if (meaning) return judgeSafeText(place, fallback);
  const published =
    isCodeOf(scheme, value) && (value.match(/\p{L}{4,}/gu) ?? []).every((word) => isCodeWord(fold(word)));
  const telling = /^\d+$/.test(value) ? looksKnown : looksIdentifying;
  return published && !telling(value, place.run.known) ? KEEP : judgeSafeText(place, fallback);
}

/** Whether a numeric content item counts more than 89 years (UCUM 'a'). */
function isOldAge(place: Place): boolean {
  const units = find(place.dataset, 0x004008ea);
  if (units?.kind !== 'sequence' || !units.items[0]) return false;
  const value = Number(text(place.dataset, place.element.tag, place.context));
  return text(units.items[0], 0x00080100, place.context) === 'a' && value > 89 && value !== 90;
}

/** Specific Character Set: terms that the standard defines; without any other the texts are what their bytes say in ASCII. */
function judgeCharset(place: Place): Verdict {
  return valuesOf(place).every(isCharsetTerm) ? KEEP : remove('not a character set');
}

/** The verdict on a value whose attribute is harmless, by what its VR can hold. */
function judgeByForm(place: Place, fallback: Fallback): Verdict {
  const { element, vr } = place;
  if (element.kind !== 'bytes') return remove('not the form its VR asks for');
  const { bytes, tag } = element;
  if (bytes.length === 0) return KEEP;
  switch (vr) {
    case 'CS':
      return tag === 0x00080005 ? judgeCharset(place) : judgeCode(place, fallback);
    case 'DS':
    case 'IS':
      return judgeDecimal(place, bytes, fallback);
    case 'AS':
      return judgeAge(place, fallback);
    case 'UI':
      return judgeUid(place, 'a unique identifier');
    case 'LO':
    case 'SH':
    case 'UC':
      return judgeSafeText(place, fallback);
    case 'AT':
    case 'FD':
    case 'FL':
    case 'SL':
    case 'SS':
    case 'SV':
    case 'UL':
    case 'US':
    case 'UV':
      return judgeBinary(place, bytes);
    case 'OB':
    case 'OD':
    case 'OF':
    case 'OL':
    case 'OV':
    case 'OW':
      if (tag === ICC_PROFILE) return judgeColourProfile(place, bytes);
      if (!isSafeBytes(tag, vr)) return byCode(place, fallback, 'bytes that may hold anything');
      return tag === 0x7fe00010 && place.dataset.elements.has(ROWS)
        ? KEEP
        : judgeBytes(bytes, vr, place.context.bigEndian);
    default:
      return remove('not of a form that is known to be safe');
  }
}

function judgePrivate(place: Place): Verdict {
  const { element, dataset, run } = place;
  const creator = privateCreatorOf(dataset, element.tag);
  if (creator === null) return remove('private attribute without a creator');
  const row = run.profile.options.retainSafePrivate ? safePrivateRow(element.tag, creator) : undefined;
  if (!row) return remove('PS3.15 E.1-1: X, private attribute not known to be safe');
  if (row.vr === 'SQ')
    return element.kind === 'sequence' ? descend(place.mode) : remove('a sequence that cannot be read');
  return judgeByForm({ ...place, vr: row.vr }, 'X');
}
