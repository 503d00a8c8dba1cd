// Every row of PS3.15 Table E.1-1 under every combination of the options, in several IODs; expectations come from the letters
// of the table, the rules of E.1.1 and E.3 as written here, and the types of PS3.3, not from the code under test.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import cid7050 from '@/domain/deid/data/cid7050.json';
import table from '@/domain/deid/data/confidentialityProfile.json';
import safePrivate from '@/domain/deid/data/safePrivate.json';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { type Profile, type ProfileOptions, parseProfile } from '@/domain/deid/profile';
import { residualScan } from '@/domain/deid/residual';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { vrOf } from '@/domain/dicom/dictionary';
import { contextOf, elementTexts, items, text } from '@/domain/dicom/values';
import { DomainError } from '@/domain/errors';
import { el, fileOf, holds, keys, outputOf, sequence } from './build';
import { COMPOUND, IODS, type Iod } from './iods';

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
const SWITCHES = COLUMNS.filter((column) => column !== 'full' && column !== 'modified');

interface Row {
  readonly tag: number;
  readonly basic: string;
  readonly letters: string;
  readonly vr: string;
  readonly says: string;
}
const ROWS: readonly Row[] = (table.rows as [string, string, string, string][])
  .filter(([written]) => !/^(PRIVATE|00020003)/.test(written))
  .map(([written, name, basic, letters]) => {
    const tag = Number.parseInt(written.replace('*', '').replace('50XXXXXX', '50023000').replace('XX', '02'), 16);
    return { tag, basic, letters, vr: vrOf(tag) ?? 'LO', says: `${written} ${name} (${basic} ${letters})` };
  });
/** Documents and directories are refused as a whole. */
const REFUSED = new Set([0x00420011, 0x00041220]);

/** Texts hold a clinical word and one that nobody knows; no value is of the form of an identifier. */
const USUAL: Readonly<Record<string, string>> = {
  AS: '043Y',
  CS: 'OTHER',
  DA: '20030417',
  DS: '7.5',
  DT: '20030417134711.25',
  IS: '7',
  PN: 'Quillfeather^Zebedee',
  TM: '134711.25',
  UI: '1.2.826.7.20.99',
  UR: 'https://xyzzyq.example',
};
const TEXTS = ['AE', 'LO', 'LT', 'SH', 'ST', 'UC', 'UT'];
const TIMEZONE = 0x00080201;
const isEthnic = (tag: number) => tag === 0x00102160 || tag === 0x00102162;

function usual({ tag, vr }: Row): Element {
  if (tag === TIMEZONE) return el(tag, vr, '+0530');
  if (vr === 'SQ') return sequence(tag, [el(0x00081155, 'UI', USUAL.UI!), el(0x0040a160, 'UT', 'axial Xyzzyq')]);
  if (TEXTS.includes(vr)) return el(tag, vr, isEthnic(tag) ? 'White' : 'axial Xyzzyq');
  if (vr === 'US') return el(tag, vr, [4]);
  return el(tag, vr, USUAL[vr] ?? new Uint8Array(Buffer.from('QUILLFEATHER ZEB')));
}

const ELEMENTS = ROWS.filter(({ tag }) => !REFUSED.has(tag) && tag >= 0x00080000).map(usual);
const fileIn = (iod: Iod): DicomFile => {
  const own = new Set(iod.elements.map(({ tag }) => tag));
  const clashes = (tag: number) => own.has(tag) || (!iod.report && (tag === 0x0040a730 || tag === 0x0040a040));
  return fileOf({ elements: [...ELEMENTS.filter(({ tag }) => !clashes(tag)), ...iod.elements] });
};

/** The letter that counts: of the columns that are switched on, cleaning before keeping, or else the Basic column. A date is a matter of the date options alone. */
function letterOf(row: Row, options: ProfileOptions, iod: Iod): string {
  const dated = row.letters[5] !== '.';
  const on = (column: (typeof COLUMNS)[number]) =>
    column === 'full' || column === 'modified' ? options.retainLongitudinal === column : options[column] && !dated;
  const said = COLUMNS.map((column, i) => (on(column) ? row.letters[i]! : '.'));
  if (said.includes('C')) return 'C';
  if (said.includes('K')) return 'K';
  return row.basic.includes('/') ? (COMPOUND[row.tag]?.(iod) ?? 'no type is written down') : row.basic;
}

