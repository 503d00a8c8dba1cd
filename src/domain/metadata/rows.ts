// The same tables as rows of a spreadsheet: one an instance, one a series, or one a distinct value. The first row says what stands below.
import { type Attribute, attributeKey, type Cell } from './cells';
import { cellAt, countValues } from './table';
import { type LabelledTable, type TableSource, valueGroups } from './values';

export type Row = readonly (string | number)[];

/** What one row stands for. */
export const rowKinds = ['value', 'series', 'instance'] as const;
export type RowKind = (typeof rowKinds)[number];

/** Rows of one kind over all tables. Memory holds one series at a time, and the names of the columns. */
export function rowsBy(kind: RowKind, source: TableSource): AsyncGenerator<Row> {
  return { value: rowsByValue, series: rowsBySeries, instance: rowsByInstance }[kind](source);
}

const MAX_VALUES = 20;
const MAX_SUBJECTS = 1000;

async function* rowsByInstance(source: TableSource): AsyncGenerator<Row> {
  const columns = await allColumns(source);
  yield ['subject', 'session', 'series', 'instance', ...titles(columns)];
  for await (const one of source()) {
    const own = columnsOf(one);
    const inOrder = [...columns.keys()].map((key) => own.get(key));
    for (let instance = 0; instance < one.table.instances; instance++) {
      const cells = inOrder.map((column) => (column === undefined ? '' : shown(cellAt(column, instance))));
      yield [one.subject, one.session, one.series, instance + 1, ...cells];
    }
  }
}

async function* rowsBySeries(source: TableSource): AsyncGenerator<Row> {
  const columns = await allColumns(source);
  yield ['subject', 'session', 'series', 'instances', ...titles(columns)];
  for await (const one of source()) {
    const own = columnsOf(one);
    const cells = [...columns.keys()].map((key) => {
      const column = own.get(key);
      return column === undefined ? '' : shown([...countValues(column, one.table.instances).keys()]);
    });
    yield [one.subject, one.session, one.series, one.table.instances, ...cells];
  }
}

async function* rowsByValue(source: TableSource): AsyncGenerator<Row> {
  yield ['attribute', 'tag', 'VR', 'value', 'instances', 'series', 'subjects', 'which subjects'];
  for await (const { attribute, values } of valueGroups(source)) {
    const { name, path, vr } = attribute;
    for (const { value, instances, series, subjects } of values)
      yield [name, path, vr, value, instances, series, subjects.length, listed(subjects, ' ', MAX_SUBJECTS)];
  }
}

async function allColumns(source: TableSource): Promise<ReadonlyMap<string, Attribute>> {
  const columns = new Map<string, Attribute>();
  for await (const { table } of source())
    for (const { path, name, vr } of table.columns) columns.set(attributeKey({ path, name, vr }), { path, name, vr });
  return new Map([...columns].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const titles = (columns: ReadonlyMap<string, Attribute>) =>
  [...columns.values()].map(({ name, path }) => `${name} ${path}`);

const columnsOf = ({ table }: LabelledTable) => new Map(table.columns.map((column) => [attributeKey(column), column]));

const shown = (cell: Cell) => listed(cell, ' | ', MAX_VALUES);

function listed(values: readonly string[], between: string, most: number): string {
  if (values.length <= most) return values.join(between);
  return `${values.slice(0, most).join(between)}${between}and ${values.length - most} more`;
}
