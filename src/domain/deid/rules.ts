// A project's own ordered rules: the first that matches an attribute decides about it, before the table does.

import { isPrivate, privateCreatorOf } from '../dicom/dictionary';
import { judgeAge, judgeFreeText, judgeHashed, judgeTemporal, judgeUid } from './judgeValue';
import { byCode, descend, KEEP, type Place, remove, rewrite, type Verdict } from './place';
import { DIRECT_IDENTIFIERS, matchedTag, type Rule } from './profile';

/** The verdict of the first rule that matches; null when none does, or when it would keep a name. */
export function judgeByRule(place: Place): Verdict | null {
  const rule = place.run.profile.rules.find((candidate) => matches(candidate.match, place));
  return rule ? applyRule(rule, place) : null;
}

function matches(condition: Rule['match'], place: Place): boolean {
  const { element, dataset, vr } = place;
  const tag = matchedTag(condition);
  if (tag !== null && tag !== element.tag) return false;
  if (condition.vr !== undefined && condition.vr !== vr) return false;
  if (condition.privateCreator === undefined) return true;
  if (!isPrivate(element.tag)) return false;
  return privateCreatorOf(dataset, element.tag)?.trim() === condition.privateCreator;
}

function applyRule(rule: Rule, place: Place): Verdict | null {
  const { element, vr } = place;
  const reason = 'rule of the project';
  switch (rule.do) {
    case 'keep':
      if (vr === 'PN' || DIRECT_IDENTIFIERS.has(element.tag)) return null;
      return element.kind === 'sequence' ? descend(place.mode) : KEEP;
    case 'remove':
      return remove(reason);
    case 'empty':
      return byCode(place, 'Z', reason);
    case 'replace':
      return element.kind === 'bytes' ? rewrite(place, 'replace', [rule.value], reason) : remove(reason);
    case 'hash':
      if (element.kind !== 'bytes') return remove(reason);
      return vr === 'UI' ? judgeUid(place, reason) : judgeHashed(place, reason);
    case 'shiftDate':
      return vr === 'DA' || vr === 'DT' || vr === 'TM' ? judgeTemporal(place, 'X', reason) : remove(reason);
    case 'clean':
      return element.kind === 'bytes' ? judgeFreeText(place, 'X', reason) : descend(place.mode);
    case 'capAge':
      return vr === 'AS' ? judgeAge(place, 'X') : remove(reason);
  }
}
