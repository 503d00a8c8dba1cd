import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyMask, lookAgain } from '@/domain/deface/apply';
import { headFigures, qualityFigures } from '@/domain/deface/figures';
import { judge } from '@/domain/deface/judge';
import { LABEL } from '@/domain/deface/labelRuns';
import { postprocess } from '@/domain/deface/mask';
import { assertDrawn, brainGuard, judgeMended, mendedMask } from '@/domain/deface/mended';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';
import { readNifti, type Volume } from '@/domain/nifti/volume';
import { madeNifti } from '../nifti/made';
import { headAt, scanOf } from './head';
import { segmented } from './segmented';

const { segmentation, plan } = segmented();
const SHAPE: Vec3 = [46, 40, 58];
/** Left-posterior-superior order, turned, of unequal spacing: none of the grid's own axes. */
const AFFINE: Affine = [-5, 0.8, 0, 110, 0.7, 6, 0.4, -135, 0, -0.3, 4, -100, 0, 0, 0, 1];
const bytes = madeNifti({ dims: SHAPE, sform: AFFINE.slice(0, 12), values: scanOf(SHAPE, AFFINE) });
const volume = readNifti(bytes);
const guard = brainGuard(segmentation, plan, volume);

function figuresOf(drawn: Uint8Array, of: Volume = volume, guarded: Uint8Array = guard) {
  const mended = mendedMask(segmentation, plan, of, drawn, guarded);
  const found = headFigures(segmentation, plan, of, {
    hasContrast: true,
    faceElsewhereMl: 0,
    facingSure: 1,
    turned: false,
  });
  return { ...mended, figures: qualityFigures(found, segmentation, mended.plan, mended.mask, of, 0) };
}
const eachPlace = (visit: (at: number, place: Vec3) => void) => {
  let at = 0;
  for (let k = 0; k < SHAPE[2]; k++)
    for (let j = 0; j < SHAPE[1]; j++) for (let i = 0; i < SHAPE[0]; i++) visit(at++, transform(AFFINE, [i, j, k]));
};

test('whatever is drawn, no voxel of the brain is altered, and each drawn elsewhere is exactly what was drawn', () => {
  fc.assert(
    fc.property(fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)), fc.integer({ min: 5, max: 120 }), (middle, radius) => {
      const drawn = new Uint8Array(guard.length);
      eachPlace((at, place) => {
        if (Math.hypot(...place.map((v, axis) => v - middle[axis]! + 100)) < radius) drawn[at] = LABEL.cut;
      });
      const { mask, keptForBrain, figures } = figuresOf(drawn);
      let kept = 0;
      eachPlace((at, place) => {
        if (headAt(place) === 'brain') assert.equal(mask.voxels[at], 0);
        if (drawn[at] === LABEL.cut && guard[at] === LABEL.brain) kept++;
        else assert.equal(mask.voxels[at], drawn[at]);
      });
      assert.equal(keptForBrain, kept);
      assert.equal(figures.brainVoxelsAltered, 0);
      const after = applyMask(bytes, volume, mask.voxels, [7]);
      assert.deepEqual(lookAgain(bytes, after, volume, mask.voxels, [7]), {
        changedOutside: 0,
        leftInside: 0,
        sameHeader: true,
      });
    }),
    { numRuns: 12 },
  );
});

test("the network's own mask, sent back as it was, is measured as good as it was", () => {
  const own = postprocess(segmentation, plan, volume);
  const { mask, figures, keptForBrain } = figuresOf(own.voxels);
  assert.deepEqual(mask.voxels, own.voxels);
  assert.deepEqual([mask.faceVoxels, mask.faceMasked], [own.faceVoxels, own.faceMasked]);
  assert.equal(keptForBrain, 0);
  assert.deepEqual(judge(figures), { ok: true });
  assert.deepEqual(judgeMended(figures), { ok: true, warning: null });
});

test('a mask that leaves the eyes is told apart from one that takes them, and the reviewer is warned', () => {
  const own = postprocess(segmentation, plan, volume);
  const chin = Uint8Array.from(own.voxels);
  eachPlace((at, place) => {
    if (place[2] > -40) chin[at] = 0;
  });
  const { figures } = figuresOf(chin);
  assert.ok(figures.recededShare < 0.8 && figures.faceRemovedShare < 0.8, JSON.stringify(figures));
  const judged = judgeMended(figures);
  assert.ok(judged.ok && judged.warning !== null && /person's look/.test(judged.warning));
});

test('a drawing on nothing but brain removes nothing and is never applied', () => {
  const drawn = new Uint8Array(guard.length);
  eachPlace((at, place) => {
    if (headAt(place) === 'brain') drawn[at] = LABEL.cut;
  });
  const { mask, keptForBrain, figures } = figuresOf(drawn);
  assert.equal(mask.count, 0);
  assert.ok(keptForBrain > 100);
  const judged = judgeMended(figures);
  assert.ok(!judged.ok && /brain/.test(judged.reason));
});

test('brain altered, a wrong voxel and figures that are no numbers never pass', () => {
  const { figures } = figuresOf(postprocess(segmentation, plan, volume).voxels);
  for (const wrong of [
    { brainVoxelsAltered: 1 },
    { brainVoxelsAltered: Number.NaN },
    { wrongVoxels: 1 },
    { wrongVoxels: Number.NaN },
    { maskMl: 0 },
    { maskMl: Number.NaN },
  ])
    assert.equal(judgeMended({ ...figures, ...wrong }).ok, false, JSON.stringify(wrong));
  const doubtful = judgeMended({ ...figures, mirrorDice: Number.NaN });
  assert.ok(doubtful.ok && doubtful.warning !== null);
});

test('an empty drawing and one of nearly the whole scan are refused in plain words', () => {
  assert.throws(() => assertDrawn(0, SHAPE), /Nothing is marked/);
  assert.throws(() => assertDrawn(SHAPE[0] * SHAPE[1] * SHAPE[2], SHAPE), /Nearly the whole scan/);
  assertDrawn(1, SHAPE);
});
