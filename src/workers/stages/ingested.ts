// What an ingest found, before it is written.
import type { GroupedSeries } from '@/domain/ingest/group';
import type { EventOf } from '@/domain/machine';
import type { fileMachine } from '@/domain/machines';

export interface StoredFile {
  readonly id: string;
  /** The archive it came from; such a file has no row yet. */
  readonly parentId: string | null;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly rawKey: string;
}
export interface FileFate {
  readonly event: Exclude<EventOf<typeof fileMachine>, 'store'>;
  readonly reason: string | null;
}
export interface Ingested {
  readonly uploadId: string;
  readonly projectId: string;
  /** Numbered as in the series' instances. */
  readonly files: readonly StoredFile[];
  readonly fates: ReadonlyMap<string, FileFate>;
  readonly series: readonly GroupedSeries[];
}

const BATCH = 2000;

/** Writes many rows, a few thousand a statement. */
export async function inBatches<T>(rows: readonly T[], write: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) await write(rows.slice(at, at + BATCH));
}
