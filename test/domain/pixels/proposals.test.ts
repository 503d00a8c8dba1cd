// From what reviewers decided to a proposed rule, and to the share of images in which the program had missed something.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FoundBox } from '@/domain/pixels/plan';
import { type DecidedSize, proposalsOf, residualOf } from '@/domain/pixels/proposals';
import { regionRuleSchema } from '@/domain/pixels/regionRules';

const source = { manufacturer: 'ACME', model: 'Echo 5', modality: 'US' };
const box = (x: number, y: number, part: Partial<FoundBox> = {}): FoundBox => ({
  x,
  y,
  width: 40,
  height: 10,
  verdict: 'identifying',
  ...part,
});
const size = (seriesId: string, decided: FoundBox[], part: Partial<DecidedSize> = {}): DecidedSize => ({
  seriesId,
  source,
  rows: 100,
  columns: 200,
  frames: 4,
  found: [],
  decided,
  ...part,
});

describe('proposals', () => {
  test('the same place drawn in two series of one device and size becomes a rule around both', () => {
    const drawn = [size('a', [box(5, 5)]), size('b', [box(8, 6), box(90, 60)]), size('c', [box(6, 5)])];
    const [proposal, ...others] = proposalsOf(drawn, []);
    assert.deepEqual(others, []);
    assert.equal(proposal!.series, 3);
    const { match, do: does, boxes, name } = regionRuleSchema.parse(proposal!.rule);
    assert.deepEqual([match, does, name], [{ ...source, rows: 100, columns: 200 }, 'mask', 'ACME Echo 5, 200 x 100']);
    assert.deepEqual(boxes, [{ x: 5, y: 5, width: 43, height: 11 }]);
    // Adopted, it is not proposed again.
    assert.deepEqual(proposalsOf(drawn, [proposal!.rule]), []);
  });

  test('one series, other devices, other sizes, devices without a name, and single images make none', () => {
    const none = (...sizes: DecidedSize[]) => assert.deepEqual(proposalsOf(sizes, []), []);
    const b = [box(5, 5)];
    none(size('a', [box(5, 5), box(6, 5)]));
    none(size('a', b), size('b', b, { source: { ...source, model: 'Other' } }));
    none(size('a', b), size('b', b, { rows: 99 }));
    none(size('a', b, { source: null }), size('b', b, { source: null }));
    const unnamed = { manufacturer: '', model: '', modality: 'US' };
    none(size('a', b, { source: unnamed }), size('b', b, { source: unnamed }));
    none(size('a', [box(5, 5, { frame: 1 })]), size('b', [box(5, 5, { frame: 1 })]));
    // The program had it black already.
    none(size('a', b, { found: b }), size('b', b, { found: b }));
  });

  test('doubtful text that people let stand becomes a place to keep, only where all let it stand', () => {
    const kept = (id: string, x: number) =>
      size(id, [box(x, 5, { verdict: 'harmless' })], { found: [box(x, 5, { verdict: 'doubtful' })] });
    const [proposal] = proposalsOf([kept('a', 5), kept('b', 9)], []);
    assert.deepEqual([proposal!.rule.do, proposal!.rule.boxes], ['keep', [{ x: 9, y: 5, width: 36, height: 10 }]]);
    const identifying = (id: string) => size(id, [box(5, 5, { verdict: 'harmless' })], { found: [box(5, 5)] });
    assert.deepEqual(proposalsOf([identifying('a'), identifying('b')], []), []);
  });
});

describe('the residual rate', () => {
  test('counts the images in which somebody blacked out what the program had left', () => {
    const found = [box(5, 5), box(60, 60, { verdict: 'harmless' })];
    assert.deepEqual(residualOf([size('a', found, { found })]), { images: 4, missed: 0 });
    const only = (...decided: FoundBox[]) => residualOf([size('a', [...found, ...decided], { found })]).missed;
    assert.equal(only(box(90, 5)), 4);
    assert.equal(only(box(90, 5, { frame: 1 }), box(90, 30, { frame: 1, last: 2 })), 2);
    assert.equal(only(box(60, 60)), 4, 'what the program took for harmless');
    assert.equal(only(box(6, 5)), 0, 'a box that was moved a little');
    assert.equal(only(box(90, 5, { shared: 'f'.repeat(32) })), 0, 'given to the whole device');
    assert.equal(only(box(90, 5, { origin: 'left' })), 0, 'found by the second look');
    assert.equal(only(box(90, 5, { verdict: 'outside' })), 0);
  });

  test('is never more than all, and no change of a box that was there raises it', () => {
    const boxes = fc.array(
      fc.tuple(fc.nat(150), fc.nat(80), fc.constantFrom('identifying', 'doubtful', 'harmless'), fc.option(fc.nat(3))),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(boxes, boxes, (first, second) => {
        const made = (all: typeof first) =>
          all.map(([x, y, verdict, frame]) =>
            box(x, y, { verdict, ...(frame === null ? {} : { frame }) } as Partial<FoundBox>),
          );
        const found = made(first);
        const { images, missed } = residualOf([size('a', [...found, ...made(second)], { found })]);
        assert.ok(images === 4 && missed >= 0 && missed <= 4);
        const kept = found.map((one) => ({ ...one, verdict: 'harmless' as const }));
        assert.equal(residualOf([size('a', kept, { found })]).missed, 0);
      }),
    );
  });
});
