import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canStep, type EventOf, type Machine, step, words } from '@/domain/machine';
import type { SeriesState } from '@/domain/machines';
import * as machines from '@/domain/machines';

const tables: Record<string, Machine> = { ...machines };
const eventsOf = (machine: Machine) => [...new Set(Object.values(machine).flatMap((row) => Object.keys(row)))];

for (const [name, machine] of Object.entries(tables)) {
  describe(name, () => {
    it('leads from known states to known states only', () => {
      for (const row of Object.values(machine)) {
        for (const to of Object.values(row)) assert.ok(to !== undefined && Object.hasOwn(machine, to), String(to));
      }
    });

    it('reaches every state from its first', () => {
      const reached = new Set([Object.keys(machine)[0]!]);
      for (const state of reached) for (const to of Object.values(machine[state]!)) reached.add(to!);
      assert.deepEqual([...reached].sort(), Object.keys(machine).sort());
    });

    it('steps exactly where its table says, and refuses the rest as CONFLICT', () => {
      for (const state of Object.keys(machine)) {
        for (const event of eventsOf(machine)) {
          const to = machine[state]?.[event];
          assert.equal(canStep(machine, state, event), to !== undefined);
          if (to === undefined) assert.throws(() => step(machine, state, event), { code: 'CONFLICT' });
          else assert.equal(step(machine, state, event), to);
        }
      }
    });
  });
}

describe('step', () => {
  it('knows no state or event by the names that every object has', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty'),
        fc.string(),
        (name, other) => {
          const machine = machines.seriesMachine as Machine;
          assert.throws(() => step(machine, 'received', name), { code: 'CONFLICT' });
          assert.throws(() => step(machine, name, other), { code: 'CONFLICT' });
          assert.equal(canStep(machine, 'received', name), false);
        },
      ),
    );
  });
});

describe('the series machine', () => {
  /** Every state that can be reached from `received` when none of these events ever happens. */
  function reachedWithout(...missing: EventOf<typeof machines.seriesMachine>[]): Set<string> {
    const reached = new Set<string>(['received']);
    for (const state of reached) {
      for (const [event, to] of Object.entries(machines.seriesMachine[state as SeriesState])) {
        if (!(missing as string[]).includes(event)) reached.add(to);
      }
    }
    return reached;
  }

  it('accepts nothing on any way that leaves a step out', () => {
    assert.ok(reachedWithout().has('accepted'));
    assert.equal(reachedWithout('deidentify', 'holdPixels').has('accepted'), false);
    assert.equal(reachedWithout('deidentify', 'confirmPixels').has('accepted'), false);
    assert.equal(reachedWithout('convert').has('accepted'), false);
    assert.equal(reachedWithout('deface', 'skipDeface').has('accepted'), false);
    assert.equal(reachedWithout('accept').has('accepted'), false);
  });

  it('brings nothing before a reviewer that was not defaced or shown to need none', () => {
    assert.equal(reachedWithout('deface', 'skipDeface').has('inReview'), false);
  });
});

describe('words', () => {
  it('turns a name into plain words', () => {
    assert.equal(words('inReview'), 'in review');
    assert.equal(words('sayNoHead'), 'say no head');
  });
});
