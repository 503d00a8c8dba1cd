// The top-hat is what its definition says, at every size and at the edges of the picture.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { topHat } from '@/domain/pixels/morphology';

type Pick = (...values: number[]) => number;

test('a picture minus the largest of the smallest values in the squares around each pixel', () => {
  const picture = fc.integer({ min: 1, max: 14 }).chain((width) =>
    fc.integer({ min: 1, max: 14 }).chain((height) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        data: fc.uint8Array({ minLength: width * height, maxLength: width * height }),
      }),
    ),
  );
  fc.assert(
    fc.property(picture, fc.constantFrom(1, 3, 5, 9, 11), ({ width, height, data }, size) => {
      const around = (from: Uint8Array, pick: Pick) =>
        Uint8Array.from(from, (_, i) => {
          const [x, y, r] = [i % width, Math.floor(i / width), size >> 1];
          return pick(
            ...[...from].filter((_, j) => Math.abs((j % width) - x) <= r && Math.abs(Math.floor(j / width) - y) <= r),
          );
        });
      const opened = around(around(data, Math.min), Math.max);
      assert.deepEqual(
        topHat({ width, height, data }, size),
        data.map((value, i) => value - opened[i]!),
      );
    }),
  );
});
