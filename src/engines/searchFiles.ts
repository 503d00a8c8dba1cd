// The look-again of cleaned files: each is read from the disk as it will be read by others, and every byte is searched.
import { rmSync } from 'node:fs';
import type { RemovedValue } from '../domain/deid/removed';
import { residualScanOf } from '../domain/deid/residual';
import { Alike } from '../domain/dicom/alike';
import { inflateRaw } from './dicomFiles';
import { withFile } from './fileSource';

export interface SearchItem {
  readonly index: number;
  readonly path: string;
}

/** Looks for removed values in files, deletes those in which one is found, and answers with their indexes. */
export function searchJob(removed: readonly RemovedValue[]): (items: readonly SearchItem[]) => number[] {
  const alike = new Alike();
  return (items) =>
    items.flatMap(({ index, path }) => {
      const findings = withFile(path, 'whole', (source) => residualScanOf(source, removed, { inflateRaw, alike }));
      if (findings.length === 0) return [];
      rmSync(path, { force: true });
      return [index];
    });
}
