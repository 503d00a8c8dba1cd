// The workbook: its parts are there, its cells come back as they were, and none of them is a formula.
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Row } from '@/domain/metadata/rows';
import { xlsxStream } from '@/engines/xlsx';
import { unzip } from '../e2e/archive';

async function* given(rows: readonly Row[]) {
  yield* rows;
}

async function book(rows: readonly Row[], maxRows?: number): Promise<Map<string, string>> {
  const parts = await unzip(await buffer(xlsxStream(given(rows), 'a & b', maxRows)));
  return new Map([...parts].map(([name, bytes]) => [name, bytes.toString('utf8')]));
}

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** The cells of a sheet by row, read as a spreadsheet does: _xHHHH_ stands for a character, and a place names its column. */
function cellsOf(xml: string): string[][] {
  return [...xml.matchAll(/<row r="\d+">(.*?)<\/row>/gs)].map(([, row = '']) => {
    const cells: string[] = [];
    for (const [, letter = '', inner = ''] of row.matchAll(/<c r="([A-Z])\d+"[^>]*>(.*?)<\/c>/gs)) {
      const text = inner.replace(/<[^>]*>/g, '').replace(/&\w+;/g, (one) => entities[one]!);
      cells[letter.charCodeAt(0) - 65] = text.replace(/_x([0-9A-F]{4})_/gi, (_, hex) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
    }
    return Array.from(cells, (cell) => cell ?? '');
  });
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('_', 'x', '0', 'a', '=', '<', '&', ']', '\u0000', '\r', '\n', ' ', '\ufffe') }),
);

describe('a workbook', () => {
  it('gives back every text, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text, fc.constant('end')), { minLength: 1, maxLength: 4 }),
        async (rows) => {
          const parts = await book(rows);
          const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
          assert.deepEqual(
            cellsOf(sheet),
            rows.map((row) => [...row]),
          );
          assert.ok(!/<f\b/.test(sheet));
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in XML 1.0
          assert.ok(!/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(sheet));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('goes on in a further sheet under the same header, and every part is declared', async () => {
    const rows: Row[] = [['name', 'n'], ...Array.from({ length: 5 }, (_, n) => [`row ${n}`, n])];
    const parts = await book(rows, 3);
    const sheets = [1, 2, 3].map((n) => cellsOf(parts.get(`xl/worksheets/sheet${n}.xml`) ?? ''));
    assert.deepEqual(
      sheets.map((sheet) => sheet[0]),
      Array(3).fill(['name', 'n']),
    );
    assert.deepEqual(
      sheets.flatMap((sheet) => sheet.slice(1)),
      rows.slice(1).map((row) => row.map(String)),
    );
    const types = parts.get('[Content_Types].xml') ?? '';
    for (const name of parts.keys())
      assert.ok(types.includes(`PartName="/${name}"`) || /\.rels$|Types/.test(name), `${name} is not declared`);
    assert.match(parts.get('xl/workbook.xml') ?? '', /name="a &amp; b 3"/);
    assert.match(parts.get('xl/worksheets/sheet1.xml') ?? '', /<c r="B2"><v>0<\/v>/);
  });

  it('is one sheet when the rows just fit, or when there are none', async () => {
    for (const rows of [[['a'], ['1'], ['2']], [['a']], []]) {
      const parts = await book(rows, 3);
      assert.equal([...parts.keys()].filter((name) => name.includes('sheets/')).length, 1);
    }
  });

  it('cuts what a cell cannot hold and says so', async () => {
    const parts = await book([['long'], ['x'.repeat(40_000)]]);
    const [, [cell = ''] = []] = cellsOf(parts.get('xl/worksheets/sheet1.xml') ?? '');
    assert.equal(cell.length, 32_767);
    assert.ok(cell.endsWith(' [cut]'));
  });

  it('fails when its rows fail, and lets go of them when nobody reads on', async () => {
    async function* failing(): AsyncGenerator<Row> {
      yield ['a'];
      throw new Error('the disk is gone');
    }
    await assert.rejects(buffer(xlsxStream(failing(), 'x')), /disk is gone/);
    await assert.rejects(buffer(xlsxStream(given([Array(16_385).fill('a')]), 'x')), { code: 'TOO_LARGE' });
    let letGo = () => {};
    const ended = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    async function* endless(): AsyncGenerator<Row> {
      try {
        for (;;) yield ['x'.repeat(1000)];
      } finally {
        letGo();
      }
    }
    const stream = xlsxStream(endless(), 'x');
    stream.once('data', () => stream.destroy());
    await ended;
  });
});
