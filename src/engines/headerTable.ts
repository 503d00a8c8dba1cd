// The header table of one series, read from its files on disk: always from cleaned ones.
import { setImmediate } from 'node:timers/promises';
import { type SeriesTable, TableBuilder } from '../domain/metadata/table';
import { ahead } from './ahead';
import { readDicomFile } from './dicomFiles';

/**
 * Reads the DICOM files at `paths`, in the order of the series, a few in memory at a time.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE when one of them cannot be read
 */
export async function headerTable(paths: readonly string[], signal?: AbortSignal): Promise<SeriesTable> {
  const builder = new TableBuilder();
  for await (const read of ahead(paths, readDicomFile)) {
    signal?.throwIfAborted();
    if (!read.ok) throw read.error;
    builder.add(read.value);
    await setImmediate();
  }
  return builder.table();
}
