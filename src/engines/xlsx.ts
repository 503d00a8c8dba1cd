// Rows as an Excel workbook (ECMA-376 part 1, SpreadsheetML), made while it is sent. Every text is a text cell: none can be a formula.
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { DomainError } from '../domain/errors';
import type { Row } from '../domain/metadata/rows';

/** What a sheet can hold; further rows go on a further sheet. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const MAX_TEXT = 32_767;
const CHUNK = 64 * 1024;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * A workbook of `rows`, the first of which heads every sheet and stays in sight. Memory does not grow with the rows.
 * The stream fails with DomainError TOO_LARGE for more columns than a sheet can have, and with what `rows` throws.
 */
export function xlsxStream(rows: AsyncIterable<Row>, title: string, maxRows = MAX_ROWS): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const source = rows[Symbol.asyncIterator]();
  zip.on('error', (error: Error) => output.destroy(error));
  // Whoever reads it is told; without a reader it must not end the process.
  output.on('error', () => {});
  writeBook(zip, output, source, { title, maxRows })
    .catch((error: unknown) => output.destroy(error as Error))
    .finally(() => source.return?.());
  return output;
}

interface Book {
  readonly title: string;
  readonly maxRows: number;
}

async function writeBook(zip: ZipFile, output: Readable, source: AsyncIterator<Row>, book: Book): Promise<void> {
  const first = await source.next();
  const header: Row = first.done ? [] : first.value;
  if (header.length > MAX_COLUMNS)
    throw new DomainError('TOO_LARGE', 'There are more attributes than a sheet has columns. Choose CSV instead.');
  const lines = new Lines(source);
  let sheets = 0;
  do {
    sheets += 1;
    const sheet = Readable.from(sheetXml(header, lines, book.maxRows));
    // A download given up half-way: what is read for it is let go.
    output.once('close', () => sheet.destroy());
    zip.addReadStream(sheet, partOf(sheets));
    await finished(sheet);
  } while (lines.more);
  for (const [name, xml] of parts(sheets, book.title)) zip.addBuffer(Buffer.from(HEAD + xml), name);
  zip.end();
}

/** The rows one after the other, with a look at whether there is another. */
class Lines {
  more = true;
  private ahead: Row | undefined;

  constructor(private readonly source: AsyncIterator<Row>) {}

  async next(): Promise<Row | null> {
    const row = this.ahead ?? (await this.read());
    this.ahead = await this.read();
    this.more = this.ahead !== undefined;
    return row ?? null;
  }

  private async read(): Promise<Row | undefined> {
    const { done, value } = await this.source.next();
    return done ? undefined : value;
  }
}

const partOf = (sheet: number) => `xl/worksheets/sheet${sheet}.xml`;

async function* sheetXml(header: Row, lines: Lines, maxRows: number): AsyncGenerator<string> {
  const columns = header.map((_, index) => letters(index));
  const freeze = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  const view = `<sheetViews><sheetView workbookViewId="0">${freeze}</sheetView></sheetViews>`;
  const widths = `<cols><col min="1" max="${Math.max(columns.length, 1)}" width="22" customWidth="1"/></cols>`;
  let text = `${HEAD}<worksheet xmlns="${MAIN}">${view}${widths}<sheetData>${rowXml(header, 1, columns, ' s="1"')}`;
  let number = 1;
  while (number < maxRows) {
    const row = await lines.next();
    if (row === null) break;
    number += 1;
    text += rowXml(row, number, columns);
    if (text.length > CHUNK) {
      yield text;
      text = '';
    }
  }
  const all = `A1:${columns.at(-1) ?? 'A'}${number}`;
  yield `${text}</sheetData><autoFilter ref="${all}"/></worksheet>`;
}

function rowXml(row: Row, number: number, columns: readonly string[], style = ''): string {
  let xml = `<row r="${number}">`;
  for (const [index, cell] of row.entries()) {
    if (cell === '') continue;
    const place = `<c r="${columns[index]}${number}"${style}`;
    if (typeof cell === 'number') xml += `${place}><v>${cell}</v></c>`;
    else xml += `${place} t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  }
  return `${xml}</row>`;
}

/** A, B ... Z, AA ... from 0. */
function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

const CUT = ' [cut]';
/** What XML 1.0 cannot hold, and what would be read as the escape for it (ECMA-376 22.9.2.19, ST_Xstring). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to escape
const UNSAYABLE = /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]|_(?=x[0-9a-f]{4}_)/gi;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  const short = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT - CUT.length) + CUT : text;
  return short
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(UNSAYABLE, (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(/[&<>]/g, (one) => ENTITIES[one]!);
}

function parts(sheets: number, title: string): [string, string][] {
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const name = (n: number) => escaped(sheets === 1 ? title : `${title} ${n}`);
  const override = (part: string, type: string) => `<Override PartName="/${part}" ContentType="${TYPES}.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relations = (inner: string) => `<Relationships xmlns="${PACKAGE}/relationships">${inner}</Relationships>`;
  const overrides = [
    override('xl/workbook.xml', 'sheet.main'),
    override('xl/styles.xml', 'styles'),
    ...numbers.map((n) => override(partOf(n), 'worksheet')),
  ];
  const defaults =
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>';
  const list = numbers.map((n) => `<sheet name="${name(n)}" sheetId="${n}" r:id="rId${n}"/>`).join('');
  const links = numbers.map((n) => relation(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('');
  return [
    ['[Content_Types].xml', `<Types xmlns="${PACKAGE}/content-types">${defaults}${overrides.join('')}</Types>`],
    ['_rels/.rels', relations(relation('rId1', 'officeDocument', 'xl/workbook.xml'))],
    ['xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list}</sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', relations(links + relation(`rId${sheets + 1}`, 'styles', 'styles.xml'))],
    ['xl/styles.xml', STYLES],
  ];
}

/** Style 0 for cells, 1 (bold) for the header row. */
const STYLES = [
  `<styleSheet xmlns="${MAIN}">`,
  '<fonts count="2"><font><sz val="10"/><name val="Calibri"/></font><font><b/><sz val="10"/><name val="Calibri"/></font></fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>',
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
].join('');
