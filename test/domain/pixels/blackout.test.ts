// Blacking out: outside of the boxes every bit stays, inside nothing of the picture does, over every layout.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blackedBox, blackout, type Fill } from '@/domain/pixels/blackout';
import { type Box, boxesMeet, outsideOf } from '@/domain/pixels/boxes';
import { frameBytes, meaningOf, type PixelLayout, sampleAt, wordOf, wordReader } from '@/domain/pixels/layout';

const layouts: fc.Arbitrary<PixelLayout> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 9 }),
    colour: fc.constantFrom('MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR', 'RGB', 'YBR_FULL', 'YBR_FULL_422'),
    bitsAllocated: fc.constantFrom(8, 16, 32),
    unused: fc.nat(7),
    low: fc.nat(7),
    signed: fc.boolean(),
    planar: fc.boolean(),
    bigEndian: fc.boolean(),
    padding: fc.option(fc.nat(255)),
  })
  .map(({ colour, bitsAllocated, unused, low, columns, planar, ...rest }) => {
    const subsampled = colour === 'YBR_FULL_422';
    const samples = /^(RGB|YBR)/.test(colour) ? 3 : 1;
    const bits = subsampled ? 8 : bitsAllocated;
    const bitsStored = bits - unused;
    return {
      ...rest,
      columns: subsampled ? columns + (columns % 2) : columns,
      frames: 1,
      samples,
      photometric: colour,
      bitsAllocated: bits as 8,
      bitsStored,
      highBit: Math.min(bits - 1, bitsStored - 1 + low),
      planar: planar && samples === 3 && !subsampled,
      subsampled,
    } as const;
  });
const boxes = fc.array(
  fc.record({
    x: fc.integer({ min: -3, max: 11 }),
    y: fc.integer({ min: -3, max: 11 }),
    width: fc.integer({ min: 0, max: 8 }),
    height: fc.integer({ min: 0, max: 8 }),
  }),
  { maxLength: 4 },
);
const fills = fc.constantFrom<Fill>('zero', 'padding', 'border');
const cases = layouts.chain((layout) =>
  fc.tuple(
    fc.constant(layout),
    fc.uint8Array({ minLength: frameBytes(layout), maxLength: frameBytes(layout) }),
    boxes,
    fills,
  ),
);
const holds = (taken: readonly Box[], x: number, y: number) =>
  taken.some((box) => boxesMeet(box, { x, y, width: 1, height: 1 }));

test('outside of the boxes every bit stays, and the input is not changed', () => {
  fc.assert(
    fc.property(cases, ([layout, frame, some, fill]) => {
      const before = frame.slice();
      const after = blackout(frame, layout, some, fill);
      assert.deepEqual(frame, before);
      const taken = some.flatMap((box) => blackedBox(box, layout) ?? []);
      if (taken.length === 0) assert.equal(after, frame);
      const [was, is] = [wordReader(frame, layout), wordReader(after, layout)];
      for (let y = 0; y < layout.rows; y++)
        for (let x = 0; x < layout.columns; x++)
          for (let sample = 0; sample < layout.samples; sample++) {
            const at = sampleAt(layout, x, y, sample);
            if (!holds(taken, x, y)) assert.equal(is(at), was(at));
          }
    }),
    { numRuns: 300 },
  );
});

test('inside a box nothing depends on what was there', () => {
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.nat(255)), ([layout, frame, some, fill], noise) => {
      const taken = some.flatMap((box) => blackedBox(box, layout) ?? []);
      const other = frame.slice();
      const set = new Set<number>();
      for (let y = 0; y < layout.rows; y++)
        for (let x = 0; x < layout.columns; x++)
          for (let sample = 0; sample < layout.samples; sample++)
            if (holds(taken, x, y))
              for (let byte = 0; byte < layout.bitsAllocated / 8; byte++)
                set.add(sampleAt(layout, x, y, sample) + byte);
      for (const at of set) other[at] = noise.next().value!;
      // A border may run through a neighbouring box; only the other fills are independent of it.
      const steady = fill === 'border' && taken.length > 1 ? 'zero' : fill;
      assert.deepEqual(blackout(other, layout, some, steady), blackout(frame, layout, some, steady));
    }),
    { numRuns: 300 },
  );
});

test('every sample has bytes of its own, and all bytes belong to samples', () => {
  fc.assert(
    fc.property(layouts, (layout) => {
      const seen = new Set<number>();
      for (let y = 0; y < layout.rows; y++)
        for (let x = 0; x < layout.columns; x++)
          for (let sample = 0; sample < layout.samples; sample++)
            for (let byte = 0; byte < layout.bitsAllocated / 8; byte++) seen.add(sampleAt(layout, x, y, sample) + byte);
      assert.equal(seen.size, frameBytes(layout));
      assert.equal(Math.max(...seen), frameBytes(layout) - 1);
    }),
  );
});

test('a stored word means the number it was made of', () => {
  fc.assert(
    fc.property(layouts, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (layout, part) => {
      const range = 2 ** layout.bitsStored;
      const value = Math.floor(part * range) - (layout.signed ? range / 2 : 0);
      const word = wordOf(layout)(value);
      assert.ok(word >= 0 && word < 2 ** layout.bitsAllocated);
      assert.equal(meaningOf(layout)(word), value === 0 ? 0 : value);
    }),
  );
});

test('outsideOf covers exactly the pixels of no kept box', () => {
  fc.assert(
    fc.property(boxes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (kept, rows, columns) => {
      const outside = outsideOf(kept, { rows, columns });
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++) {
          const covering = outside.filter((box) => holds([box], x, y)).length;
          assert.equal(covering, holds(kept, x, y) ? 0 : 1);
        }
    }),
    { numRuns: 300 },
  );
});
