// One reader, or two with a third to settle.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decision, settle } from '@/domain/review';

const reading = (reviewerId: string, decision: Decision) => ({ reviewerId, decision, stageRunId: 'run' });

test('two readers: agreement settles, a third settles a difference', () => {
  const [yes, no] = ['accept', 'reject'] as const;
  assert.equal(settle([], 2), 'open');
  assert.equal(settle([reading('a', yes)], 2), 'open');
  assert.equal(settle([reading('a', yes), reading('b', yes)], 2), 'accept');
  assert.equal(settle([reading('a', yes), reading('b', no)], 2), 'open');
  assert.equal(settle([reading('a', yes), reading('b', no), reading('c', no)], 2), 'reject');
  assert.equal(settle([reading('a', yes), reading('b', no), reading('c', yes)], 2), 'accept');
});

test('with two readers, accepting a mask one drew oneself never counts, and rejecting it does; with one reader both do', () => {
  const decision = fc.constantFrom('accept' as const, 'reject' as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), decision), { maxLength: 8 }), (list) => {
      const all = list.map(([who, said]) => reading(who, said));
      const others = all.filter(({ reviewerId }) => reviewerId !== 'a');
      if (settle(all, 2, 'a') === 'accept') assert.equal(settle(others, 2), 'accept');
      if (settle(all, 2) === 'reject') assert.equal(settle(all, 2, 'a'), 'reject');
      assert.equal(settle(all, 1, 'a'), settle(all, 1));
    }),
  );
  assert.equal(settle([reading('a', 'accept'), reading('b', 'accept')], 2, 'a'), 'open');
});

test('the same person pressing twice never counts as two', () => {
  const decision = fc.constantFrom('accept' as const, 'reject' as const);
  fc.assert(
    fc.property(fc.array(decision, { maxLength: 8 }), (presses) => {
      assert.equal(
        settle(
          presses.map((press) => reading('a', press)),
          2,
        ),
        'open',
      );
    }),
  );
});
