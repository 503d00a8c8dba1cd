// The header table of one series, read from its files on disk: always from cleaned ones.
import { setImmediate } from 'node:timers/promises';
import { type SeriesTable, TableBuilder } from '../domain/metadata/table';
import { withDicomFile } from './dicomFiles';

/**
 * Reads the headers of the DICOM files at `paths`, in the order of the series, one in memory at a time; pixels stay on the disk.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE when one of them cannot be read
 */
export async function headerTable(paths: readonly string[], signal?: AbortSignal): Promise<SeriesTable> {
  const builder = new TableBuilder();
  for (const path of paths) {
    signal?.throwIfAborted();
    withDicomFile(path, 'header', (file) => builder.add(file));
    await setImmediate();
  }
  return builder.table();
}
