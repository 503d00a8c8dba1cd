// deidentify: cleans the header of every instance of a series and looks again; one file that cannot be cleaned keeps back all.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '@/domain/errors';
import type { DeidentifyOutcome } from '@/domain/outcomes';
import { type CleanedSeries, cleanSeries } from '@/engines/cleanSeries';
import { headerTable } from '@/engines/headerTable';
import { localPath, put } from '@/server/storage';
import { outputKey, type Stage } from '../work';
import { keysOf, originalsOf, profileOf } from './originals';

export const deidentifyStage: Stage = async (work) => {
  const { ticket, signal, progress } = work;
  const series = await originalsOf(ticket.unitId);
  const { inputHash } = series;
  // A NIfTI file has no DICOM header; its own is cut when it is converted.
  if (series.kind === 'nifti')
    return { outcome: { instances: series.files.length, headers: null, changes: [] }, inputHash };
  const paths = await Promise.all(
    series.files.map((_, index) => localPath(outputKey(work, `dicom/${String(index + 1).padStart(6, '0')}.dcm`))),
  );
  if (paths[0] !== undefined) await mkdir(dirname(paths[0]), { recursive: true, mode: 0o700 });
  const cleaned = await cleanSeries({
    files: series.files,
    output: (index) => paths[index]!,
    profile: await profileOf(ticket.profileVersionId),
    keys: await keysOf(ticket.projectId),
    subjectCode: series.subjectCode,
    durable: true,
    onProgress: (done) => progress((0.9 * done) / series.files.length),
    signal,
  });
  refuse(cleaned, series.files.length);
  // Read from what was written, not from memory: the table shows what anybody would find in the files.
  const headers = outputKey(work, 'headers.json');
  await put(headers, Buffer.from(JSON.stringify(await headerTable(paths, signal)), 'utf8'));
  const outcome: DeidentifyOutcome = {
    instances: cleaned.clean.length,
    headers,
    changes: cleaned.changes.map((row) => ({ ...row })),
  };
  return { outcome, inputHash };
};

function refuse({ refused }: CleanedSeries, files: number): void {
  const first = refused[0];
  if (first === undefined) return;
  throw new DomainError('UNSAFE', `${refused.length} of ${files} files could not be cleaned safely. ${first.reason}`);
}
