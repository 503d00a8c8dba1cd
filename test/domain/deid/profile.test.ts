// Profiles as JSON: the published schema is the one in force, files come back as they went, and under any profile that does
// not ask for it nothing planted survives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { hashUid } from '@/domain/deid/keys';
import { presets } from '@/domain/deid/presets';
import { type Profile, parseProfile, profileJsonSchema, writeProfile } from '@/domain/deid/profile';
import { residualScan } from '@/domain/deid/residual';
import { readDicom } from '@/domain/dicom/read';
import { contextOf, text, uid } from '@/domain/dicom/values';
import { walk } from '@/domain/dicom/walk';
import { DomainError } from '@/domain/errors';
import { el, fileOf, holds, keys, outputOf } from './build';
import { IDENTITY, plantedElements, SECRETS } from './planted';

const context = { subjectCode: 'sub-001' };

/** Options that keep no identity: institutions, devices, UIDs and full dates are what a profile would have to ask for. */
const options = fc.record({
  retainSafePrivate: fc.boolean(),
  retainPatientCharacteristics: fc.boolean(),
  retainLongitudinal: fc.constantFrom('none' as const, 'modified' as const),
  keepWeekday: fc.boolean(),
  cleanDescriptors: fc.boolean(),
  cleanStructuredContent: fc.boolean(),
  cleanGraphics: fc.boolean(),
});
const match = fc.oneof(
  fc
    .constantFrom('(0008,xxxx)', '(0010,2154)', '(60xx,3000)', '(0008,0020)-(0010,4000)', '(0020,000D)', '(0029,xx10)')
    .map((tag) => ({ tag })),
  fc
    .constantFrom('*Date', 'Patient*', 'StudyDescription', 'PatientName', 'InstitutionName', '*')
    .map((keyword) => ({ keyword })),
  fc.constantFrom('LO', 'PN', 'UI', 'DA', 'UN', 'SQ', 'SH', 'DS', 'CS', 'AS').map((vr) => ({ vr })),
  fc.constantFrom('SIEMENS CSA HEADER', 'GEMS_PARM_01').map((privateCreator) => ({ privateCreator })),
  fc.constantFrom('\\d+', '.*', 'quill').map((value) => ({ value })),
);
const doing = fc.oneof(
  fc.constantFrom('remove', 'empty', 'hash', 'shiftDate', 'clean', 'capAge', 'standard').map((does) => ({ do: does })),
  fc.constantFrom('X', '19000101', '', '1.2.3').map((value) => ({ do: 'replace', value })),
  fc.constant({ do: 'bin', width: 5 }),
  fc.constant({ do: 'lookup', table: { a: 'b' } }),
  fc.constant({ do: 'lookup', table: { a: 'b' }, otherwise: 'c' }),
);
const rules = fc.array(
  fc.tuple(match, doing).map(([match, does]) => ({ match, ...does })),
  { maxLength: 6 },
);
/** Profiles as people may write them, none of which keeps anything that tells who it is. */
const anyProfile: fc.Arbitrary<Profile> = fc
  .record({ name: fc.constantFrom('own'), options, rules })
  .filter(({ rules }) =>
    rules.every((rule) => rule.do !== 'lookup' || !/Name|PN|2154/.test(JSON.stringify(rule.match))),
  )
  .map((written) => parseProfile(written));

