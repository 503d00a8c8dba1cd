// The generator's score, with a fresh seed each run (CLOAKROOM_SEED gives one): every identifier goes, the science stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PresetName, presets } from '@/domain/deid/presets';
import { emptyScore, scoreStudy } from './score';
import { plantedStudy } from './study';

const SEED = Number(process.env.CLOAKROOM_SEED ?? Date.now() % 1_000_000_000);
const FILES = 20;
const STUDIES: Readonly<Partial<Record<PresetName, number>>> = { research: 15 };
const OTHERS = 4;
/** A Limited Data Set keeps dates on purpose, and dates are among what is planted. */
const presetNames = (Object.keys(presets) as PresetName[]).filter((name) => name !== 'limited');

for (const name of presetNames) {
  const studies = STUDIES[name] ?? OTHERS;
  test(`nothing planted into ${studies * FILES} files gets out under ${name}`, (context) => {
    const score = emptyScore();
    for (let i = 0; i < studies; i++) scoreStudy(plantedStudy(SEED + i, FILES), presets[name].profile, score);
    context.diagnostic(`CLOAKROOM_SEED=${SEED}`);
    assert.ok(score.planted > 20 * score.files && score.science > 20 * score.files);
    assert.deepEqual(score.leaks, [], `CLOAKROOM_SEED=${SEED}`);
    assert.ok(score.refused <= score.files / 50, `CLOAKROOM_SEED=${SEED}: ${score.refused} files kept back`);
    if (name !== 'research') return;
    const kept = 1 - score.lost.length / score.science;
    assert.ok(kept >= 0.99, `CLOAKROOM_SEED=${SEED}: only ${kept} kept, without ${score.lost.slice(0, 5).join('; ')}`);
  });
}