/** How an attribute ended; of a sequence that stays, every text inside has to be gone or clean, and UIDs replaced. */
function stateOf(after: Element | undefined, before: Element, file: DicomFile, options: ProfileOptions): string {
  if (!after) return 'X';
  if (after.kind === 'sequence') {
    if (after.items.length === 0) return 'Z';
    const [uid, words] = [0x00081155, 0x0040a160].map((tag) => after.items[0]!.elements.get(tag));
    const texts = words ? elementTexts(words, contextOf(file)) : [];
    const uids = uid ? elementTexts(uid, contextOf(file)) : [];
    const replaced = options.retainUids ? uids[0] === USUAL.UI : /^2\.25\./.test(uids[0] ?? '');
    return replaced && !texts.join().includes('Xyzzyq') ? 'items' : 'items with something left';
  }
  if (after === before) return 'kept';
  if (after.kind !== 'bytes' || after.bytes.length === 0) return 'Z';
  const [value = ''] = elementTexts(after, contextOf(file));
  if (value === 'axial') return 'cleaned';
  if (/^2\.25\.[1-9]\d*$/.test(value)) return 'U';
  if (['19000101', '19000101000000', '000000', 'REMOVED', '000D', '0', 'sub-007'].includes(value)) return 'D';
  return /^\d{8}/.test(value) && before.kind === 'bytes' ? `moved ${daysBetween(before.bytes, after.bytes)}` : 'D';
}

function daysBetween(before: Uint8Array, after: Uint8Array): string {
  const [a, b] = [before, after].map((bytes) => Buffer.from(bytes).toString());
  const time = (text: string) => Date.UTC(+text.slice(0, 4), +text.slice(4, 6) - 1, +text.slice(6, 8));
  return `${(time(b!) - time(a!)) / 86_400_000}${a!.slice(8) === b!.slice(8) ? '' : ' and more'}`;
}

/** The states that a letter allows. */
function allowed(row: Row, letter: string, offset: string): readonly string[] {
  const { vr, tag } = row;
  if (tag === 0x00100010 || tag === 0x00100020 || tag === 0x00120040) return ['D'];
  if (tag >>> 24 === 0x50 || tag >>> 24 === 0x60) return ['X'];
  const D = vr === 'UI' ? ['U'] : vr === 'SQ' ? ['items'] : ['D'];
  switch (letter) {
    case 'K':
      // A web address leads to a hospital, and nobody sees what bytes hold: here we are stricter than the table.
      if (vr === 'UR' || vr === 'OB') return [row.basic];
      return vr === 'SQ' ? ['items'] : ['kept'];
    case 'C':
      if (vr === 'DA' || vr === 'DT') return [`moved ${offset}`];
      if (vr === 'TM' || tag === TIMEZONE) return ['kept'];
      if (vr === 'OB') return [row.basic];
      if (vr === 'SQ') return ['items'];
      return TEXTS.includes(vr) && vr !== 'AE' ? ['cleaned'] : ['X', 'Z', 'D', 'cleaned'];
    case 'U':
      return vr === 'SQ' ? ['items'] : ['U'];
    case 'D':
      return D;
    default:
      return [letter];
  }
}

function wrongRows(iod: Iod, before: DicomFile, options: ProfileOptions): string[] {
  const profile: Profile = { name: 'test', options, rules: [], regions: [] };
  const { file } = deidentify(before, profile, keys, { subjectCode: 'sub-007' });
  const [now, then] = [file, before].map((one) => one.dataset.elements.get(0x00080020));
  const offset = stateOf(now, then!, file, options).slice(6);
  assert.ok(options.retainLongitudinal !== 'modified' || (Number(offset) < 0 && Number(offset) % 7 === 0), offset);
  const wrong = methodsOf(file) === methodsFor(options) ? [] : [`codes of CID 7050: ${methodsOf(file)}`];
  return [
    ...wrong,
    ...ROWS.flatMap((row) => {
      const old = before.dataset.elements.get(row.tag);
      if (!old || iod.elements.some(({ tag }) => tag === row.tag)) return [];
      const letter = letterOf(row, options, iod);
      const state = stateOf(file.dataset.elements.get(row.tag), old, file, options);
      return allowed(row, letter, offset).includes(state)
        ? []
        : [`${row.says} as ${row.vr}: ${letter} ended as ${state}`];
    }),
  ];
}

