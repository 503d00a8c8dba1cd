import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyMask, backgroundOf, lookAgain } from '@/domain/deface/apply';
import { headFigures, qualityFigures } from '@/domain/deface/figures';
import { judge } from '@/domain/deface/judge';
import { postprocess } from '@/domain/deface/mask';
import { swell } from '@/domain/deface/morphology';
import { residualFace } from '@/domain/deface/residualFace';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';
import { readNifti } from '@/domain/nifti/volume';
import { madeNifti } from '../nifti/made';
import { headAt, type Kind, scanOf } from './head';
import { GRID, segmented } from './segmented';

const HEAD = segmented();

/** A rotation by up to 40 degrees about z and x, any axis order and flips, spacing 3 to 8 mm, middle of the scan at the origin. */
const scans = fc
  .record({
    turn: fc.double({ min: -0.7, max: 0.7, noNaN: true }),
    nod: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    order: fc.constantFrom([0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1]),
    flips: fc.nat(7),
    mm: fc.constantFrom<Vec3>([4, 4, 4], [3, 3, 8], [8, 4, 3]),
  })
  .map(({ turn, nod, order, flips, mm }): { shape: Vec3; affine: Affine } => {
    const [c, s, d, t] = [Math.cos(turn), Math.sin(turn), Math.cos(nod), Math.sin(nod)];
    const rotation = [
      [c, -s, 0],
      [d * s, d * c, -t],
      [t * s, t * c, d],
    ];
    const shape = mm.map((n) => Math.ceil(230 / n)) as unknown as Vec3;
    const affine = Array<number>(16).fill(0);
    for (let row = 0; row < 3; row++) {
      for (let axis = 0; axis < 3; axis++) {
        const step = rotation[row]![order[axis]!]! * mm[axis]! * (flips & (1 << axis) ? -1 : 1);
        affine[row * 4 + axis] = step;
        affine[row * 4 + 3]! -= (step * (shape[axis]! - 1)) / 2;
      }
    }
    affine[15] = 1;
    return { shape, affine };
  });

function madeScan(shape: Vec3, affine: Affine, more: object = {}) {
  return madeNifti({ dims: shape, datatype: 4, sform: affine.slice(0, 12), values: scanOf(shape, affine), ...more });
}

test('however the scan lies, the face goes, the brain stays, and nothing is left in front of the face', () => {
  fc.assert(
    fc.property(scans, ({ shape, affine }) => {
      const volume = readNifti(madeScan(shape, affine));
      const mask = postprocess(HEAD.segmentation, HEAD.plan, volume);
      assert.equal(mask.brainMasked, 0);
      let at = 0;
      for (let k = 0; k < shape[2]; k++) {
        for (let j = 0; j < shape[1]; j++) {
          for (let i = 0; i < shape[0]; i++, at++) {
            const place = transform(affine, [i, j, k]);
            const kind = headAt(place);
            // The grid has 4 mm, so within that of a border either answer is right.
            const far = [-5, 5].every((d) =>
              [0, 1, 2].every(
                (axis) => headAt(place.map((v, a) => (a === axis ? v + d : v)) as unknown as Vec3) === kind,
              ),
            );
            if (kind === 'brain') assert.equal(mask.voxels[at], 0);
            if (kind === 'face' && far && place[2] > -120) assert.equal(mask.voxels[at], 1);
            if (kind === 'head' && place[1] < 10) assert.equal(mask.voxels[at], 0);
            const straight: Vec3 = [place[0], place[1] - 15, place[2]];
            if (kind === 'background' && headAt(straight) === 'face' && place[1] > 60 && place[2] > -120)
              assert.equal(mask.voxels[at], 1);
          }
        }
      }
    }),
    { numRuns: 12 },
  );
});

test('what is not masked is bit-identical in every datatype, byte order, version and volume; the header too', () => {
  fc.assert(
    fc.property(
      fc.record({
        version: fc.constantFrom(1 as const, 2 as const),
        littleEndian: fc.boolean(),
        datatype: fc.constantFrom(2, 4, 16, 64, 128, 512, 1024),
        times: fc.integer({ min: 1, max: 3 }),
        fill: fc.integer({ min: 0, max: 99 }),
        bits: fc.array(fc.nat(1), { minLength: 30, maxLength: 30 }),
      }),
      ({ version, littleEndian, datatype, times, fill, bits }) => {
        const values = Array.from({ length: 30 * times }, (_, n) => 100 + (n % 100));
        const bytes = madeNifti({
          version,
          littleEndian,
          datatype,
          dims: [2, 3, 5, times],
          values,
          text: 'kept',
          slope: 3,
          inter: -4,
        });
        const volume = readNifti(bytes);
        const mask = Uint8Array.from(bits);
        const fills = Array.from({ length: times }, (_, n) => fill + n);
        const before = Uint8Array.from(bytes);
        const after = applyMask(bytes, volume, mask, fills);
        assert.deepEqual(bytes, before);
        assert.deepEqual(after.subarray(0, volume.voxOffset), before.subarray(0, volume.voxOffset));
        const per = volume.bytesPerVoxel;
        for (let n = 0; n < 30 * times; n++) {
          const voxel = (of: Uint8Array) =>
            Buffer.from(of.subarray(volume.voxOffset + n * per, volume.voxOffset + (n + 1) * per));
          if (mask[n % 30] === 0) assert.deepEqual(voxel(after), voxel(before));
          else assert.notDeepEqual(voxel(after), voxel(before));
        }
        assert.deepEqual(lookAgain(before, after, volume, mask, fills), {
          changedOutside: 0,
          leftInside: 0,
          sameHeader: true,
        });
      },
    ),
  );
});

