import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { areLabelRuns, countLabels, packLabels, unpackLabels } from '@/domain/deface/labelRuns';
import { DomainError } from '@/domain/errors';
import type { Vec3 } from '@/domain/nifti/affine';

const shapes = fc.tuple(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 40 }),
);
/** Labels in runs of any length, as drawings have them, for a scan of some shape. */
const drawings = shapes.chain((shape) =>
  fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 30 }).map((runs) => {
    const labels = new Uint8Array(shape[0] * shape[1] * shape[2]);
    let at = 0;
    for (const [label, length] of runs) {
      labels.fill(label, at, at + length);
      at += length;
    }
    return { shape: shape as Vec3, labels };
  }),
);
const refused = (code: string) => (error: unknown) => error instanceof DomainError && error.code === code;

test('what was packed comes back voxel by voxel, and is counted right without unpacking', () => {
  fc.assert(
    fc.property(drawings, ({ shape, labels }) => {
      const packed = packLabels(labels, shape);
      assert.equal(areLabelRuns(packed), true);
      assert.deepEqual(unpackLabels(packed, shape), labels);
      const count = (label: number) => labels.reduce((sum, one) => sum + (one === label ? 1 : 0), 0);
      assert.deepEqual(countLabels(packed, shape), { keep: count(0), cut: count(1), brain: count(2) });
    }),
  );
});

test('a drawing of another shape is refused, even of as many voxels', () => {
  fc.assert(
    fc.property(drawings, shapes, ({ shape, labels }, other) => {
      fc.pre(shape.some((side, axis) => side !== other[axis]));
      assert.throws(() => unpackLabels(packLabels(labels, shape), other as Vec3), refused('CONFLICT'));
    }),
  );
  assert.throws(() => unpackLabels(packLabels(new Uint8Array(24), [2, 3, 4]), [4, 3, 2]), refused('CONFLICT'));
});

test('a drawing that was cut short, has something after its end or is any other bytes is refused, never half read', () => {
  fc.assert(
    fc.property(drawings, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), ({ shape, labels }, cut, more) => {
      const packed = packLabels(labels, shape);
      assert.throws(() => unpackLabels(packed.subarray(0, cut % packed.length), shape), refused('UNREADABLE'));
      assert.throws(() => unpackLabels(Buffer.concat([packed, more]), shape), refused('UNREADABLE'));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      assert.throws(() => unpackLabels(bytes, [3, 3, 3]), refused('UNREADABLE'));
      const marked = packLabels(new Uint8Array(27), [3, 3, 3]).subarray(0, 17);
      const made = Buffer.concat([marked, bytes]);
      try {
        assert.equal(unpackLabels(made, [3, 3, 3]).length, 27);
      } catch (error) {
        assert.ok(refused('UNREADABLE')(error));
      }
    }),
  );
});

test('runs of a large scan stay exact and small', () => {
  const shape: Vec3 = [512, 512, 300];
  const labels = new Uint8Array(512 * 512 * 300);
  labels.fill(1, 40_000_000, 70_000_001);
  const packed = packLabels(labels, shape);
  assert.ok(packed.length < 40, `${packed.length}`);
  assert.deepEqual(countLabels(packed, shape), { keep: labels.length - 30_000_001, cut: 30_000_001, brain: 0 });
});