/** Code values of CID 7050 by option, from PS3.16. */
const METHODS: readonly (readonly [string, (options: ProfileOptions) => boolean])[] = [
  ['113100', () => true],
  ['113103', (options) => options.cleanGraphics],
  ['113104', (options) => options.cleanStructuredContent],
  ['113105', (options) => options.cleanDescriptors],
  ['113106', (options) => options.retainLongitudinal === 'full'],
  ['113107', (options) => options.retainLongitudinal === 'modified'],
  ['113108', (options) => options.retainPatientCharacteristics],
  ['113109', (options) => options.retainDeviceIdentity],
  ['113110', (options) => options.retainUids],
  ['113111', (options) => options.retainSafePrivate],
  ['113112', (options) => options.retainInstitutionIdentity],
];
const methodsFor = (options: ProfileOptions) => METHODS.flatMap(([code, on]) => (on(options) ? [code] : [])).join(' ');
const methodsOf = (file: DicomFile) =>
  items(file.dataset, 0x00120064)
    .map((item) => text(item, 0x00080100, contextOf(file)))
    .join(' ');

const DATES = ['none', 'full', 'modified'] as const;
const ALL_OPTIONS: readonly ProfileOptions[] = DATES.flatMap((retainLongitudinal) =>
  Array.from({ length: 2 ** SWITCHES.length }, (_, bits) => ({
    ...Object.fromEntries(SWITCHES.map((column, i) => [column, ((bits >> i) & 1) === 1])),
    retainLongitudinal,
  })).map((options) => parseProfile({ name: 'test', options }).options),
);
const nameOf = (options: ProfileOptions) =>
  [...SWITCHES.filter((column) => options[column]), options.retainLongitudinal].join(' + ');
const alone = (options: ProfileOptions) =>
  SWITCHES.filter((column) => options[column]).length + (options.retainLongitudinal === 'none' ? 0 : 1) <= 1;

