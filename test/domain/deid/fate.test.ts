// How two plans for one file differ: what a project lead is shown before a profile is activated.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { compareFates, type FateRow } from '@/domain/deid/fate';
import { planChanges } from '@/domain/deid/plan';
import { presets } from '@/domain/deid/presets';
import { type Profile, type ProfileOptions, parseProfile } from '@/domain/deid/profile';
import type { DicomFile } from '@/domain/dicom/dataset';
import { readDicom } from '@/domain/dicom/read';
import { contextOf } from '@/domain/dicom/values';
import { walk } from '@/domain/dicom/walk';
import { phantomIdentifiers } from '@/domain/phantom/identifiers';
import { phantomSeries } from '@/domain/phantom/series';
import { el, fileOf, keys, sequence } from './build';

const context = { subjectCode: 'sub-001' };
const research = presets.research.profile;
const plan = (file: DicomFile, profile: Profile) => planChanges(file, profile, keys, context);
const compare = (file: DicomFile, a: Profile, b: Profile) => compareFates(file, plan(file, a), plan(file, b));
const withOptions = (change: Partial<ProfileOptions>): Profile => ({
  ...research,
  options: { ...research.options, ...change },
});
const rowAt = (rows: readonly FateRow[], path: string) => rows.find((row) => row.path === path);

const file = fileOf({
  elements: [
    el(0x00080020, 'DA', '20200102'),
    el(0x00080070, 'LO', 'SIEMENS'),
    el(0x00080080, 'LO', 'St Elsewhere'),
    el(0x00081010, 'SH', ''),
    el(0x00100010, 'PN', 'Lovelace^Ada'),
    el(0x00181030, 'LO', 'T1 axial for Lovelace'),
    sequence(0x00400275, [el(0x00400007, 'LO', 'brain'), el(0x00400009, 'SH', 'X1')]),
  ],
});

describe('two plans of one file', () => {
  it('show as more what only the second keeps, as less what only the first keeps', () => {
    const keeping = withOptions({ retainInstitutionIdentity: true });
    const there = rowAt(compare(file, research, keeping), '(0008,0080)');
    assert.deepEqual([there?.before, there?.after, there?.leaves], ['remove', 'keep', 'more']);
    assert.equal(there?.name, 'InstitutionName');
    const back = rowAt(compare(file, keeping, research), '(0008,0080)');
    assert.deepEqual([back?.before, back?.after, back?.leaves], ['keep', 'remove', 'less']);
  });

  it('tell a description that is removed from one that is cleaned', () => {
    const row = rowAt(compare(file, research, withOptions({ cleanDescriptors: false })), '(0018,1030)');
    assert.deepEqual([row?.before, row?.after, row?.leaves], ['clean', 'remove', 'less']);
  });

  it('find a date that is moved by another number of days', () => {
    const moved = compare(file, research, withOptions({ keepWeekday: false }));
    const row = rowAt(moved, '(0008,0020)');
    assert.deepEqual([row?.before, row?.after, row?.leaves], ['shiftDate', 'shiftDate', 'other']);
  });

  it('count what stands in a removed sequence as removed, and leave out empty values', () => {
    const rule = { match: { keyword: 'RequestAttributesSequence' }, do: 'remove' };
    const removing = parseProfile({ ...research, rules: [rule] });
    const rows = compare(file, research, removing);
    const inner = rowAt(rows, '(0040,0275)[].(0040,0007)');
    assert.deepEqual([inner?.before, inner?.after, inner?.leaves], ['keep', 'remove', 'less']);
    assert.equal(inner?.name, 'RequestAttributesSequence, ScheduledProcedureStepDescription');
    assert.equal(rowAt(rows, '(0008,1010)'), undefined);
  });
});

describe('always', () => {
  const switches = ['retainUids', 'retainDeviceIdentity', 'retainInstitutionIdentity', 'cleanDescriptors'] as const;
  const flags = fc.record(Object.fromEntries(switches.map((name) => [name, fc.boolean()])));
  const more = fc.record({
    retainSafePrivate: fc.boolean(),
    retainPatientCharacteristics: fc.boolean(),
    cleanStructuredContent: fc.boolean(),
    keepWeekday: fc.boolean(),
    retainLongitudinal: fc.constantFrom('none' as const, 'modified' as const, 'full' as const),
  });
  const profiles = fc.tuple(flags, more).map(([a, b]) => withOptions({ ...a, ...b }));
  const files = fc.integer({ min: 1, max: 1000 }).map((seed) => {
    const identifiers = phantomIdentifiers(seed);
    const made = phantomSeries({ modality: 'MR', slices: 1, rows: 8, columns: 8, identifiers, seed, head: false });
    return readDicom(made[0]!.bytes);
  });

  it('a profile compared with itself changes nothing', () => {
    fc.assert(
      fc.property(files, profiles, (one, profile) => {
        assert.ok(compare(one, profile, profile).every(({ leaves }) => leaves === 'same'));
      }),
      { numRuns: 20 },
    );
  });

  it('the way back is the opposite of the way there', () => {
    const opposite = { less: 'more', more: 'less', other: 'other', same: 'same' } as const;
    fc.assert(
      fc.property(files, profiles, profiles, (one, a, b) => {
        const there = compare(one, a, b).map(({ path, leaves }) => [path, opposite[leaves]]);
        const back = compare(one, b, a).map(({ path, leaves }) => [path, leaves]);
        assert.deepEqual(there, back);
      }),
      { numRuns: 20 },
    );
  });

  it('what it calls kept is in the cleaned file, and what it calls removed is not', () => {
    fc.assert(
      fc.property(files, profiles, (one, profile) => {
        const { file: cleaned, changes } = deidentify(one, profile, keys, context);
        const left = new Set<string>();
        walk(cleaned.dataset, contextOf(cleaned), (_element, path) => {
          left.add(path.filter((_, i) => i % 2 === 0).join());
        });
        const rows = compareFates(one, changes, changes);
        for (const row of rows.filter(({ path }) => !path.startsWith('(0002'))) {
          const tags = row.path.match(/[0-9A-F]{4},[0-9A-F]{4}/g) ?? [];
          const key = tags.map((tag) => Number.parseInt(tag.replace(',', ''), 16)).join();
          assert.equal(left.has(key), row.after !== 'remove', `${row.path} ${row.after}`);
        }
      }),
      { numRuns: 20 },
    );
  });
});
