// Writes what an ingest found, in the transaction that ends its run: the upload, its files, its series, the audit events.
import { step } from '@/domain/machine';
import { fileMachine, uploadMachine } from '@/domain/machines';
import type { Transaction } from '@/server/transact';
import { type FileFate, type Ingested, inBatches } from './ingested';
import { recordSeries } from './ingestSeries';

type Tx = Transaction['tx'];

/** @throws DomainError CONFLICT when the upload was ingested already */
export async function recordIngest(transaction: Transaction, ingested: Ingested): Promise<void> {
  const { tx, audit } = transaction;
  const { uploadId, projectId } = ingested;
  // Codes and numbers are counted up: two ingests of one project take turns.
  await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR UPDATE`;
  const upload = await tx.upload.findUniqueOrThrow({ where: { id: uploadId } });
  const state = step(uploadMachine, upload.state as 'complete', 'ingest');
  await tx.upload.update({ where: { id: uploadId }, data: { state } });
  await writeFiles(tx, ingested);
  const { studies, repeated } = await recordSeries(transaction, ingested);
  auditFiles(transaction, ingested);
  const count = (event: FileFate['event']) =>
    [...ingested.fates.values()].filter((fate) => fate.event === event).length;
  audit(
    {
      type: 'upload.ingested',
      uploadId,
      studies,
      series: ingested.series.length,
      accepted: count('accept') - repeated,
      duplicates: count('duplicate') + repeated,
      quarantined: count('quarantine'),
    },
    { projectId },
  );
}

async function writeFiles(tx: Tx, { uploadId, files, fates }: Ingested): Promise<void> {
  const fresh = files.filter((file) => file.parentId !== null);
  await inBatches(fresh, (some) =>
    tx.uploadFile.createMany({
      data: some.map(({ id, parentId, path, size, sha256, rawKey }) => ({
        id,
        uploadId,
        parentId,
        path,
        size: BigInt(size),
        sha256,
        rawKey,
        state: 'stored',
      })),
    }),
  );
  const alike = new Map<string, { fate: FileFate; ids: string[] }>();
  for (const [id, fate] of fates) {
    const key = `${fate.event} ${fate.reason}`;
    const group = alike.get(key);
    if (group === undefined) alike.set(key, { fate, ids: [id] });
    else group.ids.push(id);
  }
  for (const { fate, ids } of alike.values()) {
    const state = step(fileMachine, 'stored', fate.event);
    await inBatches(ids, (some) =>
      tx.uploadFile.updateMany({ where: { id: { in: some }, state: 'stored' }, data: { state, reason: fate.reason } }),
    );
  }
}

function auditFiles({ audit }: Transaction, { uploadId, projectId, fates }: Ingested): void {
  for (const [fileId, { event, reason }] of fates) {
    if (event === 'quarantine')
      audit({ type: 'upload.fileQuarantined', uploadId, fileId, reason: reason ?? '' }, { projectId });
  }
}
