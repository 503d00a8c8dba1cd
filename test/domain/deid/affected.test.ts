// The live list and the difference of versions: what they say is what files get.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type AffectedAttribute, affectedAttributes } from '@/domain/deid/affected';
import table from '@/domain/deid/data/confidentialityProfile.json';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import { profileDiff } from '@/domain/deid/profileDiff';
import { parseTag, vrOf } from '@/domain/dicom/dictionary';
import { el, fileOf, keys } from './build';

const own = (options: object, rules: object[] = []): Profile => parseProfile({ name: 'own', options, rules });
const effects = (profile: Profile) => new Map(affectedAttributes(profile).map((one) => [one.tag, one]));
const effectOf = (profile: Profile, tag: string) => effects(profile).get(tag)?.effect;

describe('affectedAttributes', () => {
  test('has every row of Table E.1-1 once', () => {
    const listed = affectedAttributes(presets.basic.profile);
    assert.equal(listed.length, table.rows.length);
    assert.equal(new Set(listed.map(({ tag }) => tag)).size, table.rows.length);
  });

  test('follows the switches', () => {
    assert.equal(effectOf(own({}), '(0010,1010)'), 'remove');
    assert.equal(effectOf(own({ retainPatientCharacteristics: true }), '(0010,1010)'), 'keep');
    assert.equal(effectOf(own({}), '(0008,0020)'), 'empty');
    assert.equal(effectOf(own({ retainLongitudinal: 'modified' }), '(0008,0020)'), 'shiftDate');
    assert.equal(effectOf(own({ retainLongitudinal: 'full' }), '(0008,0020)'), 'keep');
    assert.equal(effectOf(own({ cleanDescriptors: true }), '(0008,1030)'), 'clean');
    assert.equal(effectOf(own({}), '(0020,000D)'), 'hashUid');
    assert.equal(effectOf(own({ retainUids: true }), '(0020,000D)'), 'keep');
    assert.equal(effectOf(own({ retainUids: true }), '(0002,0003)'), 'keep');
    assert.equal(effectOf(own({ retainSafePrivate: true }), 'private'), 'clean');
    assert.equal(effectOf(own({ cleanGraphics: true }), '(60xx,3000)'), 'remove');
  });

  test('tells which rule decides, and which might', () => {
    const rules = [
      { match: { keyword: 'StationName', value: 'ward \\d+' }, do: 'remove' },
      { match: { tag: '(0008,10xx)' }, do: 'hash' },
      { match: { keyword: 'SliceThickness' }, do: 'remove' },
    ];
    const list = effects(own({}, rules));
    const { rule, maybe, effect } = list.get('(0008,1010)') as AffectedAttribute;
    assert.deepEqual({ rule, maybe, effect }, { rule: 1, maybe: [0], effect: 'replace' });
    assert.deepEqual(list.get('(0018,0050)')?.rule, 2);
    assert.deepEqual(list.get('(0018,0050)')?.code, null);
    assert.equal(list.get('(0010,0010)')?.rule, null);
  });

  test('says what files get', () => {
    const option = fc.record({
      retainUids: fc.boolean(),
      retainDeviceIdentity: fc.boolean(),
      retainInstitutionIdentity: fc.boolean(),
      retainPatientCharacteristics: fc.boolean(),
      retainLongitudinal: fc.constantFrom('none', 'full', 'modified'),
      cleanDescriptors: fc.boolean(),
    });
    const tags = [
      '(0008,0020)',
      '(0008,0080)',
      '(0008,1010)',
      '(0010,1010)',
      '(0010,1020)',
      '(0008,1030)',
      '(0018,1002)',
    ];
    const values: Readonly<Record<string, string>> = { DA: '20200202', AS: '040Y', DS: '1.5', UI: '1.2.3' };
    fc.assert(
      fc.property(option, fc.constantFrom(...tags), (options, written) => {
        const profile = own(options);
        const tag = parseTag(written)!;
        const vr = vrOf(tag)!;
        const { changes } = deidentify(
          fileOf({ elements: [el(tag, vr, values[vr] ?? 'axial Xyzzy')] }),
          profile,
          keys,
          {
            subjectCode: 'sub-001',
          },
        );
        const action = changes.find(({ path }) => path.length === 1 && path[0] === tag)?.action ?? 'keep';
        assert.equal(effectOf(profile, written), action);
      }),
      { numRuns: 40 },
    );
  });
});

describe('profileDiff', () => {
  const research = presets.research.profile;
  test('of a profile and itself is empty', () => {
    for (const { profile } of Object.values(presets))
      assert.deepEqual(profileDiff(profile, { ...profile, name: 'other' }), {
        options: [],
        rules: [],
        regions: [],
        attributes: [],
      });
  });

  test('names switches, rules that came, went and moved, and what attributes get', () => {
    const [a, b, c] = ['StudyID', 'StationName', 'StudyDescription'].map((keyword) => ({
      match: { keyword },
      do: 'remove',
    }));
    const before = own(research.options, [a!, b!]);
    const after = own({ ...research.options, retainUids: true }, [
      c!,
      { do: 'remove', match: { keyword: 'StationName' } },
    ]);
    const diff = profileDiff(before, after);
    assert.deepEqual(diff.options, [{ option: 'retainUids', before: false, after: true }]);
    assert.deepEqual(
      diff.rules.map(({ rule, ...at }) => [rule.match.keyword, at.before, at.after]),
      [
        ['StudyID', 0, null],
        ['StudyDescription', null, 0],
      ],
    );
    const changed = new Map(diff.attributes.map((one) => [one.name, [one.before?.effect, one.after?.effect]]));
    assert.deepEqual(changed.get('Study Instance UID'), ['hashUid', 'keep']);
    assert.deepEqual(changed.get('Study Description'), ['clean', 'remove']);
    assert.equal(changed.has('Station Name'), false);
    assert.deepEqual(
      profileDiff(own({}, [a!, b!]), own({}, [b!, a!])).rules.map((one) => [one.before, one.after]),
      [
        [1, 0],
        [0, 1],
      ],
    );
  });
});
