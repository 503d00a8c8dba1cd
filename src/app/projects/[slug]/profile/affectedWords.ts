// What becomes of an attribute and why, in plain words, for the list beside the switches.
import type { AffectedAttribute } from '@/domain/deid/affected';
import { optionWords } from '@/domain/deid/presets';
import type { Profile, ProfileOptions } from '@/domain/deid/profile';
import { profileRow } from '@/domain/deid/table';
import { parseTag } from '@/domain/dicom/dictionary';
import { actionWords } from '../../../actionWords';

type Effect = AffectedAttribute['effect'];

export function effectWords(effect: Effect): string {
  return effect === 'items' ? 'item by item' : (actionWords[effect] ?? effect);
}

/** Whether something of the value is left. */
export function isLeft(effect: Effect): boolean {
  return effect === 'keep' || effect === 'clean' || effect === 'shiftDate' || effect === 'items';
}

/** Why: the rule, the switch, or the standard's table. */
export function whyWords(attribute: AffectedAttribute, profile: Profile): string {
  const { rule, code, maybe, varies } = attribute;
  const unless = maybe.length > 0 ? `; rule ${maybe.map((index) => index + 1).join(', ')} may decide by its value` : '';
  if (rule !== null) return `rule ${rule + 1}${unless}`;
  const switches = isLeft(attribute.effect) ? switchesFor(attribute, profile.options) : [];
  const table = code === null ? 'not in the table' : `PS3.15 ${code}${varies ? ', by kind of image' : ''}`;
  return `${switches.length > 0 ? switches.join(', ') : table}${unless}`;
}

/** Titles of the switches that are on and speak of the attribute. */
function switchesFor({ tag }: AffectedAttribute, options: ProfileOptions): string[] {
  if (tag === 'private') return options.retainSafePrivate ? [optionWords.retainSafePrivate.title] : [];
  const number = parseTag(tag.replaceAll('x', '0'));
  const says = number === null ? undefined : profileRow(number)?.options;
  if (!says) return [];
  const names = Object.keys(optionWords) as (keyof ProfileOptions)[];
  return names.filter((name) => speaks(name, says, options)).map((name) => optionWords[name].title);
}

function speaks(name: keyof ProfileOptions, says: Readonly<Record<string, unknown>>, options: ProfileOptions): boolean {
  if (name !== 'retainLongitudinal') return options[name] === true && says[name] !== undefined;
  return options.retainLongitudinal !== 'none' && says[options.retainLongitudinal] !== undefined;
}
