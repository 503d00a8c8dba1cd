// The cleaned headers of one series as columns: what is the same in every instance is kept once, so that a table stays small.
import type { DicomFile } from '../dicom/dataset';
import { type Attribute, attributeKey, type Cell, cellsOf } from './cells';

export interface Column extends Attribute {
  /** One for each instance, or a single one that all instances share. */
  readonly cells: readonly Cell[];
}
export interface SeriesTable {
  /** Of this shape of table; others are not read. */
  readonly version: typeof VERSION;
  readonly instances: number;
  /** By path. */
  readonly columns: readonly Column[];
}

const VERSION = 1;
const ABSENT: Cell = [];

interface Growing {
  readonly attribute: Attribute;
  cells: Cell[];
  /** How many instances the single cell stands for; null once they differ. */
  shared: number | null;
}

/** Gathers the instances of a series, in their order, one after the other. */
export class TableBuilder {
  private readonly columns = new Map<string, Growing>();
  private instances = 0;

  add(file: DicomFile): void {
    for (const [key, { attribute, cell }] of cellsOf(file)) {
      const column = this.columns.get(key);
      if (column !== undefined) extend(column, cell, this.instances);
      else if (this.instances === 0) this.columns.set(key, { attribute, cells: [cell], shared: 1 });
      else this.columns.set(key, { attribute, cells: [...absent(this.instances), cell], shared: null });
    }
    this.instances += 1;
  }

  table(): SeriesTable {
    const columns = [...this.columns.values()].map(({ attribute, cells, shared }) => {
      if (shared === this.instances) return { ...attribute, cells };
      const all = shared === null ? cells : repeated(cells[0]!, shared);
      return { ...attribute, cells: [...all, ...absent(this.instances - all.length)] };
    });
    columns.sort((a, b) => (attributeKey(a) < attributeKey(b) ? -1 : 1));
    return { version: VERSION, instances: this.instances, columns };
  }
}

function extend(column: Growing, cell: Cell, index: number): void {
  if (column.shared === index && same(column.cells[0]!, cell)) {
    column.shared += 1;
    return;
  }
  if (column.shared !== null) {
    column.cells = repeated(column.cells[0]!, column.shared);
    column.shared = null;
  }
  while (column.cells.length < index) column.cells.push(ABSENT);
  column.cells.push(cell);
}

const repeated = (cell: Cell, times: number): Cell[] => Array.from({ length: times }, () => cell);
const absent = (times: number): Cell[] => repeated(ABSENT, times);
const same = (a: Cell, b: Cell) => a.length === b.length && a.every((value, index) => value === b[index]);

/** A table from the JSON it was kept as; null for text that is none, or one of another version. */
export function parseTable(json: string): SeriesTable | null {
  try {
    const table = JSON.parse(json) as SeriesTable | null;
    return table?.version === VERSION ? table : null;
  } catch {
    return null;
  }
}

/** The cell of one instance, counted from 0. */
export function cellAt(column: Column, instance: number): Cell {
  return (column.cells.length === 1 ? column.cells[0] : column.cells[instance]) ?? ABSENT;
}

/** In how many instances of the series each value of a column stands. */
export function countValues({ cells }: Column, instances: number): Map<string, number> {
  const counts = new Map<string, number>();
  const each = cells.length === 1 ? instances : 1;
  for (const cell of cells) for (const value of cell) counts.set(value, (counts.get(value) ?? 0) + each);
  return counts;
}