describe('under any profile that does not ask to keep it', () => {
  test('no planted value survives, anywhere', () => {
    fc.assert(
      fc.property(plantedElements, anyProfile, (elements, profile) => {
        const { file, removed } = deidentify(fileOf({ elements: [...elements, ...IDENTITY] }), profile, keys, context);
        const output = outputOf(file);
        for (const secret of SECRETS) assert.ok(!holds(output, secret), `${secret} survives`);
        assert.deepEqual(residualScan(output, removed), []);
      }),
      { numRuns: 100 },
    );
  });

  test('what no change touches is the very element that was read, and UIDs stay one to one', () => {
    fc.assert(
      fc.property(plantedElements, anyProfile, (elements, profile) => {
        const file = fileOf({ elements: [...elements, ...IDENTITY] });
        const result = deidentify(file, profile, keys, context);
        const touched = new Set(result.changes.map(({ path }) => path[0]));
        for (const [tag, element] of file.dataset.elements)
          if (!touched.has(tag)) assert.equal(result.file.dataset.elements.get(tag), element);
        for (const tag of [0x00080018, 0x0020000d, 0x0020000e])
          assert.equal(uid(result.file.dataset, tag), hashUid(uid(file.dataset, tag)!, keys));
        assert.equal(uid(result.file.meta, 0x00020003), hashUid(uid(file.meta, 0x00020003)!, keys));
      }),
      { numRuns: 50 },
    );
  });

  test('a second run takes nothing more away', () => {
    fc.assert(
      fc.property(plantedElements, anyProfile, (elements, { rules, ...rest }) => {
        const profile = { ...rest, rules: rules.filter((rule) => rule.match.value === undefined) };
        const first = deidentify(fileOf({ elements: [...elements, ...IDENTITY] }), profile, keys, context).file;
        const again = deidentify(readDicom(outputOf(first)), profile, keys, context);
        const count = (file: typeof first) => {
          let values = 0;
          walk(file.dataset, contextOf(file), (element) => {
            if (element.kind === 'bytes' && element.bytes.length > 0) values++;
          });
          return values;
        };
        assert.equal(count(again.file), count(first));
      }),
      { numRuns: 50 },
    );
  });

  test('a moved date keeps its distance to every other', () => {
    const day = fc.integer({ min: 0, max: 30_000 }).map((n) => new Date(Date.UTC(1940, 0, 1 + n)));
    const written = (date: Date) => date.toISOString().slice(0, 10).replaceAll('-', '');
    const time = (value: string) => Date.UTC(+value.slice(0, 4), +value.slice(4, 6) - 1, +value.slice(6, 8));
    fc.assert(
      fc.property(day, day, fc.constantFrom('none', 'modified', 'full'), (a, b, retainLongitudinal) => {
        const shifting = [{ match: { vr: 'DA' }, do: 'shiftDate' }];
        const profile = parseProfile({ name: 'own', options: { retainLongitudinal }, rules: shifting });
        const elements = [el(0x00080020, 'DA', written(a)), el(0x00100030, 'DA', written(b))];
        const { file } = deidentify(fileOf({ elements }), profile, keys, context);
        const [study, birth] = [0x00080020, 0x00100030].map((tag) => text(file.dataset, tag, contextOf(file))!);
        assert.equal(time(study!) - time(birth!), a.getTime() - b.getTime());
        assert.notEqual(study, written(a));
      }),
    );
  });
});

describe('a profile as a file', () => {
  test('comes back as it went, with the name of its format', () => {
    for (const { profile } of Object.values(presets)) {
      const written = writeProfile(profile);
      assert.match(written, /^\{\n {2}"\$schema": "urn:cloakroom:profile:1"/);
      assert.deepEqual(parseProfile(JSON.parse(written)), profile);
    }
    fc.assert(
      fc.property(anyProfile, (profile) => assert.deepEqual(parseProfile(JSON.parse(writeProfile(profile))), profile)),
    );
  });
  test('of another format, or with what the schema does not know, is refused with the place', () => {
    const { profile } = presets.basic;
    for (const wrong of [
      { ...profile, $schema: 'urn:cloakroom:profile:2' },
      { ...profile, more: 1 },
      { ...profile, options: { retainAll: true } },
      null,
      [],
      'x',
    ])
      assert.throws(() => parseProfile(wrong), DomainError);
    assert.throws(
      () => parseProfile({ ...profile, rules: [{ match: { vr: 'LO' }, do: 'bin', width: -1 }] }),
      /rules\.0\.width/,
    );
  });
  test('profiles written before rules had patterns, bands and look-ups are still good', () => {
    const before = {
      name: 'Earlier',
      options: { retainUids: true },
      rules: [
        { match: { tag: '(0010,1010)', vr: 'AS' }, do: 'capAge' },
        { match: { privateCreator: 'ACME' }, do: 'clean' },
        { match: { keyword: 'StudyID' }, do: 'replace', value: 'x' },
      ],
    };
    assert.equal(parseProfile(before).rules.length, 3);
  });
  test('the published schema is the one in force', () => {
    const published = JSON.parse(readFileSync('docs/profile.schema.json', 'utf8'));
    assert.deepEqual(
      published,
      JSON.parse(JSON.stringify(profileJsonSchema())),
      'renew it: npx cloakroom profile --schema > docs/profile.schema.json',
    );
  });
});

test('what a file says of its dates is true with rules as well', () => {
  const says = (rule: object, retainLongitudinal = 'none') => {
    const profile = parseProfile({ name: 'own', options: { retainLongitudinal }, rules: [rule] });
    const { file } = deidentify(fileOf({ elements: [el(0x00080020, 'DA', '20030417')] }), profile, keys, context);
    return text(file.dataset, 0x00280303, contextOf(file));
  };
  assert.equal(says({ match: { keyword: 'StudyDate' }, do: 'shiftDate' }), 'MODIFIED');
  assert.equal(says({ match: { keyword: 'StudyDate' }, do: 'keep' }), 'UNMODIFIED');
  assert.equal(says({ match: { vr: 'TM' }, do: 'keep' }, 'modified'), 'UNMODIFIED');
  assert.equal(says({ match: { keyword: 'StationName' }, do: 'keep' }), 'REMOVED');
  assert.equal(says({ match: { keyword: 'StudyDate' }, do: 'remove' }, 'full'), 'UNMODIFIED');
});
