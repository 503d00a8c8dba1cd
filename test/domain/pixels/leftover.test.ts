// What was found again after blacking out: nothing that nobody answered may be forgotten, and nothing answered asked again.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { withLeftovers } from '@/domain/pixels/leftover';
import { type FoundBox, masked, maskedAt, type PixelPlan, withBoxes } from '@/domain/pixels/plan';

const size = { rows: 60, columns: 80, frames: 5 };
const box = fc.record({
  x: fc.integer({ min: 0, max: 79 }),
  y: fc.integer({ min: 0, max: 59 }),
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 20 }),
  verdict: fc.constantFrom('identifying' as const, 'doubtful' as const, 'harmless' as const),
});
const plan = (boxes: readonly FoundBox[]): PixelPlan =>
  withBoxes([{ ...size, boxes: [] }], [{ ...size, boxes: [...boxes] }]);
const plans = fc.array(box, { maxLength: 8 }).map(plan);

describe('leftovers', () => {
  it('are every text that lies clear of all boxes, and change none that was there', () => {
    fc.assert(
      fc.property(plans, plans, (decided, again) => {
        const { plan: next, left } = withLeftovers(decided, again);
        const before = decided[0]!.boxes;
        assert.deepEqual(next[0]!.boxes.slice(0, before.length), before);
        const added = next[0]!.boxes.slice(before.length);
        assert.equal(added.length, left);
        assert.ok(added.every(({ origin, verdict }) => origin === 'left' && verdict !== 'harmless'));
        const clear = masked(again[0]!.boxes).filter((one) => before.every((other) => apart(one, other)));
        for (const one of clear)
          assert.ok(added.some((has) => has.x === one.x && has.y === one.y && has.width === one.width));
      }),
    );
  });

  it('are not asked about twice: once boxed, black or kept, the same find brings nothing', () => {
    fc.assert(
      fc.property(plans, plans, fc.boolean(), (decided, again, keep) => {
        const { plan: next } = withLeftovers(decided, again);
        const answered = next.map((one) => ({
          ...one,
          boxes: one.boxes.map((has) =>
            keep && has.origin === 'left' ? { ...has, verdict: 'harmless' as const } : has,
          ),
        }));
        assert.equal(withLeftovers(answered, again).left, 0);
      }),
    );
  });

  it('are text in the images that a box for one image leaves alone', () => {
    const text: FoundBox = { x: 10, y: 10, width: 30, height: 8, verdict: 'identifying' };
    assert.equal(withLeftovers(plan([text]), plan([text])).left, 0);
    assert.equal(withLeftovers(plan([{ ...text, frame: 2 }]), plan([text])).left, 1);
  });

  it('are the half of a text that stands out of its box', () => {
    const text: FoundBox = { x: 10, y: 10, width: 40, height: 8, verdict: 'doubtful' };
    assert.equal(withLeftovers(plan([{ ...text, width: 20 }]), plan([text])).left, 1);
    assert.equal(
      withLeftovers(
        plan([
          { ...text, width: 20 },
          { ...text, x: 30, width: 20, verdict: 'harmless' },
        ]),
        plan([text]),
      ).left,
      0,
    );
  });

  it('in images that nobody looked at stop everything', () => {
    const text: FoundBox = { x: 10, y: 10, width: 40, height: 8, verdict: 'doubtful' };
    assert.throws(() => withLeftovers(plan([]), [{ ...size, rows: 61, boxes: [text] }]), { code: 'UNSAFE' });
  });
});

describe('a box for one image', () => {
  it('is black there and nowhere else; one for all of them everywhere', () => {
    const everywhere: FoundBox = { x: 1, y: 1, width: 5, height: 5, verdict: 'doubtful' };
    const there: FoundBox = { ...everywhere, y: 20, frame: 3 };
    const kept: FoundBox = { ...everywhere, y: 40, verdict: 'harmless', frame: 3 };
    for (let frame = 0; frame < 5; frame++)
      assert.deepEqual(maskedAt([everywhere, there, kept], frame), frame === 3 ? [everywhere, there] : [everywhere]);
  });
});

function apart(a: FoundBox, b: FoundBox): boolean {
  const gap = 2;
  return (
    a.x >= b.x + b.width + gap ||
    b.x >= a.x + a.width + gap ||
    a.y >= b.y + b.height + gap ||
    b.y >= a.y + a.height + gap
  );
}
