// Files of an upload as they arrive over tus: kept apart until their SHA-256 agrees, only then part of the object store.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat as statFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { type FileState, fileMachine } from '@/domain/machines';
import { type Actor, nobody } from '@/domain/policy';
import { authorise, notFound, rowId } from './authorise';
import { db } from './db';
import { env } from './env';
import { putFile, rawKey, stat } from './storage';
import { systemActor, type Transaction, transact } from './transact';

/** Where tus keeps what is still arriving. */
export function tusFolder(): string {
  return path.join(env.DATA_DIR, 'tus');
}

function tusFile(fileId: string): string {
  return path.join(tusFolder(), rowId(fileId));
}

/** Removes what arrived of a file, with the note tus keeps beside it. */
export async function forgetReceived(fileId: string): Promise<void> {
  await rm(tusFile(fileId), { force: true });
  await rm(`${tusFile(fileId)}.json`, { force: true });
}

export interface ArrivingFile {
  readonly fileId: string;
  readonly uploadId: string;
  readonly size: number;
  readonly state: FileState;
}

/** The file that a tus request is about, when it belongs to an open upload of the actor's own. */
export async function arrivingFile(actor: Actor, fileId: string): Promise<ArrivingFile> {
  const file = await db.uploadFile.findUnique({ where: { id: rowId(fileId) }, include: { upload: true } });
  if (actor.userId === '') throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
  if (file === null || file.parentId !== null || file.upload.createdBy !== actor.userId) throw notFound('This file');
  authorise(actor, 'upload.create', file.upload.projectId);
  if (file.upload.state !== 'open') throw new DomainError('GONE', 'This upload is not open any more. Begin a new one.');
  return { fileId: file.id, uploadId: file.uploadId, size: Number(file.size), state: file.state as FileState };
}

/**
 * Takes a file that has arrived whole: its size and SHA-256 must be what the browser measured; then it moves into raw/, once
 * for all files of the same content. Otherwise what arrived is thrown away, so that it can be sent again.
 * @throws DomainError UNREADABLE when the bytes are not what was measured
 */
export async function fileStored(uploadId: string, fileId: string, received: string): Promise<void> {
  const file = await db.uploadFile.findFirst({
    where: { id: rowId(fileId), uploadId: rowId(uploadId) },
    include: { upload: true },
  });
  if (file === null) throw notFound('This file');
  if (file.state !== 'expected') return forgetReceived(fileId);
  const { projectId } = file.upload;
  const { size, sha256 } = await measure(received);
  if (size !== Number(file.size) || sha256 !== file.sha256) {
    await transact(systemActor, async ({ tx, audit }) => {
      await tx.uploadFile.updateMany({ where: { id: fileId, state: 'expected' }, data: { reason: DAMAGED } });
      audit({ type: 'upload.fileDamaged', uploadId, fileId }, { projectId });
    });
    await forgetReceived(fileId);
    throw new DomainError('UNREADABLE', DAMAGED);
  }
  await transact({ ...nobody, userId: file.upload.createdBy }, async (write) => {
    const { tx } = write;
    await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR SHARE`;
    const upload = await tx.upload.findUniqueOrThrow({ where: { id: uploadId } });
    if (upload.state !== 'open') throw new DomainError('GONE', 'This upload is not open any more. Begin a new one.');
    const key = rawKey(projectId, sha256);
    if ((await stat(key))?.size !== size) await putFile(key, received);
    await markStored(write, { uploadId, projectId, sha256, size: file.size, key });
  });
  await forgetReceived(fileId);
}

const DAMAGED = 'What arrived is not what was measured on your disk. Send it again.';

/** Marks the file, and every other file of the same content in its upload, as stored. */
async function markStored(
  { tx, audit }: Transaction,
  content: { uploadId: string; projectId: string; sha256: string; size: bigint; key: string },
): Promise<void> {
  const { uploadId, projectId, sha256, size, key } = content;
  const rows = await tx.uploadFile.updateManyAndReturn({
    where: { uploadId, sha256, size, state: 'expected' },
    data: { state: step(fileMachine, 'expected', 'store'), rawKey: key, reason: null },
    select: { id: true },
  });
  if (rows.length === 0) throw new DomainError('CONFLICT', 'This file has arrived already.');
  for (const row of rows)
    audit({ type: 'upload.fileStored', uploadId, fileId: row.id, bytes: Number(size) }, { projectId });
}

async function measure(file: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { size, sha256: hash.digest('hex') };
}

/** Stores files that arrived whole but whose last request was cut off before they were looked at. */
export async function settleReceived(uploadId: string): Promise<void> {
  const open = await db.uploadFile.findMany({
    where: { uploadId, state: 'expected' },
    select: { id: true, size: true },
  });
  for (const { id, size } of open) {
    const there = await statFile(tusFile(id)).catch(() => null);
    if (there === null || there.size !== Number(size)) continue;
    await fileStored(uploadId, id, tusFile(id)).catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.code === 'STORAGE_FULL') throw error;
    });
  }
}
