// Uploads that nobody goes on with: what arrived of them is removed, except content that another upload names too.
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { type UploadState, uploadMachine } from '@/domain/machines';
import type { Actor } from '@/domain/policy';
import { authorised, rowId } from './authorise';
import { db, type Tx } from './db';
import { parseRawKey, remove } from './storage';
import { type SystemActor, systemActor, transact } from './transact';
import { forgetReceived } from './uploadFiles';

const DAY = 86_400_000;

/** Gives an open upload up. What arrived of it is removed. */
export async function abandonUpload(actor: Actor, uploadId: string): Promise<void> {
  const upload = authorised(actor, 'upload.abandon', await db.upload.findUnique({ where: { id: rowId(uploadId) } }));
  await abandon(actor, upload);
}

/** Gives up every open upload in which nothing moved for so many days; returns how many. Called by the worker. */
export async function sweepUploads(olderThanDays: number): Promise<number> {
  const before = new Date(Date.now() - olderThanDays * DAY);
  const idle = await db.upload.findMany({
    where: { state: 'open', createdAt: { lt: before }, files: { none: { updatedAt: { gte: before } } } },
  });
  let swept = 0;
  for (const upload of idle) {
    const gone = await abandon(systemActor, upload).then(
      () => true,
      (error: unknown) => {
        if (error instanceof DomainError && error.code === 'CONFLICT') return false;
        throw error;
      },
    );
    if (gone) swept += 1;
  }
  return swept;
}

async function abandon(
  actor: Actor | SystemActor,
  { id, projectId }: { id: string; projectId: string },
): Promise<void> {
  await transact(actor, async ({ tx, audit }) => {
    // Held until the commit: nobody may come to rely on content while it is being removed.
    await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR UPDATE`;
    await tx.$queryRaw`SELECT id FROM "Upload" WHERE id = ${id}::uuid FOR UPDATE`;
    const upload = await tx.upload.findUniqueOrThrow({ where: { id } });
    const state = step(uploadMachine, upload.state as UploadState, 'abandon');
    await tx.upload.update({ where: { id }, data: { state } });
    await removeContent(tx, id);
    audit({ type: 'upload.abandoned', uploadId: id }, { projectId });
  });
  const files = await db.uploadFile.findMany({ where: { uploadId: id }, select: { id: true } });
  for (const file of files) await forgetReceived(file.id);
}

async function removeContent(tx: Tx, uploadId: string): Promise<void> {
  const stored = await tx.uploadFile.findMany({ where: { uploadId, rawKey: { not: null } }, distinct: ['rawKey'] });
  const keys = stored.flatMap((file) => file.rawKey ?? []);
  await tx.uploadFile.updateMany({ where: { uploadId }, data: { rawKey: null } });
  const kept = await tx.uploadFile.findMany({
    where: { rawKey: { in: keys } },
    distinct: ['rawKey'],
    select: { rawKey: true },
  });
  const needed = new Set(kept.map((file) => file.rawKey));
  for (const key of keys) if (!needed.has(key)) await remove(parseRawKey(key));
}
