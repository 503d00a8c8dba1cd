import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { facingOf, parseFacingManifest, placedAfter, rotation, TURNS, turned } from '@/domain/deface/facing';
import { DomainError } from '@/domain/errors';
import { determinant, transform, type Vec3 } from '@/domain/nifti/affine';

test('the turns are the 24 rotations of a cube, each once, and the first changes nothing', () => {
  const image = Float32Array.from({ length: 27 }, (_, n) => n);
  assert.equal(new Set(TURNS.map((turn) => turned(image, 3, turn).join())).size, 24);
  assert.deepEqual(turned(image, 3, TURNS[0]!), image);
  for (const turn of TURNS) assert.equal(determinant(rotation(turn, [1, 2, 3])), 1);
});

test('for every turn and voxel: the turned image shows it where turning the world puts it', () => {
  const n = 5;
  const middle: Vec3 = [2, 2, 2];
  const image = Float32Array.from({ length: n ** 3 }, (_, at) => at);
  const placed = { affine: [2, 0, 0, 7, 0, 3, 0, -5, 0, 0, 4, 1, 0, 0, 0, 1] };
  for (const turn of TURNS) {
    const out = turned(image, n, turn);
    const voxel = placedAfter(placed, turn, middle);
    for (let at = 0; at < image.length; at++) {
      const place: Vec3 = [Math.floor(at / n ** 2), Math.floor(at / n) % n, at % n];
      const [x, y, z] = transform(rotation(turn, middle), place);
      assert.equal(out[(x * n + y) * n + z], at);
      assert.deepEqual(
        transform(voxel.affine, place),
        transform(rotation(turn, middle), transform(placed.affine, place)),
      );
    }
  }
});

test('scores become likelihoods, the largest is the turn, and equal scores are not sure', () => {
  const scores = TURNS.map((_, n) => (n === 7 ? 9 : 0));
  const { turn, likely } = facingOf(scores);
  assert.equal(turn, 7);
  assert.ok(likely[7]! > 0.99 && Math.abs(likely.reduce((a, b) => a + b, 0) - 1) < 1e-9);
  assert.ok(Math.abs(facingOf(TURNS.map(() => 500)).likely[0]! - 1 / 24) < 1e-9);
});

test('the manifest that is delivered is read; one whose turns come in another order is refused', () => {
  const path = join(import.meta.dirname, '..', '..', '..', 'models', 'deface', 'facing.json');
  const good = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(parseFacingManifest(good).shape.length, 3);
  for (const wrong of [
    null,
    {},
    { ...good, sha256: 1 },
    { ...good, size: '48' },
    { ...good, turns: good.turns.toReversed() },
    { ...good, normalisation: {} },
  ])
    assert.throws(
      () => parseFacingManifest(wrong),
      (error) => error instanceof DomainError && error.code === 'UNSAFE',
    );
});
