// Nothing leaves without a successful, reviewed defacing: for every history of runs and readings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type SeriesState, type StageRunState, seriesMachine, stageRunMachine } from '@/domain/machines';
import { type RunFacts, releasable } from '@/domain/release/releasable';
import type { Reading } from '@/domain/review';

const seriesStates = Object.keys(seriesMachine) as SeriesState[];
const runStates = Object.keys(stageRunMachine) as StageRunState[];

const run = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  stage: fc.constantFrom('deidentify' as const, 'convert' as const, 'deface' as const),
  state: fc.oneof({ weight: 3, arbitrary: fc.constant('succeeded' as const) }, fc.constantFrom(...runStates)),
  queuedAt: fc.nat(20),
  outcome: fc.option(
    fc.record({
      kind: fc.constantFrom('defaced' as const, 'skipped' as const, 'held' as const),
      reason: fc.constantFrom('', ' ', 'No head in the image.'),
    }),
  ),
});
const reading = fc.record({
  reviewerId: fc.constantFrom('anna', 'ben', 'cleo'),
  stageRunId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  decision: fc.constantFrom('accept' as const, 'reject' as const),
});
const history = fc.record({
  state: fc.oneof({ weight: 3, arbitrary: fc.constant('accepted' as const) }, fc.constantFrom(...seriesStates)),
  faceRisk: fc.boolean(),
  pixelsWait: fc.boolean(),
  runs: fc.uniqueArray(run, { selector: (r) => r.id, maxLength: 5 }),
  readings: fc.array(reading, { maxLength: 6 }),
  readers: fc.constantFrom(1, 2),
});

const straight: RunFacts[] = [
  { id: 'a', stage: 'deidentify', state: 'succeeded', queuedAt: 1, outcome: null },
  { id: 'b', stage: 'convert', state: 'succeeded', queuedAt: 2, outcome: null },
  { id: 'c', stage: 'deface', state: 'succeeded', queuedAt: 3, outcome: { kind: 'defaced', reason: 'Face removed.' } },
];
const accepted: Reading[] = [{ reviewerId: 'anna', stageRunId: 'c', decision: 'accept' }];

test('a head with a successful, accepted defacing may leave', () => {
  assert.deepEqual(releasable({ state: 'accepted', faceRisk: true, pixelsWait: false }, straight, accepted, 1), {
    ok: true,
    stageRunId: 'c',
    mendedBy: null,
  });
});

test('for every history: a head leaves only after its newest defacing succeeded and a reader accepted that very run', () => {
  let yes = 0;
  fc.assert(
    fc.property(history, ({ state, faceRisk, pixelsWait, runs, readings, readers }) => {
      const answer = releasable({ state, faceRisk, pixelsWait }, runs, readings, readers);
      if (!answer.ok) return;
      yes += 1;
      const deface = runs.find((r) => r.id === answer.stageRunId);
      assert.equal(state, 'accepted');
      assert.equal(pixelsWait, false);
      assert.equal(deface?.stage, 'deface');
      assert.equal(deface?.state, 'succeeded');
      if (faceRisk) assert.equal(deface?.outcome?.kind, 'defaced');
      else assert.ok(deface?.outcome?.kind === 'defaced' || deface?.outcome?.reason.trim());
      for (const other of runs) {
        if (other.state === 'cancelled' || other.id === deface?.id) continue;
        assert.ok(other.queuedAt <= (deface?.queuedAt ?? -1), 'nothing ran since');
      }
      const inFavour = new Set(
        readings.filter((r) => r.stageRunId === answer.stageRunId && r.decision === 'accept').map((r) => r.reviewerId),
      );
      assert.ok(inFavour.size >= readers);
    }),
    { numRuns: 20_000, seed: 7 },
  );
  assert.ok(yes > 20, `the property must have met histories that may leave, met ${yes}`);
});

test('what is taken away from a straight history is refused', () => {
  const head = { state: 'accepted', faceRisk: true, pixelsWait: false } as const;
  const deface = straight[2]!;
  const refused: [string, ReturnType<typeof releasable>][] = [
    ['no runs at all', releasable(head, [], accepted, 1)],
    ['no defacing', releasable(head, straight.slice(0, 2), accepted, 1)],
    [
      'failed again since',
      releasable(head, [...straight, { ...deface, id: 'd', state: 'failed', queuedAt: 4 }], accepted, 1),
    ],
    ['converted again since', releasable(head, [...straight, { ...straight[1]!, id: 'd', queuedAt: 4 }], accepted, 1)],
    [
      'skipped though a face is at risk',
      releasable(head, [{ ...deface, outcome: { kind: 'skipped', reason: 'No head.' } }], accepted, 1),
    ],
    ['an outcome nobody can read', releasable(head, [{ ...deface, outcome: null }], accepted, 1)],
    ['accepted on an older run', releasable(head, straight, [{ ...accepted[0]!, stageRunId: 'b' }], 1)],
    ['pixels nobody looked at', releasable({ ...head, pixelsWait: true }, straight, accepted, 1)],
    ['one reader of two', releasable(head, straight, accepted, 2)],
  ];
  for (const [what, answer] of refused) assert.equal(answer.ok, false, what);
});
