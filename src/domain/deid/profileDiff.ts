// What changes from one version of a profile to the next: `profileDiff(before, after)`.

import type { RegionRule } from '../pixels/regionRules';
import { type AffectedAttribute, affectedAttributes } from './affected';
import type { Profile, ProfileOptions } from './profile';
import type { Rule } from './ruleSchema';

/** A switch that stands differently. */
interface OptionDiff {
  readonly option: keyof ProfileOptions;
  readonly before: boolean | string;
  readonly after: boolean | string;
}
/** A rule that came, went, or stands elsewhere in the order; places are counted from 0, null where it is not there. */
interface RuleDiff<R = Rule> {
  readonly rule: R;
  readonly before: number | null;
  readonly after: number | null;
}
/** An attribute that gets something else; null where the other version does not speak of it (it is judged by its form there). */
interface AttributeDiff {
  readonly tag: string;
  readonly name: string;
  readonly before: AffectedAttribute | null;
  readonly after: AffectedAttribute | null;
}

/** The difference of two versions; all lists are empty when they do the same. The names do not count. */
export interface ProfileDiff {
  readonly options: OptionDiff[];
  readonly rules: RuleDiff[];
  /** Rules about places in pictures: their order means nothing, so none is ever moved. */
  readonly regions: RuleDiff<RegionRule>[];
  readonly attributes: AttributeDiff[];
}

/** What changes when a project goes from one profile to another. Pure; no files are looked at. */
export function profileDiff(before: Profile, after: Profile): ProfileDiff {
  const names = Object.keys(before.options) as (keyof ProfileOptions)[];
  const options = names
    .map((option) => ({ option, before: before.options[option], after: after.options[option] }))
    .filter((one) => one.before !== one.after);
  const regions = ruleDiffs(before.regions, after.regions).filter((one) => one.before === null || one.after === null);
  return {
    options,
    rules: ruleDiffs(before.rules, after.rules),
    regions,
    attributes: attributeDiffs(before, after),
  };
}

/** Rules are the same when they say the same; one is moved when its order among those that stayed has changed. */
function ruleDiffs<R extends Rule | RegionRule>(before: readonly R[], after: readonly R[]): RuleDiff<R>[] {
  const earlier = before.map(written);
  const later = after.map(written);
  const stayedBefore = earlier.filter((text) => later.includes(text));
  const stayedAfter = later.filter((text) => earlier.includes(text));
  const gone = before.flatMap((rule, i) => (later.includes(earlier[i]!) ? [] : [{ rule, before: i, after: null }]));
  const rest = after.flatMap((rule, i): RuleDiff<R>[] => {
    const text = later[i]!;
    const was = earlier.indexOf(text);
    if (was < 0) return [{ rule, before: null, after: i }];
    return stayedBefore.indexOf(text) === stayedAfter.indexOf(text) ? [] : [{ rule, before: was, after: i }];
  });
  return [...gone, ...rest];
}

/** A rule as a text that does not depend on the order in which its fields were written. */
function written(rule: Rule | RegionRule): string {
  return JSON.stringify(rule, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function attributeDiffs(before: Profile, after: Profile): AttributeDiff[] {
  const earlier = new Map(affectedAttributes(before).map((one) => [one.tag, one]));
  const later = new Map(affectedAttributes(after).map((one) => [one.tag, one]));
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((tag) => {
    const [a, b] = [earlier.get(tag) ?? null, later.get(tag) ?? null];
    const same = a?.effect === b?.effect && a?.varies === b?.varies && String(a?.maybe) === String(b?.maybe);
    return same ? [] : [{ tag, name: (a ?? b)!.name, before: a, after: b }];
  });
}
