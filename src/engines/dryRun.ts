// A dry run: plans two profiles on the same files and counts how they differ. Nothing is written, no value leaves memory.
import { setImmediate } from 'node:timers/promises';
import { compareFates, type FateRow } from '../domain/deid/fate';
import type { DeidKeys } from '../domain/deid/keys';
import { planChanges } from '../domain/deid/plan';
import type { Profile } from '../domain/deid/profile';
import { withDicomFile } from './dicomFiles';
import { reasonOf } from './lookInto';

export interface DryRunOptions {
  /** Paths of the originals of one series. */
  readonly files: readonly string[];
  readonly subjectCode: string;
  readonly keys: DeidKeys;
  /** The profile in use, and the one that is tried. */
  readonly before: Profile;
  readonly after: Profile;
  readonly onFile?: () => void;
  readonly signal?: AbortSignal;
}

/** How many instances hold an attribute that fares this way. */
export interface FateTally extends FateRow {
  instances: number;
}

/** More attributes than any scanner writes, and longer paths: a file made to have more must not fill memory or database. */
const MAX_ROWS = 5_000;
const MAX_TEXT = 400;

/** What dry runs of several series add up to. */
export class DryRunTally {
  instances = 0;
  /** How often an attribute was met that found no room among the rows. */
  left = 0;
  /** Plain reason -> files that neither profile could treat. */
  readonly refused = new Map<string, number>();
  private readonly rows = new Map<string, FateTally>();

  add(rows: readonly FateRow[]): void {
    this.instances += 1;
    const seen = new Set<string>();
    for (const row of rows) {
      const [path, name] = [row.path.slice(0, MAX_TEXT), row.name.slice(0, MAX_TEXT)];
      const key = `${path} ${name} ${row.before} ${row.after} ${row.leaves}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const known = this.rows.get(key);
      if (known !== undefined) known.instances += 1;
      else if (this.rows.size < MAX_ROWS) this.rows.set(key, { ...row, path, name, instances: 1 });
      else this.left += 1;
    }
  }

  /** The rows that differ first, then by path. */
  sorted(): FateTally[] {
    const rank = { more: 0, less: 1, other: 2, same: 3 };
    const order = (a: FateTally, b: FateTally) => rank[a.leaves] - rank[b.leaves] || (a.path < b.path ? -1 : 1);
    return [...this.rows.values()].sort(order);
  }
}

/**
 * Plans both profiles on every file of a series and adds the outcome to `tally`. A file that cannot be treated is counted
 * with its reason and does not sink the rest.
 * @throws errors of the disk, and the abort reason
 */
export async function dryRunSeries(options: DryRunOptions, tally: DryRunTally): Promise<void> {
  const { keys, before, after, subjectCode } = options;
  for (const path of options.files) {
    options.signal?.throwIfAborted();
    try {
      withDicomFile(path, 'whole', (file) => {
        const plan = (profile: Profile) => planChanges(file, profile, keys, { subjectCode });
        tally.add(compareFates(file, plan(before), plan(after)));
      });
    } catch (error) {
      const reason = reasonOf(error);
      tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + 1);
    }
    options.onFile?.();
    await setImmediate();
  }
}
