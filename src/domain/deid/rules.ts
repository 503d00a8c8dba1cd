// A project's own ordered rules: the first that matches an attribute decides about it, before the table does.

import type { Tag } from '../dicom/dataset';
import { isPrivate, privateCreatorOf } from '../dicom/dictionary';
import { looksIdentifying } from './machineText';
import { type Place, remove, type Verdict, valuesOf } from './place';
import { applyRule } from './ruleActions';
import { matchedTag, type Rule } from './ruleSchema';
import { keywordPattern, parseTagPattern } from './tagPattern';
import { compilePattern, LONGEST_TEXT, type ValuePattern } from './valuePattern';

/** A rule made ready. */
interface ReadyRule {
  readonly rule: Rule;
  readonly index: number;
  readonly tags: readonly ((tag: Tag) => boolean)[];
  readonly creator: string | null;
  readonly value: ValuePattern | null;
}

/** The rules of a profile: those about one tag by that tag, the others in order. */
interface ReadyRules {
  readonly byTag: ReadonlyMap<Tag, readonly ReadyRule[]>;
  readonly general: readonly ReadyRule[];
}

/** A profile's rules are made ready once, not once a file. */
const ready = new WeakMap<readonly Rule[], ReadyRules>();

/** A rule that decides about an attribute, counted from 0, and what it says. */
interface RuledAttribute {
  readonly rule: Rule;
  readonly index: number;
  readonly verdict: Verdict;
}

/**
 * The verdict of the first rule that matches; null when none does, or when it would keep a name or break the file.
 * A rule with a value pattern sees the value of this run: what an earlier one left of it may match no longer.
 */
export function judgeByRule(place: Place): RuledAttribute | null {
  const found = firstMatch(place, (one) => !one.value || holds(one.value, one.rule, place));
  return found && decided(found, place);
}

/** As `judgeByRule` for a value that nobody knows yet: the rules that look at values are passed over, and told. */
export function judgeByRuleUnseen(place: Place): { readonly ruled: RuledAttribute | null; readonly maybe: number[] } {
  const maybe: number[] = [];
  const found = firstMatch(place, (one) => {
    if (one.value) maybe.push(one.index);
    return !one.value;
  });
  return { ruled: found && decided(found, place), maybe: maybe.filter((index) => !found || index < found.index) };
}

function decided({ rule, index }: ReadyRule, place: Place): RuledAttribute | null {
  const verdict = applyRule(rule, place);
  return (
    verdict && {
      rule,
      index,
      verdict: namedByNobody(place) ? remove('its private creator may tell who it is') : verdict,
    }
  );
}

/** Whether a private attribute has no creator, or one that looks like a person: what stays of a block keeps its creator. */
function namedByNobody({ element, dataset, context, run }: Place): boolean {
  if (!isPrivate(element.tag)) return false;
  const creator = privateCreatorOf(dataset, element.tag, context);
  return creator === null || looksIdentifying(creator, run.known);
}

function firstMatch(place: Place, also: (one: ReadyRule) => boolean): ReadyRule | null {
  const { rules } = place.run.profile;
  if (rules.length === 0) return null;
  const { byTag, general } = readyRules(rules);
  const matches = (one: ReadyRule) => matchesAttribute(one, place) && also(one);
  const exact = byTag.get(place.element.tag)?.find(matches);
  const other = general.find((one) => (!exact || one.index < exact.index) && matches(one));
  return other ?? exact ?? null;
}

function readyRules(rules: readonly Rule[]): ReadyRules {
  const known = ready.get(rules);
  if (known) return known;
  const byTag = new Map<Tag, ReadyRule[]>();
  const general: ReadyRule[] = [];
  rules.forEach((rule, index) => {
    const one = makeReady(rule, index);
    const tag = matchedTag(rule.match);
    if (tag === null) general.push(one);
    else byTag.set(tag, [...(byTag.get(tag) ?? []), one]);
  });
  const made = { byTag, general };
  ready.set(rules, made);
  return made;
}

function makeReady(rule: Rule, index: number): ReadyRule {
  const { tag, keyword, privateCreator, value } = rule.match;
  const patterns = [
    tag === undefined ? [] : parseTagPattern(tag),
    keyword === undefined ? [] : keywordPattern(keyword),
  ];
  return {
    rule,
    index,
    tags: patterns.flat().map((pattern) => pattern?.matches ?? (() => false)),
    creator: privateCreator === undefined ? null : creatorName(privateCreator),
    value: value === undefined ? null : compilePattern(value),
  };
}

const creatorName = (written: string) => written.trim().toLowerCase();

function matchesAttribute({ rule, tags, creator }: ReadyRule, { element, dataset, vr }: Place): boolean {
  if (!tags.every((matches) => matches(element.tag))) return false;
  if (rule.match.vr !== undefined && rule.match.vr !== vr) return false;
  if (!isPrivate(element.tag)) return creator === null;
  if (creator !== null) return creatorName(privateCreatorOf(dataset, element.tag) ?? '') === creator;
  // A private attribute means nothing without its creator: what leaves anything of it has to name one or the other.
  return rule.do === 'remove' || rule.do === 'standard' || matchedTag(rule.match) !== null;
}

/** Whether the value of an attribute fits a rule's pattern; in doubt a rule that keeps does not hold and any other does. */
function holds(pattern: ValuePattern, rule: Rule, place: Place): boolean {
  const values = valuesOf(place);
  if (values.length === 0) return false;
  if (values.some((value) => value.length > LONGEST_TEXT)) return rule.do !== 'keep';
  return rule.do === 'keep' ? values.every(pattern.whole) : values.some(pattern.part);
}
