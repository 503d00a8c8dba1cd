import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Affine,
  compose,
  determinant,
  IDENTITY,
  invert,
  orientation,
  spacing,
  transform,
} from '@/domain/nifti/affine';

const number = fc.double({ min: -50, max: 50, noNaN: true });
const affine = fc
  .tuple(fc.array(number, { minLength: 12, maxLength: 12 }))
  .map(([rows]): Affine => [...rows, 0, 0, 0, 1])
  .filter((m) => Math.abs(determinant(m)) > 1);

test('the inverse undoes every affine', () => {
  fc.assert(
    fc.property(affine, (m) => {
      compose(invert(m), m).forEach((n, k) => {
        assert.ok(Math.abs(n - IDENTITY[k]!) < 1e-6);
      });
    }),
  );
});

test('composing is applying one after the other', () => {
  fc.assert(
    fc.property(affine, affine, fc.tuple(number, number, number), (a, b, p) => {
      const once = transform(compose(a, b), p);
      transform(a, transform(b, p)).forEach((n, k) => {
        assert.ok(Math.abs(n - once[k]!) < 1e-6);
      });
    }),
  );
});

test('orientation names each direction once, and all 48 right-angled ones exactly', () => {
  const seen = new Set<string>();
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    for (let flips = 0; flips < 8; flips++) {
      const m = Array<number>(16).fill(0);
      m[15] = 1;
      order.forEach((world, axis) => {
        m[world * 4 + axis] = flips & (1 << axis) ? -2 : 2;
      });
      const name = orientation(m);
      order.forEach((world, axis) => {
        assert.equal(name[axis], ['LR', 'PA', 'IS'][world]![flips & (1 << axis) ? 0 : 1]);
      });
      seen.add(name);
      assert.deepEqual(spacing(m), [2, 2, 2]);
    }
  }
  assert.equal(seen.size, 48);
  fc.assert(fc.property(affine, (m) => assert.match(orientation(m), /^(?=.*[LR])(?=.*[PA])(?=.*[IS])[LRPAIS]{3}$/)));
});
