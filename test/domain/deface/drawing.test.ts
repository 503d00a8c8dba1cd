import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { axisDirection, cutInFront, movedPlane, paintStroke, planeAlong, turnedPlane } from '@/domain/deface/drawing';
import { LABEL } from '@/domain/deface/labelRuns';
import { type Affine, invert, transform, type Vec3 } from '@/domain/nifti/affine';

const SHAPE: Vec3 = [11, 9, 7];
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Oblique, flipped, sheared a little, of unequal spacing. */
const affines = fc
  .record({ mm: fc.tuple(number(0.5, 6), number(0.5, 6), number(0.5, 6)), turn: number(-1, 1), flips: fc.nat(7) })
  .map(({ mm, turn, flips }): Affine => {
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const sign = (axis: number) => (flips & (1 << axis) ? -mm[axis]! : mm[axis]!);
    const [x, y, z] = [sign(0), sign(1), sign(2)];
    return [c * x, -s * y, 0, -20, s * x, c * y, 0.1 * z, 7, 0, 0, z, 3, 0, 0, 0, 1];
  });
const places = fc.tuple(number(-2, 12), number(-2, 10), number(-2, 8));
const everyVoxel = (visit: (at: number, place: Vec3) => void) => {
  let at = 0;
  for (let k = 0; k < SHAPE[2]; k++)
    for (let j = 0; j < SHAPE[1]; j++) for (let i = 0; i < SHAPE[0]; i++) visit(at++, [i, j, k]);
};
/** Some brain, some of it drawn, by a pattern. */
const started = (seed: number) =>
  Uint8Array.from({ length: SHAPE[0] * SHAPE[1] * SHAPE[2] }, (_, n) => ((n * 31 + seed) % 7 > 3 ? (n + seed) % 3 : 0));

test('a stroke marks exactly what lies within its radius in mm, never the brain, and tells the box it touched', () => {
  fc.assert(
    fc.property(
      affines,
      places,
      places,
      number(0.2, 12),
      fc.boolean(),
      fc.nat(99),
      (affine, a, b, radius, cut, seed) => {
        const before = started(seed);
        const drawing = { labels: Uint8Array.from(before), shape: SHAPE, affine };
        const label = cut ? LABEL.cut : LABEL.keep;
        const box = paintStroke(drawing, [a, b], radius, label);
        const [from, to] = [transform(affine, a), transform(affine, b)];
        everyVoxel((at, place) => {
          const mm = transform(affine, place);
          // Independently of the code under test: the nearest of many points on the line.
          let nearest = Infinity;
          for (let n = 0; n <= 400; n++) {
            nearest = Math.min(
              nearest,
              Math.hypot(...from.map((f, axis) => f + (n / 400) * (to[axis]! - f) - mm[axis]!)),
            );
          }
          const length = Math.hypot(...from.map((f, axis) => to[axis]! - f));
          const end = place.every((v, axis) => v === Math.round(b[axis]!));
          const inside = nearest <= radius || end;
          const sure = Math.abs(nearest - radius) > length / 400 + 1e-6;
          if (before[at] === LABEL.brain) assert.equal(drawing.labels[at], LABEL.brain);
          else if (sure || end) assert.equal(drawing.labels[at], inside ? label : before[at]);
          if (drawing.labels[at] !== before[at]) {
            assert.ok(box !== null && place.every((v, axis) => v >= box.low[axis]! && v <= box.high[axis]!));
          }
        });
      },
    ),
  );
});

test('a plane takes all in front of it on top of what was marked, leaves all behind it, and never takes the brain', () => {
  fc.assert(
    fc.property(affines, places, places, fc.nat(2), fc.nat(99), (affine, a, b, axis, seed) => {
      const [from, to] = [transform(affine, a), transform(affine, b)];
      const plane = planeAlong(from, to, axisDirection(affine, axis as 0 | 1 | 2));
      fc.pre(plane !== null);
      const { through, normal } = plane!;
      const ahead = (p: Vec3) => p.reduce((sum, v, n) => sum + (v - through[n]!) * normal[n]!, 0);
      assert.ok(Math.abs(ahead(from)) < 1e-6 && Math.abs(ahead(to)) < 1e-6 * Math.hypot(...from, ...to, 1));
      assert.ok(normal[1] > 0 || normal[2] < 0 || Math.abs(normal[1]) < 0.11);
      const before = started(seed);
      const drawing = { labels: new Uint8Array(before.length), shape: SHAPE, affine };
      cutInFront(drawing, before, plane!);
      everyVoxel((at, place) => {
        const distance = ahead(transform(affine, place));
        if (before[at] !== LABEL.keep) assert.equal(drawing.labels[at], before[at]);
        else if (Math.abs(distance) > 1e-6) assert.equal(drawing.labels[at], distance > 0 ? LABEL.cut : LABEL.keep);
      });
    }),
  );
});

test('a plane moves along its normal and turns about its place, keeping the length of its normal', () => {
  fc.assert(
    fc.property(places, places, number(-90, 90), number(-90, 90), number(-30, 30), (from, to, tilt, turn, mm) => {
      const plane = planeAlong(from, to, [1, 0, 0]);
      fc.pre(plane !== null);
      const turned = turnedPlane(plane!, { tilt, turn });
      assert.deepEqual(turned.through, from);
      assert.ok(Math.abs(Math.hypot(...turned.normal) - 1) < 1e-9);
      const back = turnedPlane(turnedPlane(plane!, { tilt }), { tilt: -tilt });
      back.normal.forEach((v, axis) => {
        assert.ok(Math.abs(v - plane!.normal[axis]!) < 1e-9);
      });
      const moved = movedPlane(plane!, mm);
      const way = moved.through.reduce((sum, v, axis) => sum + (v - from[axis]!) * plane!.normal[axis]!, 0);
      assert.ok(Math.abs(way - mm) < 1e-9);
    }),
  );
});

test('the reach of the brush holds for slices far apart: one voxel of 6 mm is one voxel', () => {
  const affine: Affine = [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 6, 0, 0, 0, 0, 1];
  const drawing = { labels: new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]), shape: SHAPE, affine };
  paintStroke(
    drawing,
    [
      [5, 4, 3],
      [5, 4, 3],
    ],
    1,
    LABEL.cut,
  );
  const marked: Vec3[] = [];
  everyVoxel((at, place) => {
    if (drawing.labels[at] === LABEL.cut) marked.push(place);
  });
  assert.ok(marked.every(([, , k]) => k === 3));
  assert.equal(marked.length, 13);
  assert.deepEqual(transform(invert(affine), [2.5, 2, 18]), [5, 4, 3]);
});
