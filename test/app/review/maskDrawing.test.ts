import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MaskDrawing } from '@/app/projects/[slug]/review/[seriesId]/mend/maskDrawing';
import { LABEL, unpackLabels } from '@/domain/deface/labelRuns';
import { IDENTITY, type Vec3 } from '@/domain/nifti/affine';

const SHAPE: Vec3 = [8, 7, 6];
const computed = Uint8Array.from({ length: 336 }, (_, n) => (n % 8 > 5 ? LABEL.cut : n % 8 < 2 ? LABEL.brain : 0));
const begun = () => new MaskDrawing(SHAPE, IDENTITY, computed.slice(), computed);
const place = fc.tuple(fc.nat(7), fc.nat(6), fc.nat(5));

test('whatever is drawn, undone and redone, the way back leads through every state, and the brain stays', () => {
  const acts = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('stroke' as const), from: place, to: place, cut: fc.boolean() }),
      fc.record({ kind: fc.constant('plane' as const), through: place, again: place }),
      fc.record({ kind: fc.constantFrom('undo' as const, 'redo' as const, 'reset' as const) }),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(acts, (list) => {
      const drawing = begun();
      let states = [drawing.labels.slice()];
      let at = 0;
      const note = () => {
        if (Buffer.compare(drawing.labels, states[at]!) === 0) return;
        states = [...states.slice(0, at + 1), drawing.labels.slice()];
        at++;
      };
      for (const act of list) {
        if (act.kind === 'stroke') {
          drawing.stroke([act.from, act.to], 1.5, act.cut ? LABEL.cut : LABEL.keep);
          drawing.commit();
          note();
        } else if (act.kind === 'plane') {
          drawing.aim({ through: act.through, normal: [0, 1, 0] });
          drawing.aim({ through: act.again, normal: [0, 1, 0] });
          drawing.commit();
          drawing.letGo();
          note();
        } else if (act.kind === 'reset') {
          drawing.reset();
          note();
          assert.deepEqual(drawing.labels, computed);
        } else {
          drawing[act.kind]();
          at = Math.min(states.length - 1, Math.max(0, at + (act.kind === 'undo' ? -1 : 1)));
        }
        assert.deepEqual(drawing.labels, states[at]);
        assert.equal(drawing.canUndo, at > 0);
        assert.equal(drawing.canRedo, at < states.length - 1);
        computed.forEach((label, n) => {
          assert.equal(drawing.labels[n] === LABEL.brain, label === LABEL.brain);
        });
        assert.deepEqual(
          unpackLabels(drawing.mask(), SHAPE),
          drawing.labels.map((label) => (label === LABEL.cut ? 1 : 0)),
        );
      }
    }),
  );
});

test('a plane that is moved about is one step, and moving it back gives back what it had taken', () => {
  const drawing = begun();
  for (const y of [5, 3, 1, 4]) {
    drawing.aim({ through: [0, y, 0], normal: [0, 1, 0] });
    drawing.commit();
  }
  const straight = begun();
  straight.aim({ through: [0, 4, 0], normal: [0, 1, 0] });
  assert.deepEqual(drawing.labels, straight.labels);
  drawing.undo();
  assert.deepEqual(drawing.labels, computed);
  assert.equal(drawing.canUndo, false);
});

test('a drawing that was left is taken up as one step that can be undone', () => {
  const left = begun();
  left.stroke(
    [
      [1, 1, 1],
      [5, 5, 5],
    ],
    2,
    LABEL.cut,
  );
  left.commit();
  const again = begun();
  again.resume(left.state);
  assert.deepEqual(again.labels, left.labels);
  assert.equal(again.changed, true);
  again.undo();
  assert.deepEqual(again.labels, computed);
});
