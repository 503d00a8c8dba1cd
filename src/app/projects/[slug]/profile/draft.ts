// A profile while it is edited: which preset it is, and what the editor does to its rules. Nothing here is saved.
import { optionWords, type PresetName, presets } from '@/domain/deid/presets';
import type { Profile, ProfileOptions } from '@/domain/deid/profile';

export const OWN_NAME = 'Own profile';

/** The preset that does the same, whatever the profile is called; null when it is the project's own. */
export function presetOf(profile: Profile): PresetName | null {
  const names = Object.keys(presets) as PresetName[];
  return names.find((name) => sameProfile(presets[name].profile, profile)) ?? null;
}

/** Whether two profiles do the same, whatever they are called. */
export function sameProfile(a: Profile, b: Profile): boolean {
  const options = Object.keys(optionWords) as (keyof ProfileOptions)[];
  return (
    options.every((option) => a.options[option] === b.options[option]) &&
    JSON.stringify(a.rules) === JSON.stringify(b.rules) &&
    JSON.stringify(a.regions) === JSON.stringify(b.regions)
  );
}

/** The profile under the name of the preset that it is, else under one of its own. */
export function named(profile: Profile): Profile {
  const preset = presetOf(profile);
  if (preset) return presets[preset].profile;
  const taken = Object.values(presets).some((one) => one.profile.name === profile.name);
  return taken ? { ...profile, name: OWN_NAME } : profile;
}

/** The list with one entry moved to another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), list[from]!, ...rest.slice(to)];
}
