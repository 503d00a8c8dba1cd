// A profile while it is edited: its name follows what it does, and rules keep their order when one is moved.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { moved, named, OWN_NAME, presetOf, sameProfile } from '@/app/projects/[slug]/profile/draft';
import { type PresetName, presets } from '@/domain/deid/presets';

const { research } = presets;

describe('the name of a draft', () => {
  it('is the preset’s while it does the same, its own from the first change on, and the preset’s again when undone by hand', () => {
    const { options } = research.profile;
    const changed = named({ ...research.profile, options: { ...options, retainUids: !options.retainUids } });
    assert.deepEqual([presetOf(changed), changed.name], [null, OWN_NAME]);
    const back = named({ ...changed, options });
    assert.deepEqual([presetOf(back), back.name], ['research', research.profile.name]);
    const ours = { ...changed, name: 'Ours' };
    assert.equal(named(ours).name, 'Ours');
  });

  it('is no matter of the preset: no two presets do the same', () => {
    const names = Object.keys(presets) as PresetName[];
    for (const a of names)
      for (const b of names) assert.equal(sameProfile(presets[a].profile, presets[b].profile), a === b, `${a} ${b}`);
  });
});

describe('moving a rule', () => {
  it('always puts it at its place and leaves the others in their order', () => {
    const lists = fc
      .uniqueArray(fc.integer(), { minLength: 1, maxLength: 12 })
      .chain((list) => fc.tuple(fc.constant(list), fc.nat(list.length - 1), fc.nat(list.length - 1)));
    fc.assert(
      fc.property(lists, ([list, from, to]) => {
        const after = moved(list, from, to);
        assert.equal(after[to], list[from]);
        const others = (all: number[]) => all.filter((one) => one !== list[from]);
        assert.deepEqual(others(after), others(list));
        assert.deepEqual(moved(after, to, from), list);
      }),
    );
  });
});
