import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canStep, step } from '@/domain/machine';
import { type SeriesState, seriesMachine } from '@/domain/machines';
import { stageFrom, stageNames, stages } from '@/domain/pipeline';

const states = Object.keys(seriesMachine) as SeriesState[];

describe('the pipeline', () => {
  it('takes a series from received to review, stage by stage, when each succeeds', () => {
    let state: SeriesState = 'received';
    const path: string[] = [];
    for (let name = stageFrom(state); name; name = stageFrom(state)) {
      const stage = stages[name];
      assert.ok(stage.unit === 'series');
      path.push(name);
      state = step(seriesMachine, state, stage.succeed);
    }
    assert.deepEqual(path, ['deidentify', 'convert', 'deface']);
    assert.equal(state, 'inReview');
  });

  it('starts at most one stage from a state', () => {
    for (const state of states) {
      const starting = stageNames.filter((name) => {
        const stage = stages[name];
        return stage.unit === 'series' && stage.from === state;
      });
      assert.deepEqual(
        starting,
        [stageFrom(state)].filter((name) => name !== null),
      );
    }
  });

  it('can quarantine a series in every stage', () => {
    for (const name of stageNames) {
      const stage = stages[name];
      if (stage.unit === 'series') assert.ok(canStep(seriesMachine, stage.from, 'quarantine'), name);
    }
  });
});
