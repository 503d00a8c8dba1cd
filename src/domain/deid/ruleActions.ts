// What a rule of the project does to an attribute that it matched. What does not fit is removed: nothing stays by accident.

import type { Tag } from '../dicom/dataset';
import { groupOf } from '../dicom/dictionary';
import { binAge, binNumber } from './bands';
import { isTime, shiftDate, shiftDateTime } from './dates';
import { fitsVr } from './fitsVr';
import { kindOf } from './identifiers';
import { judgeAge, judgeCode, judgeDecimal, judgeFreeText, judgeUid } from './judgeValue';
import { hashText } from './keys';
import { looksIdentifying, mentions } from './machineText';
import { byCode, descend, KEEP, type Place, remove, rewrite, type Verdict, valuesOf } from './place';
import { DIRECT_IDENTIFIERS, type Rule } from './ruleSchema';

/** The reason of every change that a rule asks for. */
export const REASON = 'rule of the project';
const TEXTS = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT']);
const HASHED = new Set([...TEXTS, 'AE', 'CS', 'PN', 'UR']);

/** Without these a file cannot be read, or is no longer itself: character set, class, the UIDs that place it, the pixels' form. */
const FRAME: ReadonlySet<Tag> = new Set([0x00080005, 0x00080016, 0x00080018, 0x0020000d, 0x0020000e]);
/** Whether an attribute is one that no rule touches. */
export const isFrame = (tag: Tag) =>
  FRAME.has(tag) || tag === 0x7fe00010 || (groupOf(tag) === 0x28 && (tag & 0xffff) <= 0x103);

/** The verdict of a rule; null where the standard's table decides: it was left to it, or the rule would keep a name or break the file. */
export function applyRule(rule: Rule, place: Place): Verdict | null {
  const { element, vr } = place;
  const direct = vr === 'PN' || DIRECT_IDENTIFIERS.has(element.tag);
  if (isFrame(element.tag)) return null;
  switch (rule.do) {
    case 'keep':
      if (direct || tellsWho(place)) return null;
      return element.kind === 'sequence' ? descend(place.mode) : KEEP;
    case 'standard':
      return null;
    case 'remove':
      return remove(REASON);
    case 'empty':
      return byCode(place, 'Z', REASON);
    case 'clean':
      // An attribute that is made to tell who or where somebody is has no clinical words to keep.
      return direct || kindOf(element) === 'id' ? remove(REASON) : cleaned(place);
    case 'capAge':
      return vr === 'AS' ? judgeAge(place, 'X') : remove(REASON);
    default:
      return element.kind === 'bytes' ? valuesChanged(rule, place) : remove(REASON);
  }
}

/** Whether a value tells who it is where its attribute is not made to: what is known from the same study, in texts also what looks like it. */
function tellsWho(place: Place): boolean {
  if (kindOf(place.element) === 'id') return false;
  const tells = TEXTS.has(place.vr) || place.vr === 'CS' ? looksIdentifying : mentions;
  return valuesOf(place).some((value) => tells(value, place.run.known));
}

function valuesChanged(rule: Rule, place: Place): Verdict {
  const { vr, run } = place;
  switch (rule.do) {
    case 'hash':
      if (vr === 'UI') return judgeUid(place, REASON);
      return HASHED.has(vr) ? each(place, 'replace', (value) => hashText(value, run.keys)) : remove(REASON);
    case 'shiftDate':
      return each(place, 'shiftDate', (value) => shifted(value, vr, run.offsetDays));
    case 'bin':
      return each(place, 'replace', (value) => binned(value, vr, rule));
    case 'replace':
      return fitsVr(vr, rule.value) ? rewrite(place, 'replace', [rule.value], REASON) : remove(REASON);
    case 'lookup':
      return each(place, 'replace', (value) => found(value, rule, vr));
    default:
      return remove(REASON);
  }
}

/** Every value on its own; one that cannot be changed takes the attribute along. */
function each(place: Place, action: 'replace' | 'shiftDate', change: (value: string) => string | null): Verdict {
  if (place.element.kind === 'bytes' && place.element.bytes.length === 0) return KEEP;
  const before = valuesOf(place).map((value) => value.trim());
  const after = before.map((value) => (value === '' ? '' : change(value)));
  if (after.length === 0 || after.some((value) => value === null))
    return remove(`${REASON}, and a value it cannot be used on`);
  return after.every((value, i) => value === before[i]) ? KEEP : rewrite(place, action, after as string[], REASON);
}

/** By the subject's offset, whatever the profile says about other dates; a time of day stays with its moved date. */
function shifted(value: string, vr: string, days: number): string | null {
  if (vr === 'TM') return isTime(value) ? value : null;
  if (vr === 'DA') return shiftDate(value, days);
  return vr === 'DT' ? shiftDateTime(value, days) : null;
}

function binned(value: string, vr: string, rule: Rule & { do: 'bin' }): string | null {
  if (vr === 'AS') return binAge(value, rule);
  return vr === 'DS' || vr === 'IS' ? binNumber(value, vr, rule) : null;
}

/** What the table says; a replacement that stands already stays, so that a second run changes nothing. */
function found(value: string, { table, otherwise }: Rule & { do: 'lookup' }, vr: string): string | null {
  const listed = Object.hasOwn(table, value) ? table[value]! : undefined;
  const replacement = listed ?? (Object.values(table).includes(value) ? value : otherwise);
  return replacement !== undefined && fitsVr(vr, replacement) ? replacement : null;
}

function cleaned(place: Place): Verdict {
  const { element, vr } = place;
  if (element.kind === 'sequence') return descend(place.mode);
  if (element.kind !== 'bytes') return remove(REASON);
  if (TEXTS.has(vr)) return judgeFreeText(place, 'X', REASON);
  if (vr === 'UI') return judgeUid(place, REASON);
  if (vr === 'CS') return judgeCode(place, 'X');
  if (vr === 'AS') return judgeAge(place, 'X');
  return vr === 'DS' || vr === 'IS' ? judgeDecimal(place, element.bytes, 'X') : remove(REASON);
}
