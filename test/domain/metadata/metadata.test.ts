// Headers as tables: nothing that stands in a file may be missing from them, and counting must be right however many passes it takes.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeElement } from '@/domain/dicom/make';
import { csvText, harmless } from '@/domain/metadata/csv';
import { keepMatching } from '@/domain/metadata/kinds';
import { type Row, rowKinds, rowsBy } from '@/domain/metadata/rows';
import { type Column, cellAt, parseTable, type SeriesTable, TableBuilder } from '@/domain/metadata/table';
import { type LabelledTable, type ValueGroup, valueGroups } from '@/domain/metadata/values';
import { fileOf } from '../../fixtures/dicom';
import { el, sequence } from '../deid/build';

const utf8 = el(0x00080005, 'CS', 'ISO_IR 192');
const file = (...elements: Element[]) => fileOf([utf8, ...elements].sort((a, b) => a.tag - b.tag));

function tableOf(files: readonly DicomFile[]): SeriesTable {
  const builder = new TableBuilder();
  for (const one of files) builder.add(one);
  return builder.table();
}

function labelled(...tables: SeriesTable[]): LabelledTable[] {
  return tables.map((table, index) => ({ subject: `sub-${index + 1}`, session: 1, series: 1, table }));
}

const sourceOf = (tables: readonly LabelledTable[]) =>
  async function* () {
    yield* tables;
  };

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const found = (groups: readonly ValueGroup[], path: string) =>
  groups.find((group) => group.attribute.path === path)?.values.map((row) => row.value);

