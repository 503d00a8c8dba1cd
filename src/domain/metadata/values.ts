// The distinct values of every attribute over many series: how often each occurs, and in whom. A leftover name stands out here.
import { type Attribute, attributeKey } from './cells';
import { countValues, type SeriesTable } from './table';

/** The table of one series and where the series belongs; only pseudonyms. */
export interface LabelledTable {
  readonly subject: string;
  readonly session: number;
  readonly series: number;
  readonly table: SeriesTable;
}
/** Reads all tables, subject by subject; called once for every pass over them. */
export type TableSource = () => AsyncIterable<LabelledTable>;

export interface DistinctValue {
  readonly value: string;
  readonly instances: number;
  readonly series: number;
  /** Pseudonyms, in the order of the tables. */
  readonly subjects: readonly string[];
}
export interface ValueGroup {
  readonly attribute: Attribute;
  /** The rarest first: what happened once is what has to be looked at. */
  readonly values: readonly DistinctValue[];
}
export type Keep = (attribute: Attribute, value: string) => boolean;

interface Tally {
  instances: number;
  series: number;
  readonly subjects: string[];
}
interface Gathering {
  readonly attribute: Attribute;
  readonly values: Map<string, Tally>;
}

/** Distinct values in memory at once; an attribute alone may have more. */
const BUDGET = 200_000;

/**
 * The values that `keep` wants, attribute by attribute in the order of the standard. Where there are more than `budget`, the later
 * attributes wait for another pass over the tables, so memory does not grow with their number.
 */
export async function* valueGroups(
  source: TableSource,
  keep: Keep = () => true,
  budget: number = BUDGET,
): AsyncGenerator<ValueGroup> {
  let from: string | null = '';
  while (from !== null) {
    const pass: Pass = await gather(source, keep, from, budget);
    for (const key of [...pass.groups.keys()].sort()) yield valueGroup(pass.groups.get(key)!);
    from = pass.next;
  }
}

interface Pass {
  readonly groups: ReadonlyMap<string, Gathering>;
  /** The attribute with which the next pass begins. */
  readonly next: string | null;
}

async function gather(source: TableSource, keep: Keep, from: string, budget: number): Promise<Pass> {
  const groups = new Map<string, Gathering>();
  let size = 0;
  let next: string | null = null;
  for await (const { subject, table } of source()) {
    for (const column of table.columns) {
      const key = attributeKey(column);
      if (key < from || (next !== null && key >= next)) continue;
      const group = groups.get(key) ?? { attribute: attributeOnly(column), values: new Map<string, Tally>() };
      const before = group.values.size;
      for (const [value, count] of countValues(column, table.instances))
        if (keep(column, value)) tally(group.values, value, count, subject);
      if (group.values.size > 0) groups.set(key, group);
      size += group.values.size - before;
    }
    while (size > budget && groups.size > 1) {
      next = lastKey(groups);
      size -= groups.get(next)!.values.size;
      groups.delete(next);
    }
  }
  return { groups, next };
}

const lastKey = (groups: ReadonlyMap<string, Gathering>) => [...groups.keys()].sort().at(-1)!;

const attributeOnly = ({ path, name, vr }: Attribute): Attribute => ({ path, name, vr });

function tally(values: Map<string, Tally>, value: string, count: number, subject: string): void {
  const known = values.get(value) ?? { instances: 0, series: 0, subjects: [] };
  known.instances += count;
  known.series += 1;
  if (known.subjects.at(-1) !== subject) known.subjects.push(subject);
  values.set(value, known);
}

function valueGroup({ attribute, values }: Gathering): ValueGroup {
  const rows = [...values].map(([value, { instances, series, subjects }]) => ({ value, instances, series, subjects }));
  rows.sort((a, b) => a.instances - b.instances || (a.value < b.value ? -1 : 1));
  return { attribute, values: rows };
}
