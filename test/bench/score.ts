// npm run score: how much of what identifies is gone, how much of the science is left, over some thousands of generated
// files under every preset and under options that are in none. `npm run score -- SEED STUDIES` repeats or lengthens a run.
import { type PresetName, presets } from '@/domain/deid/presets';
import type { Profile, ProfileOptions } from '@/domain/deid/profile';
import { emptyScore, line, scoreStudy } from '../planting/score';
import { plantedStudy } from '../planting/study';

const [seed = Date.now() % 1_000_000_000, studies = 100] = process.argv.slice(2).map(Number);
const FILES = 20;
const SHOWN = 20;

/** The presets, and every option of Research and Basic that keeps more, alone: what is kept on purpose is not planted under it. */
const profiles: Record<string, Profile> = {
  ...Object.fromEntries(Object.entries(presets).map(([name, { profile }]) => [name, profile])),
  'basic, safe private attributes kept': withOptions('basic', { retainSafePrivate: true }),
  'basic, characteristics kept': withOptions('basic', { retainPatientCharacteristics: true }),
  'basic, dates moved by any number of days': withOptions('basic', {
    retainLongitudinal: 'modified',
    keepWeekday: false,
  }),
  'basic, texts, reports and graphics cleaned': withOptions('basic', {
    cleanDescriptors: true,
    cleanStructuredContent: true,
    cleanGraphics: true,
  }),
  'research, descriptions removed': withOptions('research', { cleanDescriptors: false }),
  'research, graphics cleaned': withOptions('research', { cleanGraphics: true }),
};

function withOptions(name: PresetName, options: Partial<ProfileOptions>): Profile {
  const { profile } = presets[name];
  return { ...profile, options: { ...profile.options, ...options } };
}

console.log(`seed ${seed}, ${studies} studies of ${FILES} files`);
let leaks = 0;
for (const [name, profile] of Object.entries(profiles)) {
  const score = emptyScore();
  for (let i = 0; i < studies; i++) scoreStudy(plantedStudy(seed + i, FILES), profile, score);
  console.log(line(name, score));
  for (const leak of score.leaks.slice(0, SHOWN)) console.log(`  survives: ${leak}`);
  if (name === 'research') for (const lost of score.lost.slice(0, SHOWN)) console.log(`  lost: ${lost}`);
  // A Limited Data Set keeps the dates of the study on purpose, and they are among what is planted.
  if (name !== 'limited') leaks += score.leaks.length;
}
process.exit(leaks > 0 ? 1 : 0);