test('the second look sees a single wrong byte, wherever it is', () => {
  const bytes = madeNifti({ dims: [2, 3, 5], values: Array.from({ length: 30 }, (_, n) => n + 50) });
  const volume = readNifti(bytes);
  const mask = Uint8Array.from({ length: 30 }, (_, n) => n % 2);
  const right = applyMask(bytes, volume, mask, [0]);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), (at) => {
      const wrong = Uint8Array.from(right);
      wrong[at]! ^= 1;
      const look = lookAgain(bytes, wrong, volume, mask, [0]);
      if (at < volume.voxOffset) assert.equal(look.sameHeader, false);
      else assert.equal(look.changedOutside + look.leftInside, 1);
    }),
  );
});

test("the fill is the scan's own background, per volume and as stored", () => {
  const affine: Affine = [4, 0, 0, -128, 0, 4, 0, -128, 0, 0, 4, -128, 0, 0, 0, 1];
  const shape: Vec3 = [64, 64, 64];
  const one = scanOf(shape, affine);
  const stored = [...one.map((v) => v - 1000), ...one.map((v) => v + 37)];
  const volume = readNifti(
    madeNifti({ dims: [...shape, 2], sform: affine.slice(0, 12), values: stored, slope: 2, inter: 9 }),
  );
  assert.deepEqual(backgroundOf(volume, HEAD.segmentation), [-1000, 37]);
  const cropped = readNifti(
    madeNifti({ dims: [2, 2, 2], sform: [4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 4, 20], values: [5, 6, 7, -8, 9, 10, 11, 12] }),
  );
  assert.deepEqual(backgroundOf(cropped, HEAD.segmentation), [-8]);
});

function figuresOf(what: (place: Vec3) => Kind, wrongVoxels = 0, shows?: (place: Vec3) => boolean) {
  const { segmentation, plan } = segmented(what, shows);
  const affine: Affine = [4, 0, 0, -126, 0, 4, 0, -126, 0, 0, 4, -126, 0, 0, 0, 1];
  const volume = readNifti(madeNifti({ dims: [64, 64, 64], datatype: 2, sform: affine.slice(0, 12) }));
  const found = headFigures(segmentation, plan, volume, {
    hasContrast: true,
    faceElsewhereMl: 0,
    facingSure: 1,
    turned: false,
  });
  return qualityFigures(found, segmentation, plan, postprocess(segmentation, plan, volume), volume, wrongVoxels);
}

test('figures of a good cut are good, and say what a ruler says', () => {
  const figures = figuresOf(headAt);
  assert.deepEqual(judge(figures), { ok: true });
  assert.equal(figures.brainVoxelsAltered, 0);
  assert.ok(Math.abs(figures.brainMl - (4 / 3) * Math.PI * 5.5 ** 3) < 20);
  assert.ok(figures.faceRemovedShare > 0.99 && figures.recededShare > 0.95 && figures.mirrorDice === 1);
  const [x, y, z] = figures.faceFromBrainMm!;
  assert.ok(Math.abs(x) < 2 && y > 40 && z < -20);
});