describe('the table of a series', () => {
  it('shows text, numbers, nested items, private attributes and readable bytes, and no pixels', async () => {
    const table = tableOf([
      file(
        el(0x00080008, 'CS', ['ORIGINAL', 'PRIMARY']),
        el(0x00100010, 'PN', 'Grünwäldt^Ada'),
        sequence(0x00081140, [el(0x00081155, 'UI', '1.2.3')], [el(0x00081155, 'UI', '1.2.4')]),
        el(0x00190010, 'LO', 'SOME VENDOR'),
        el(0x0019100c, 'UN', new TextEncoder().encode('LOVELACE \0')),
        el(0x0019100d, 'OB', Uint8Array.of(1, 2, 3, 255)),
        el(0x00280010, 'US', [512]),
        el(0x00100030, 'DA', ''),
        el(0x7fe00010, 'OW', new Uint8Array(8)),
      ),
    ]);
    const cells = Object.fromEntries(table.columns.map((column) => [column.path, cellAt(column, 0)]));
    assert.deepEqual(cells['(0008,0008)'], ['ORIGINAL\\PRIMARY']);
    assert.deepEqual(cells['(0010,0010)'], ['Grünwäldt^Ada']);
    assert.deepEqual(cells['(0008,1140)[].(0008,1155)'], ['1.2.3', '1.2.4']);
    assert.deepEqual(cells['(0019,xx0C)'], ['LOVELACE']);
    assert.deepEqual(cells['(0019,xx0D)'], ['binary, 4 bytes']);
    assert.deepEqual(cells['(0028,0010)'], ['512']);
    assert.deepEqual(cells['(0010,0030)'], [''], 'an empty attribute is there');
    assert.ok(!('(7FE0,0010)' in cells));
    assert.equal(table.columns.find((column) => column.path === '(0019,xx0C)')?.name, 'SOME VENDOR');
  });

  it('knows a private attribute again whatever block its file gave it', () => {
    const inBlock = (block: number) =>
      file(
        el(0x00190000 + block, 'LO', 'SOME VENDOR'),
        makeElement(0x00190000 + block * 256 + 0x0c, 'DS', '5', { bigEndian: false, charsets: [] }),
      );
    const table = tableOf([inBlock(0x10), inBlock(0x11)]);
    assert.deepEqual(table.columns.find((column) => column.path === '(0019,xx0C)')?.cells, [['5']]);
  });

  it('gives back every value of every instance, through JSON too', () => {
    const tags = [0x00080060, 0x00081030, 0x00104000] as const;
    const instance = fc.dictionary(fc.constantFrom('0', '1', '2'), fc.constantFrom('a', 'b', ''));
    fc.assert(
      fc.property(fc.array(instance, { minLength: 1, maxLength: 6 }), (instances) => {
        const files = instances.map((values) =>
          file(...Object.entries(values).map(([n, value]) => el(tags[Number(n)]!, 'LO', value))),
        );
        const table = parseTable(JSON.stringify(tableOf(files)));
        assert.ok(table);
        for (const [at, values] of instances.entries()) {
          for (const [n, tag] of tags.entries()) {
            const path = `(${tag.toString(16).padStart(8, '0').toUpperCase().replace(/^..../, '$&,')})`;
            const column: Column | undefined = table.columns.find((one) => one.path === path);
            const expected = Object.hasOwn(values, String(n)) ? [values[String(n)]] : [];
            assert.deepEqual(column === undefined ? [] : cellAt(column, at), expected);
          }
        }
      }),
    );
  });

  it('is not read from text that is no table', () => {
    for (const text of ['', 'null', '{', '{"version":0}', '[]']) assert.equal(parseTable(text), null, text);
  });
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '=', '-', '1'), minLength: 1, maxLength: 3 });
const someTables = fc
  .array(fc.array(fc.array(word, { maxLength: 2 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
  .map((series) =>
    labelled(
      ...series.map((instances) =>
        tableOf(
          instances.map((words) => file(...words.map((value, n) => el([0x00081030, 0x0008103e][n]!, 'LO', value)))),
        ),
      ),
    ),
  );

describe('distinct values', () => {
  it('are counted right, and alike however little memory there is', async () => {
    await fc.assert(
      fc.asyncProperty(someTables, fc.integer({ min: 0, max: 4 }), async (tables, budget) => {
        const groups = await all(valueGroups(sourceOf(tables)));
        assert.deepEqual(await all(valueGroups(sourceOf(tables), undefined, budget)), groups);
        for (const { attribute, values } of groups) {
          for (const { value, instances, series, subjects } of values) {
            const holders = tables.map(({ subject, table }) => {
              const column = table.columns.find((one) => one.path === attribute.path && one.name === attribute.name);
              const own = Array.from({ length: table.instances }, (_, at) => at);
              return { subject, n: column ? own.filter((at) => cellAt(column, at).includes(value)).length : 0 };
            });
            const holding = holders.filter(({ n }) => n > 0);
            assert.equal(
              instances,
              holding.reduce((sum, { n }) => sum + n, 0),
            );
            assert.equal(series, holding.length);
            assert.deepEqual(
              subjects,
              holding.map(({ subject }) => subject),
            );
          }
        }
      }),
    );
  });

  it('are found by any part of the value, the name or the tag, whatever the case, the accents and the depth', async () => {
    const name = 'Augusta LOVÉLACE';
    const places: [string, Element][] = [
      ['(0008,1030)', el(0x00081030, 'LO', `scan of ${name}`)],
      ['(0010,4000)', el(0x00104000, 'LT', `${name}\r\nsecond line`)],
      ['(0040,0275)[].(0040,0007)', sequence(0x00400275, [el(0x00400007, 'LO', name)])],
      ['(0019,xx0C)', el(0x0019100c, 'UN', new TextEncoder().encode('LOVELACE'))],
      ['(0040,A160)', el(0x0040a160, 'UT', name)],
    ];
    for (const [path, element] of places) {
      const source = sourceOf(labelled(tableOf([file(element), file()])));
      for (const wanted of ['lovelace', path.toLowerCase()])
        assert.equal(found(await all(valueGroups(source, keepMatching('all', wanted))), path)?.length, 1, path);
      assert.deepEqual(await all(valueGroups(source, keepMatching('all', 'nobody'))), []);
      assert.deepEqual(await all(valueGroups(source, keepMatching('uids', 'lovelace'))), []);
    }
  });

  it('come with the rarest first', async () => {
    const one = (value: string) => file(el(0x00081030, 'LO', value));
    const groups = await all(valueGroups(sourceOf(labelled(tableOf([one('often'), one('often'), one('once')])))));
    assert.deepEqual(found(groups, '(0008,1030)'), ['once', 'often']);
  });
});

/** CSV read by the rules of RFC 4180, as a spreadsheet does. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy;
  const row: string[] = [];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    assert.ok(match, 'not CSV');
    const [, raw = '', end] = match;
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end !== ',') rows.push(row.splice(0));
  }
  return rows;
}

async function* given(rows: readonly Row[]) {
  yield* rows;
}

const nasty = fc.string({
  unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', "'", 'A', '1', '.', '\\', '＝', ' '),
});

describe('CSV', () => {
  it('comes back cell by cell, and no cell can be taken for a formula', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(nasty, { minLength: 1, maxLength: 4 }), { maxLength: 4 }), async (rows) => {
        const text = (await all(csvText(given(rows)))).join('');
        assert.ok(text.startsWith('\ufeff'));
        const back = parseCsv(text.slice(1));
        assert.deepEqual(
          back,
          rows.map((row) => row.map(harmless)),
        );
        for (const cell of back.flat())
          assert.ok(
            !/^[=+\-@\t\r\n＝＋－＠]/.test(cell) || /^[-+]?[\d.]+(\\[-+]?[\d.]+)*$/.test(cell),
            JSON.stringify(cell),
          );
      }),
    );
  });

  it('keeps numbers numbers and disarms the known attacks', () => {
    for (const text of ['-32.5', '+1', '-1e-5', '-32\\0\\-17.25', '', "'quoted", '1+1'])
      assert.equal(harmless(text), text);
    for (const text of ['=1+1', '+1+1', '-2+3+cmd|" /C calc"!A0', '@SUM(A1)', '\t=1', '-', '＝1', '-1-1', '\r=1'])
      assert.equal(harmless(text), `'${text}`);
  });
});

describe('rows', () => {
  const source = sourceOf(
    labelled(
      tableOf([file(el(0x00100040, 'CS', 'F'), el(0x00200013, 'IS', '1')), file(el(0x00100040, 'CS', 'F'))]),
      tableOf([file(el(0x00081030, 'LO', 'knee'))]),
    ),
  );
  const column = (rows: Row[], title: string) => rows.map((row) => row[rows[0]!.indexOf(title)]);

  it('are one an instance, one a series, or one a distinct value, all of one width', async () => {
    const [byValue, bySeries, byInstance] = await Promise.all(rowKinds.map((kind) => all(rowsBy(kind, source))));
    for (const rows of [byValue, bySeries, byInstance]) assert.equal(new Set(rows?.map((row) => row.length)).size, 1);
    assert.deepEqual(column(byInstance!, 'PatientSex (0010,0040)').slice(1), ['F', 'F', '']);
    assert.deepEqual(column(byInstance!, 'InstanceNumber (0020,0013)').slice(1), ['1', '', '']);
    assert.deepEqual(column(byInstance!, 'subject').slice(1), ['sub-1', 'sub-1', 'sub-2']);
    assert.deepEqual(column(bySeries!, 'instances').slice(1), [2, 1]);
    assert.deepEqual(column(bySeries!, 'StudyDescription (0008,1030)').slice(1), ['', 'knee']);
    const sex = byValue!.find((row) => row[0] === 'PatientSex');
    assert.deepEqual(sex, ['PatientSex', '(0010,0040)', 'CS', 'F', 2, 1, 1, 'sub-1']);
  });
});
