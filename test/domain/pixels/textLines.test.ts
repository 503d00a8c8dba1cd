// The detector finds lines of text by their shape, of either polarity and at every size, and nothing in pictures without any.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '@/domain/phantom/random';
import type { GreyImage } from '@/domain/pixels/greyImage';
import { CERTAIN, findTextLines } from '@/domain/pixels/textLines';
import { textSize, writeText } from '../../fixtures/writtenText';

const WIDTH = 420;
const HEIGHT = 160;

/** Soft, noisy tissue between two greys. */
function tissue(low: number, high: number, seed: number): GreyImage {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    const wave = Math.sin((i % WIDTH) / 31) * Math.cos(i / WIDTH / 23);
    return low + ((high - low) * (1 + wave)) / 2 + 10 * random();
  });
  return { width: WIDTH, height: HEIGHT, data };
}

const certain = (image: GreyImage) => findTextLines(image).filter(({ score }) => score >= CERTAIN);

for (const [what, shade, low, high] of [
  ['light on dark', 235, 10, 120],
  ['dark on light', 5, 110, 220],
] as const) {
  test(`a name ${what} is covered whole, wherever it stands`, () => {
    fc.assert(
      fc.property(fc.constantFrom(2, 3, 4), fc.nat(1000), fc.nat(1000), fc.nat(99), (scale, x, y, seed) => {
        const text = 'KOWALCZYK 1961';
        const { width, height } = textSize(text, scale);
        const [left, top] = [5 + (x % (WIDTH - width - 10)), 5 + (y % (HEIGHT - height - 10))];
        const image = tissue(low, high, seed);
        writeText(text, left, top, scale, (px, py) => {
          image.data[py * WIDTH + px] = shade;
        });
        const lines = certain(image);
        let open = 0;
        writeText(text, left, top, scale, (px, py) => {
          const inside = lines.some((l) => px >= l.x && py >= l.y && px < l.x + l.width && py < l.y + l.height);
          if (!inside) open += 1;
        });
        assert.equal(open, 0, JSON.stringify(lines));
      }),
      { numRuns: 30 },
    );
  });
}

test('tissue without text has no certain line', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 120, max: 240 }),
      (seed, low, high) => {
        assert.deepEqual(certain(tissue(low, high, seed)), []);
      },
    ),
    { numRuns: 30 },
  );
});

test('an empty picture, one of a single grey and a tiny one have no lines', () => {
  for (const [width, height, grey] of [
    [64, 64, 0],
    [64, 64, 200],
    [1, 1, 3],
    [9, 300, 0],
  ] as const)
    assert.deepEqual(findTextLines({ width, height, data: new Uint8Array(width * height).fill(grey) }), []);
});
