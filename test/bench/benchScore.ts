// Accuracy beside speed: what of planted identifiers is removed, and of the science kept, over freshly generated files.
import { type PresetName, presets } from '@/domain/deid/presets';
import { emptyScore, line, scoreStudy } from '../planting/score';
import { plantedStudy } from '../planting/study';

const STUDIES = 10;
const FILES = 20;

/** The score of the two presets that have a target; the seed repeats it with `npm run score -- SEED STUDIES`. */
export function benchScore(seed = Date.now() % 1_000_000_000): object {
  const names: readonly PresetName[] = ['research', 'basic'];
  const lines = names.map((name) => {
    const score = emptyScore();
    for (let i = 0; i < STUDIES; i++) scoreStudy(plantedStudy(seed + i, FILES), presets[name].profile, score);
    return line(name, score);
  });
  return { name: 'planted identifiers', seed, lines };
}
