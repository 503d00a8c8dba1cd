// npm run score: how much of what identifies is gone, how much of the science is left, over some thousands of generated
// files under every preset. `npm run score -- SEED STUDIES` repeats or lengthens a run.
import { type PresetName, presets } from '@/domain/deid/presets';
import { emptyScore, line, scoreStudy } from '../planting/score';
import { plantedStudy } from '../planting/study';

const [seed = Date.now() % 1_000_000_000, studies = 100] = process.argv.slice(2).map(Number);
const FILES = 20;
const SHOWN = 20;

console.log(`seed ${seed}, ${studies} studies of ${FILES} files`);
let leaks = 0;
for (const name of Object.keys(presets) as PresetName[]) {
  const score = emptyScore();
  for (let i = 0; i < studies; i++) scoreStudy(plantedStudy(seed + i, FILES), presets[name].profile, score);
  console.log(line(name, score));
  for (const leak of score.leaks.slice(0, SHOWN)) console.log(`  survives: ${leak}`);
  if (name === 'research') for (const lost of score.lost.slice(0, SHOWN)) console.log(`  lost: ${lost}`);
  leaks += score.leaks.length;
}
process.exit(leaks > 0 ? 1 : 0);
