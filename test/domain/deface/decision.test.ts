import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headDecision, headerSays, imageSays } from '@/domain/deface/decision';
import type { HeadFigures } from '@/domain/deface/figures';

const HEAD: HeadFigures = {
  brainMl: 1300,
  faceMl: 450,
  headMl: 4000,
  faceSureness: 0.9,
  mirrorDice: 0.95,
  faceElsewhereMl: 0,
  facingSure: 0.99,
  turned: false,
  fewestVoxels: 160,
  shortestMm: 160,
  hasContrast: true,
  placed: true,
};
const KNEE: HeadFigures = { ...HEAD, brainMl: 0, faceMl: 0, headMl: 3000, faceSureness: 0, mirrorDice: 1 };

const figures = fc.record<HeadFigures>({
  brainMl: fc.double({ min: 0, max: 2500, noNaN: true }),
  faceMl: fc.double({ min: 0, max: 900, noNaN: true }),
  headMl: fc.double({ min: 0, max: 7000, noNaN: true }),
  faceSureness: fc.double({ min: 0, max: 1, noNaN: true }),
  mirrorDice: fc.double({ min: 0, max: 1, noNaN: true }),
  faceElsewhereMl: fc.double({ min: 0, max: 50, noNaN: true }),
  facingSure: fc.double({ min: 0, max: 1, noNaN: true }),
  turned: fc.boolean(),
  fewestVoxels: fc.integer({ min: 1, max: 600 }),
  shortestMm: fc.double({ min: 1, max: 600, noNaN: true }),
  hasContrast: fc.boolean(),
  placed: fc.boolean(),
});
const facts = fc.record({
  bodyPartExamined: fc.constantFrom('', 'HEAD', 'KNEE', 'CHEST', 'ABDOMEN', 'NECK'),
  words: fc.array(fc.constantFrom('t1 mprage', 'knee', 'BRAIN w/o')),
});

test('a head is a head unless the header names another part', () => {
  assert.equal(headDecision({ facts: {}, figures: HEAD }).decision, 'head');
  assert.equal(headDecision({ facts: { bodyPartExamined: 'HEAD' }, figures: HEAD }).decision, 'head');
  assert.equal(headDecision({ facts: { bodyPartExamined: 'KNEE' }, figures: HEAD }).decision, 'unsure');
});

test('without a head in the image, only a header that names a far part lets it pass', () => {
  assert.equal(headDecision({ facts: { bodyPartExamined: 'KNEE' }, figures: KNEE }).decision, 'notHead');
  for (const bodyPartExamined of ['', 'HEAD', 'NECK', 'CSPINE', 'WHOLEBODY', 'CHEST', 'SHOULDER']) {
    assert.equal(headDecision({ facts: { bodyPartExamined }, figures: KNEE }).decision, 'unsure', bodyPartExamined);
  }
  assert.equal(
    headDecision({ facts: { bodyPartExamined: 'KNEE', words: ['sag t1 brain'] }, figures: KNEE }).decision,
    'unsure',
  );
});

test('for every scan: no head only when the image shows none and the header agrees', () => {
  fc.assert(
    fc.property(figures, facts, (f, said) => {
      const { decision, reason } = headDecision({ facts: said, figures: f });
      assert.ok(reason.length > 10);
      for (const word of said.words) assert.ok(!reason.includes(word));
      if (decision === 'notHead')
        assert.ok(
          headerSays(said) === 'notHead' && f.brainMl < 5 && f.faceMl < 1 && f.fewestVoxels >= 8 && f.shortestMm >= 60,
        );
      if (decision === 'head')
        assert.ok(headerSays(said) !== 'notHead' && f.faceMl >= 20 && f.brainMl >= 250 && f.hasContrast);
    }),
  );
});

test('skull-stripped, defaced before, thin, empty and doubled scans each go to a person', () => {
  for (const odd of [
    { ...HEAD, faceMl: 0 },
    { ...KNEE, fewestVoxels: 3 },
    { ...KNEE, shortestMm: 20 },
    { ...HEAD, hasContrast: false },
    { ...HEAD, faceElsewhereMl: 30 },
    { ...HEAD, brainMl: 60 },
    { ...HEAD, mirrorDice: 0.2 },
    { ...HEAD, faceSureness: 0.5 },
  ])
    assert.equal(imageSays(odd).says, 'unsure');
});
