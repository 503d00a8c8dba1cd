import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '@/domain/deface/manifest';
import { centreOf } from '@/domain/deface/placement';
import { prepare, reduce, windows } from '@/domain/deface/preprocess';
import { areProbabilities } from '@/domain/deface/segmentation';
import { DomainError } from '@/domain/errors';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';
import { readNifti } from '@/domain/nifti/volume';
import { madeNifti } from '../nifti/made';
import { headAt, INTENSITY, MANIFEST, readKinds, scanOf } from './head';

const upright = (mm: number, n: number): { shape: Vec3; affine: Affine } => {
  const o = (-(n - 1) * mm) / 2;
  return { shape: [n, n, n], affine: [mm, 0, 0, o, 0, mm, 0, o, 0, 0, mm, o, 0, 0, 0, 1] };
};
const volumeOf = ({ shape, affine }: { shape: Vec3; affine: Affine }, more: object = {}) =>
  readNifti(madeNifti({ dims: shape, sform: affine.slice(0, 12), values: scanOf(shape, affine), ...more }));

/** Share of grid voxels that show the class that lies there. */
function agreement(volume: ReturnType<typeof readNifti>): number {
  const reduced = reduce(volume, MANIFEST.spacingMm);
  const { grid, image, seen } = prepare(reduced, MANIFEST, centreOf(reduced, MANIFEST));
  const kinds = readKinds(image);
  const [nx, ny, nz] = grid.shape;
  let right = 0;
  let all = 0;
  for (let n = 0; n < image.length; n++) {
    if (seen[n] === 0) continue;
    const place = transform(grid.affine, [Math.floor(n / (ny * nz)), Math.floor(n / nz) % ny, n % nz]);
    const is = Object.keys(INTENSITY).indexOf(headAt(place));
    all++;
    if (kinds[is * image.length + n]! > 0.5) right++;
  }
  assert.ok(all > nx * ny * nz * 0.3);
  return right / all;
}

test('fine, coarse, scaled, big-endian, floating and 4D scans all show the same head on the grid', () => {
  assert.ok(agreement(volumeOf(upright(4, 60))) > 0.97);
  assert.ok(agreement(volumeOf(upright(1.9, 120))) > 0.97);
  assert.ok(
    agreement(
      volumeOf(upright(4, 60), {
        slope: -2,
        inter: 700,
        values: scanOf(upright(4, 60).shape, upright(4, 60).affine).map((v) => (v - 700) / -2),
        datatype: 16,
      }),
    ) > 0.97,
  );
  assert.ok(agreement(volumeOf(upright(4, 60), { littleEndian: false })) > 0.97);
  const one = scanOf(upright(4, 60).shape, upright(4, 60).affine);
  assert.ok(
    agreement(volumeOf(upright(4, 60), { dims: [60, 60, 60, 2], values: [...one, ...one], version: 2 })) > 0.97,
  );
});

test('the grid lies on the head of a tall scan, not on the middle of the body', () => {
  const [mm, n] = [6, 40];
  const shape: Vec3 = [n, n, 100];
  const affine: Affine = [mm, 0, 0, -120, 0, mm, 0, -120, 0, 0, mm, -480, 0, 0, 0, 1];
  const body = scanOf(shape, affine, (p) => (p[2] < -85 && Math.hypot(p[0], p[1]) < 100 ? 'head' : headAt(p)));
  const volume = readNifti(madeNifti({ dims: shape, sform: affine.slice(0, 12), values: body }));
  const centre = centreOf(reduce(volume, MANIFEST.spacingMm), MANIFEST);
  assert.ok(Math.abs(centre[2] - (90 + 10 - 128)) < 8, `${centre}`);
  const all = windows(volume, MANIFEST);
  assert.ok(all.some((c) => c[2] > -30) && all.some((c) => c[2] < -300));
});

test('NaN and constant volumes show no contrast instead of a number', () => {
  const nan = volumeOf(upright(8, 20), { datatype: 16, values: new Float32Array(8000).fill(Number.NaN) });
  const flat = volumeOf(upright(8, 20), { datatype: 16, values: new Float32Array(8000).fill(7) });
  for (const volume of [nan, flat]) {
    const reduced = reduce(volume, MANIFEST.spacingMm);
    const { image, hasContrast } = prepare(reduced, MANIFEST, centreOf(reduced, MANIFEST));
    assert.equal(hasContrast, false);
    assert.ok(image.every((v) => v >= 0 && v <= 1));
  }
});

test('colour and complex voxels are refused', () => {
  const volume = readNifti(madeNifti({ dims: [4, 4, 4], datatype: 128 }));
  assert.throws(
    () => reduce(volume, 2),
    (error) => error instanceof DomainError && error.code === 'UNSUPPORTED',
  );
});

test('probabilities are known from nonsense', () => {
  const good = Float32Array.from([1, 0.5, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 1]);
  assert.ok(areProbabilities(good));
  for (const wrong of [Number.NaN, -1, 2]) {
    const bad = Float32Array.from(good);
    bad[1] = wrong;
    assert.ok(!areProbabilities(bad));
  }
});

test('a manifest that asks for something else is refused', () => {
  const good = {
    name: 'n',
    version: '1',
    sha256: 'ab',
    input: {
      name: 'image',
      shape: [1, 1, 128, 128, 128],
      orientation: 'RAS',
      spacingMm: [2, 2, 2],
      normalisation: { clipBelow: -1024, percentiles: [0.5, 99.5] },
    },
    output: { name: 'probabilities', classes: ['background', 'head', 'face', 'brain'] },
  };
  assert.equal(parseManifest(good).spacingMm, 2);
  const wrongs = [
    null,
    {},
    { ...good, sha256: 3 },
    { ...good, input: { ...good.input, orientation: 'LPS' } },
    { ...good, input: { ...good.input, shape: [1, 1, 100, 128, 128] } },
    { ...good, input: { ...good.input, spacingMm: [2, 2, 3] } },
    { ...good, output: { ...good.output, classes: ['head', 'background', 'face', 'brain'] } },
  ];
  for (const wrong of wrongs)
    assert.throws(
      () => parseManifest(wrong),
      (error) => error instanceof DomainError && error.code === 'UNSAFE',
    );
});
