// Rows as CSV (RFC 4180) that a spreadsheet may open: nothing in it can be taken for a formula.
import type { Row } from './rows';

/** What a spreadsheet takes for the start of a formula, full-width forms included, and what it skips before one. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = String.raw`[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`;
/** DICOM numbers: -32.5, or -32\0\17. They can do nothing, and stay numbers. */
const NUMBERS = new RegExp(String.raw`^${NUMBER}(\\${NUMBER})*$`);

/** A text that no spreadsheet evaluates: an apostrophe goes before what could begin a formula. Numbers stay as they are. */
export function harmless(text: string): string {
  return FORMULA.test(text) && !NUMBERS.test(text) ? `'${text}` : text;
}

/** One line of CSV with its line end. */
function csvLine(row: Row): string {
  return `${row.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(harmless(cell)))).join(',')}\r\n`;
}

const quoted = (text: string) => (/[",;\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A whole file as UTF-8 text; it begins with a byte order mark, without which spreadsheets guess another character set. */
export async function* csvText(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield '\ufeff';
  for await (const row of rows) yield csvLine(row);
}