test('a face hidden against the brain, a face behind the head, no face, and a wrong voxel are each held with a reason', () => {
  const tight = (p: Vec3): Kind => (headAt(p) === 'head' && p[1] > 20 ? 'face' : headAt(p));
  const turned = (p: Vec3): Kind => headAt([p[0], -p[1], p[2]]);
  const faceless = (p: Vec3): Kind => (headAt(p) === 'face' ? 'background' : headAt(p));
  for (const figures of [
    figuresOf(tight),
    figuresOf(turned),
    figuresOf(faceless),
    figuresOf(headAt, 1),
    { ...figuresOf(headAt), mirrorDice: Number.NaN },
    { ...figuresOf(headAt), residualFace: 0.9 },
    { ...figuresOf(headAt), brainMl: 1500, cutPerBrain: 0.37 },
    { ...figuresOf(headAt), facingSure: 0.4 },
    { ...figuresOf(headAt), turned: true, facingSure: 0.95 },
  ]) {
    const judgement = judge(figures);
    assert.equal(judgement.ok, false);
    assert.match((judgement as { reason: string }).reason, /person's look: \w/);
  }
});

test('a face that the network did not see is missed by where the brain says it must be', () => {
  // Only the chin is called face; eyes and nose are skin like any other.
  const chinOnly = (p: Vec3): Kind => (headAt(p) === 'face' && p[2] > -65 ? 'head' : headAt(p));
  const figures = figuresOf(chinOnly);
  assert.ok(figures.faceRemovedShare > 0.99 && figures.recededShare > 0.9);
  assert.ok(figures.expectedFaceRecededShare! < 0.8, `${figures.expectedFaceRecededShare}`);
  assert.equal(judge(figures).ok, false);
  assert.ok(figuresOf(headAt).expectedFaceRecededShare! > 0.98);
});

test('a face that stands is read from the surface whole, one that is gone is not, and none is neither', () => {
  const nose = (p: Vec3): Kind => (Math.hypot(p[0], (p[1] - 78) / 2, (p[2] + 30) / 2) < 9 ? 'face' : headAt(p));
  const { segmentation, plan } = segmented(nose);
  const untouched = { ...plan, cut: new Uint8Array(plan.cut.length) };
  assert.ok(residualFace(segmentation, untouched)! > 0.99);
  assert.ok(residualFace(segmentation, plan)! < 0.85, `${residualFace(segmentation, plan)}`);
  const { segmentation: bare, plan: none } = segmented((p) => (headAt(p) === 'face' ? 'head' : headAt(p)));
  assert.equal(residualFace(bare, none), null);
});

test('a scan that ends below the crown is held, however it is tilted: there the network takes eyes for brain', () => {
  for (const degrees of [0, 15, 30]) {
    const [up, front] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    // The brain is a ball of 55 mm around z = 20; the scan ends in a plane 25 mm above its middle, then in one 90 mm above.
    const below = (end: number) => (p: Vec3) => up * (p[2] - 20) + front * p[1] < end;
    const cut = (p: Vec3): Kind => (below(25)(p) ? headAt(p) : 'background');
    const figures = figuresOf(cut, 0, below(25));
    assert.ok(figures.crownShare > 0.3, `${figures.crownShare}`);
    assert.match((judge(figures) as { reason: string }).reason, /below the crown/);
    assert.equal(figuresOf(headAt, 0, below(90)).crownShare, 0);
  }
});

test('a stray part behind the brain or deep inside the head is not cut, nor anything between it and the face', () => {
  const nape = (p: Vec3): Kind => (Math.hypot(p[0], p[1] + 75, p[2] + 20) < 12 ? 'face' : headAt(p));
  const cord = (p: Vec3): Kind => (Math.hypot(p[0], p[1] + 10, p[2] + 75) < 14 ? 'face' : headAt(p));
  const volume = readNifti(madeNifti({ dims: [64, 64, 64], datatype: 2, sform: GRID.affine.slice(0, 12) }));
  for (const stray of [nape, cord]) {
    const { segmentation, plan } = segmented(stray);
    const mask = postprocess(segmentation, plan, volume).voxels;
    let behind = 0;
    for (let n = 0; n < mask.length; n++)
      if (mask[n] === 1 && transform(GRID.affine, [0, Math.floor(n / 64) % 64, 0])[1] < 10) behind++;
    assert.equal(behind, 0);
  }
});

test('swelling reaches exactly what lies within the distance', () => {
  const shape: Vec3 = [7, 6, 5];
  const places = Array.from({ length: 210 }, (_, n) => [Math.floor(n / 30), Math.floor(n / 5) % 6, n % 5] as const);
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 210, maxLength: 210, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      (bits, reach) => {
        const mask = bits.map((v) => (v === 0 ? 1 : 0));
        const near = (p: readonly number[]) =>
          places.some((q, n) => mask[n] === 1 && Math.hypot(...p.map((v, a) => v - q[a]!)) <= reach + 1e-9);
        assert.deepEqual(
          swell(mask, shape, reach),
          Uint8Array.from(places, (p) => (near(p) ? 1 : 0)),
        );
      },
    ),
  );
});

test('an ear is cut, whether the network finds it or only its shape tells; a hand on the head is not', () => {
  const at = (p: Vec3, x: number, r: number) => Math.hypot(p[0] - x, p[1] + 12, p[2] + 10) < r;
  const volume = readNifti(madeNifti({ dims: [64, 64, 64], datatype: 2, sform: GRID.affine.slice(0, 12) }));
  const cutAt = (what: (p: Vec3) => Kind, where: (p: Vec3) => boolean) => {
    const { segmentation, plan } = segmented(what);
    const mask = postprocess(segmentation, plan, volume).voxels;
    let [all, cut] = [0, 0];
    for (let n = 0; n < mask.length; n++) {
      const place = transform(GRID.affine, [n % 64, Math.floor(n / 64) % 64, Math.floor(n / 4096)]);
      if (!where(place) || what(place) === 'background') continue;
      all++;
      cut += mask[n]!;
    }
    return cut / all;
  };
  const outer = (p: Vec3) => at(p, 92, 10) && headAt(p) === 'background';
  for (const kind of ['face', 'head'] as const) {
    assert.ok(cutAt((p) => (at(p, 92, 10) && headAt(p) === 'background' ? kind : headAt(p)), outer) > 0.95, kind);
  }
  const hand = (p: Vec3) => at(p, 105, 30) && headAt(p) === 'background';
  assert.equal(
    cutAt((p) => (hand(p) ? 'head' : headAt(p)), hand),
    0,
  );
});
