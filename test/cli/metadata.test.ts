// cloakroom metadata: from a folder of DICOM to a table, and what it says of files that are not cleaned or cannot be read.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { unzip } from '../e2e/archive';
import { PLANTED, scan } from '../workers/scan';
import { run } from './command';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-metadata-'));
  for (const { path, bytes } of [
    ...scan({ slices: 3 }),
    ...scan({ slices: 2, series: '1.2.3.50', study: '1.2.3.5' }),
  ]) {
    await mkdir(dirname(join(root, 'in', path)), { recursive: true });
    await writeFile(join(root, 'in', path), bytes);
  }
});
after(() => rm(root, { recursive: true, force: true }));

describe('cloakroom metadata', () => {
  it('makes a table of cleaned files in which nothing planted stands, as CSV and as XLSX', async () => {
    const clean = join(root, 'clean');
    assert.equal((await run('deidentify', join(root, 'in'), '--out', clean)).status, 0);
    const table = join(root, 'values.csv');
    const { status, said } = await run('metadata', clean, '--out', table);
    assert.equal(status, 0, said);
    assert.match(said, /^5 DICOM files read\.$/);
    const csv = await readFile(table, 'utf8');
    assert.match(csv, /^PatientSex,"\(0010,0040\)",CS,F,5,2,1,sub-\w+\r$/m);
    for (const value of PLANTED) assert.ok(!csv.includes(value), value);

    for (const [by, rows] of [
      ['series', 3],
      ['instance', 6],
    ] as const) {
      const book = join(root, `${by}.xlsx`);
      assert.equal((await run('metadata', clean, '--out', book, '--by', by)).status, 0);
      const sheet = (await unzip(await readFile(book))).get('xl/worksheets/sheet1.xml')?.toString() ?? '';
      assert.equal(sheet.match(/<row /g)?.length, rows);
    }
  });

  it('warns of files that do not say they were cleaned, and lists what it cannot read', async () => {
    const mixed = join(root, 'in');
    const [first] = scan({ slices: 1 });
    await writeFile(join(mixed, 'broken'), first!.bytes.subarray(0, 1000));
    await writeFile(join(mixed, 'letter.txt'), 'no image at all');
    const { status, said } = await run('metadata', mixed, '--out', join(root, 'mixed.csv'));
    assert.equal(status, 1);
    assert.match(said, /5 DICOM files read, 1 other files passed over/);
    assert.match(said, /5 of them do not say that they were de-identified/);
    assert.match(said, /broken: /);
  });

  it('says what is wrong with its arguments and writes nothing', async () => {
    const input = join(root, 'in');
    const out = join(root, 'never.csv');
    const cases: [string[], RegExp][] = [
      [[input], /metadata IN --out/],
      [[input, '--out', join(root, 'never.pdf')], /\.csv or \.xlsx/],
      [[input, '--out', out, '--by', 'patient'], /value, series or instance/],
      [[join(root, 'absent'), '--out', out], /does not exist/],
      [[join(input, 'letter.txt'), '--out', out], /no DICOM file/],
      [[input, '--out', out, '--profile', 'basic'], /profile/],
    ];
    for (const [argv, words] of cases) {
      const { status, said } = await run('metadata', ...argv);
      assert.equal(status, 2, argv.join(' '));
      assert.match(said, words);
    }
    assert.ok(!existsSync(out));
  });
});