describe('PS3.15 Table E.1-1', () => {
  test('is the table of the edition that is recorded', () => {
    assert.equal(table.rows.length, 655);
    assert.equal(new Set(table.rows.map(([tag]) => tag)).size, 655);
    assert.deepEqual(
      [table.edition, table.source, safePrivate.edition, safePrivate.source, cid7050.source].map(Boolean),
      [true, true, true, true, true],
    );
  });

  for (const [name, iod] of Object.entries(IODS))
    test(`every row under every option alone, in ${name}`, () => {
      const before = fileIn(iod);
      for (const options of ALL_OPTIONS.filter(alone))
        assert.deepEqual(wrongRows(iod, before, options), [], nameOf(options));
    });

  test('every row under all combinations of the options', () => {
    const iod = IODS['an MR image']!;
    const before = fileIn(iod);
    for (const options of ALL_OPTIONS) assert.deepEqual(wrongRows(iod, before, options), [], nameOf(options));
  });

  test('a name planted in every row survives under no preset', () => {
    const name = (tag: number, vr: string) => {
      const short = ['AE', 'CS', 'SH'].includes(vr) ? 'QUILLFEATHER' : 'Dr Quillfeather';
      return TEXTS.includes(vr) || vr === 'PN' || vr === 'CS' ? el(tag, vr, short) : null;
    };
    const planted = ROWS.filter(({ tag }) => !REFUSED.has(tag) && tag >= 0x00080000).flatMap(({ tag, vr }) =>
      vr === 'SQ' ? [sequence(tag, [name(0x0040a160, 'UT')!, name(0x0040a123, 'PN')!])] : (name(tag, vr) ?? []),
    );
    for (const [preset, { profile }] of Object.entries(presets)) {
      const { file, removed } = deidentify(fileOf({ elements: planted }), profile, keys, { subjectCode: 'sub-007' });
      const output = outputOf(file);
      assert.ok(!holds(output, 'quillfeather'), preset);
      assert.deepEqual(residualScan(output, removed), [], preset);
    }
  });

  test('private attributes: those of Table E.3.10-1 stay under their option, under their creator only', () => {
    const values: Readonly<Record<string, string | number[]>> = {
      CS: 'OTHER',
      DS: '1.5',
      IS: '3',
      LO: 'NORMAL',
      SH: 'NORMAL',
      FL: [1.5],
      FD: [1.5],
      SS: [2],
      US: [2],
      SL: [2],
      UL: [2],
    };
    const left = (options: object, creator: string, tag: number, element: Element) => {
      const reserved = el(((tag >>> 16) * 0x10000 + 0x10) >>> 0, 'LO', creator);
      const profile = parseProfile({ name: 'x', options });
      const { file } = deidentify(fileOf({ elements: [reserved, element] }), profile, keys, { subjectCode: 'sub-007' });
      return file.dataset.elements.has(tag) && file.dataset.elements.has(reserved.tag);
    };
    for (const [creator, group, number, vr] of safePrivate.rows as [string, string, string, string][]) {
      const tag = Number.parseInt(`${group}10${number}`, 16);
      const element = vr === 'SQ' ? sequence(tag, [el(0x00180081, 'DS', '3')]) : el(tag, vr, values[vr]!);
      assert.ok(left({ retainSafePrivate: true }, creator, tag, element), `${creator} ${group} ${number} ${vr} goes`);
      assert.ok(!left({}, creator, tag, element), `${creator} ${group} ${number} stays without the option`);
      assert.ok(
        !left({ retainSafePrivate: true }, 'XYZZY', tag, element),
        `${group} ${number} stays under any creator`,
      );
    }
  });

  test('rows that make a file a document or a directory are refused, commands and directory records go', () => {
    for (const row of ROWS.filter(({ tag }) => REFUSED.has(tag)))
      assert.throws(
        () => wrongRows(IODS['an MR image']!, fileOf({ elements: [usual(row)] }), ALL_OPTIONS[0]!),
        DomainError,
      );
    for (const row of ROWS.filter(({ tag }) => tag < 0x00080000 && !REFUSED.has(tag))) {
      const { file } = deidentify(
        fileOf({ elements: [usual(row)] }),
        parseProfile({ name: 'x', options: { retainUids: true } }),
        keys,
        {
          subjectCode: 'sub-007',
        },
      );
      assert.equal(file.dataset.elements.has(row.tag), false, row.says);
    }
  });
});

const STANDARDS = '../shared/standards';
const missing = existsSync(STANDARDS) ? false : 'the tables of the standard are not here';
const read = (name: string) => JSON.parse(readFileSync(`${STANDARDS}/${name}`, 'utf8')) as Record<string, string>[];

describe('the data are those of the published tables', { skip: missing }, () => {
  test('Table E.1-1, all columns', () => {
    const ours = new Map((table.rows as string[][]).map(([tag, , ...codes]) => [tag!.replace('*', ''), codes]));
    const names = ['SafePriv', 'UIDs', 'DevId', 'InstId', 'PatChars', 'LongFullDates', 'LongModifDates'].map(
      (n) => `rtn${n}Opt`,
    );
    const columns = [...names, 'cleanDescOpt', 'cleanStructContOpt', 'cleanGraphOpt'];
    const theirs = read('confidentiality_profile_attributes_2025b_derived.json').map((row) => [
      row.tag!.toUpperCase(),
      [row.basicProfile, columns.map((column) => row[column] || '.').join('')],
    ]);
    assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(theirs));
  });
  test('Table E.3.10-1 and CID 7050', () => {
    const key = (creator = '', group = '', element = '', vr = '') =>
      [creator, group.toUpperCase(), element.replace('xx', '').toUpperCase(), vr].join(' ');
    assert.deepEqual(
      (safePrivate.rows as string[][]).map(([creator, group, element, vr]) => key(creator, group, element, vr)).sort(),
      read('safe_private_E3.10-1_2025b.json')
        .map((row) => key(row.creator, row.group, row.element, row.vr))
        .sort(),
    );
    const codes = read('cid7050_deidentification_method.json').map(({ code, meaning }) => [code, meaning]);
    assert.deepEqual(cid7050.codes, Object.fromEntries(codes));
  });
});
