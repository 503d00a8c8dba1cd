import { presets, type PresetName } from '@/domain/deid/presets';
import { emptyScore, line, scoreStudy } from './score';
import { plantedStudy } from './study';
const seed = Number(process.argv[2] ?? Date.now() % 1e9);
const studies = Number(process.argv[3] ?? 50);
console.log('seed', seed);
for (const name of (process.argv[4]?.split(',') ?? Object.keys(presets)) as PresetName[]) {
  const score = emptyScore();
  const t = performance.now();
  for (let i = 0; i < studies; i++) {
    const n = score.leaks.length;
    scoreStudy(plantedStudy(seed + i, 6), presets[name].profile, score);
    for (let k = n; k < score.leaks.length; k++) score.leaks[k] = `${seed + i} ${score.leaks[k]}`;
  }
  console.log(line(name, score), ((performance.now() - t) / score.files).toFixed(2), 'ms/file');
  const tally = new Map<string, number>();
  for (const l of score.lost) { const k = l.replace(/\d+/g, '#').slice(0, 110); tally.set(k, (tally.get(k) ?? 0) + 1); }
  for (const l of score.leaks.slice(0, 40)) console.log('  LEAK', l);
  if (name === 'research') for (const [k, n] of [...tally].sort((a, b) => b[1] - a[1]).slice(0, 30)) console.log('  LOST', n, k);
}
