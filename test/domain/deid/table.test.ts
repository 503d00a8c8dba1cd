// Every row of PS3.15 Table E.1-1 under every preset and every option alone, against the letters of the table itself.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import table from '@/domain/deid/data/confidentialityProfile.json';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import type { Element } from '@/domain/dicom/dataset';
import { vrOf } from '@/domain/dicom/dictionary';
import { contextOf, elementTexts } from '@/domain/dicom/values';
import { DomainError } from '@/domain/errors';
import { el, fileOf, holds, keys, outputOf, sequence } from './build';

const COLUMNS = [
  'retainSafePrivate',
  'retainUids',
  'retainDeviceIdentity',
  'retainInstitutionIdentity',
  'retainPatientCharacteristics',
  'full',
  'modified',
  'cleanDescriptors',
  'cleanStructuredContent',
  'cleanGraphics',
] as const;
const NAME = 'Quillfeather^Zebedee';
const PLANTED: Readonly<Record<string, string>> = {
  AE: 'QUILLFEATHER',
  AS: '093Y',
  CS: 'QUILLFEATHER',
  DA: '20030417',
  DS: '7315.4478',
  DT: '20030417134711.25',
  IS: '73154478',
  LO: 'Quillfeather Zebedee',
  LT: 'Quillfeather Zebedee',
  PN: NAME,
  SH: 'Quillfeather',
  ST: 'Quillfeather Zebedee',
  TM: '134711.25',
  UC: 'Quillfeather Zebedee',
  UI: '1.2.826.73154478.20030417.99',
  UR: 'http://quillfeather.example/zebedee',
  UT: 'Quillfeather Zebedee',
};

const single = (options: object): Profile => parseProfile({ name: 'test', options });
const PROFILES: Readonly<Record<string, Profile>> = {
  ...Object.fromEntries(Object.entries(presets).map(([name, preset]) => [name, { ...preset.profile, rules: [] }])),
  bare: single({}),
  ...Object.fromEntries(
    COLUMNS.map((column) => [
      column,
      single(column === 'full' || column === 'modified' ? { retainLongitudinal: column } : { [column]: true }),
    ]),
  ),
};

interface Row {
  readonly written: string;
  readonly tag: number;
  readonly basic: string;
  readonly letters: string;
  readonly vr: string;
}
const ROWS: readonly Row[] = (table.rows as [string, string, string, string][])
  .filter(([written]) => !/^(PRIVATE|00020003)/.test(written))
  .map(([written, , basic, letters]) => {
    const tag = Number.parseInt(written.replace('*', '').replace('50XXXXXX', '50023000').replace('XX', '02'), 16);
    return { written, tag, basic, letters, vr: vrOf(tag) ?? 'LO' };
  });

function planted({ tag, vr }: Row): Element {
  if (vr === 'SQ')
    return sequence(tag, [el(0x00081155, 'UI', PLANTED.UI!), el(0x0040a123, 'PN', NAME), el(0x0040a160, 'UT', NAME)]);
  if (vr === 'US') return el(tag, vr, [4]);
  if (PLANTED[vr]) return el(tag, vr, PLANTED[vr]);
  return el(tag, vr, new Uint8Array(Buffer.from('QUILLFEATHER ZEB')));
}

/** The letters that decide, read from the table: of the option columns that the profile switches on, or else the Basic column. */
function letterOf(row: Row, profile: Profile): string {
  const { options } = profile;
  const on = (column: (typeof COLUMNS)[number]) =>
    column === 'full' || column === 'modified' ? options.retainLongitudinal === column : options[column];
  const dated = row.letters[5] !== '.';
  const said = COLUMNS.map((column, i) => (on(column) && (!dated || i === 5 || i === 6) ? row.letters[i]! : '.'));
  if (said.includes('C')) return 'C';
  return said.includes('K') ? 'K' : row.basic;
}

/** How an attribute ended: gone, empty, a sequence with items, or a value. */
function stateOf(after: Element | undefined): 'X' | 'Z' | 'S' | 'D' {
  if (!after) return 'X';
  if (after.kind === 'sequence') return after.items.length > 0 ? 'S' : 'Z';
  return after.kind === 'bytes' && after.bytes.length === 0 ? 'Z' : 'D';
}

function check(row: Row, profile: Profile): void {
  const before = planted(row);
  const file = fileOf({ elements: [el(0x00100010, 'PN', NAME), before] });
  const result = deidentify(file, profile, keys, { subjectCode: 'sub-007' });
  const after = result.file.dataset.elements.get(row.tag);
  const letter = letterOf(row, profile);
  const says = `${row.written} ${row.vr} ${letter}`;
  const values = after?.kind === 'bytes' ? elementTexts(after, contextOf(result.file)) : [];
  const state = stateOf(after);
  const output = outputOf(result.file);
  if (letter !== 'K' || row.vr === 'SQ') assert.ok(!holds(output, 'quillfeather'), `${says}: the name survives`);
  // Commands and directory records are in no stored data set: they go, whatever the table says.
  if (row.tag < 0x00080000) {
    assert.equal(state, 'X', says);
    return;
  }
  if (letter === 'K' || letter === 'C') {
    checkOption(row, letter, before, after, profile, says);
    return;
  }
  const allowed = new Set(letter.replace('*', '').split('/'));
  const fits =
    (state === 'X' && allowed.has('X')) ||
    (state === 'Z' && (allowed.has('Z') || row.vr === 'UN')) ||
    (state === 'S' && (allowed.has('U') || allowed.has('D'))) ||
    (state === 'D' && (allowed.has('D') || allowed.has('U') || row.tag === 0x00100010));
  assert.ok(fits, `${says}: ended as ${state}`);
  if (state === 'D') assert.notDeepEqual(rawOf(after), rawOf(before), `${says}: the value survives`);
  if (row.vr === 'UI' && state === 'D') assert.match(values[0]!, /^2\.25\.\d+$/, says);
}

const rawOf = (element: Element | undefined) => (element?.kind === 'bytes' ? [...element.bytes] : null);

function checkOption(
  row: Row,
  letter: string,
  before: Element,
  after: Element | undefined,
  profile: Profile,
  says: string,
): void {
  if (letter === 'K' && !['SQ', 'AS', 'UR', 'CS', 'SH', 'UC', 'OB'].includes(row.vr) && before.kind === 'bytes') {
    assert.ok(after?.kind === 'bytes', `${says}: gone`);
    assert.deepEqual(after.bytes, before.bytes, `${says}: changed`);
  }
  if (letter === 'C' && (row.vr === 'DA' || row.vr === 'DT')) {
    assert.ok(profile.options.retainLongitudinal === 'modified' && after?.kind === 'bytes', says);
    assert.notDeepEqual(after.bytes, before.kind === 'bytes' ? before.bytes : null, `${says}: not moved`);
  }
}

describe('PS3.15 Table E.1-1', () => {
  for (const [name, profile] of Object.entries(PROFILES))
    test(`every row under ${name}`, () => {
      const wrong: string[] = [];
      for (const row of ROWS) {
        try {
          if (row.tag === 0x00420011) assert.throws(() => check(row, profile), DomainError);
          else check(row, profile);
        } catch (error) {
          wrong.push((error as Error).message);
        }
      }
      assert.deepEqual(wrong, []);
    });

  test('the rows are those of the edition that is recorded', () => {
    assert.equal(table.rows.length, 655);
    assert.equal(new Set(table.rows.map(([tag]) => tag)).size, 655);
  });
});
