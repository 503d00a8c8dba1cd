// Uploads: a dropped folder as a list of files with their SHA-256, opened, resumed, completed or abandoned. Paths of the
// coordinator's disk are sensitive: shown to coordinators only, never logged or audited.
import { mkdir, statfs } from 'node:fs/promises';
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { type FileState, fileMachine, type UploadState, uploadMachine } from '@/domain/machines';
import type { Actor } from '@/domain/policy';
import { authorise, authorised, rowId } from './authorise';
import { db, type Tx } from './db';
import { env } from './env';
import type { Upload as UploadRecord } from './generated/prisma/client';
import { latestRuns } from './stageProgress';
import { queueStage } from './stageRuns';
import { parseRawKey, rawKey, stat } from './storage';
import { type Transaction, transact } from './transact';
import { forgetReceived, settleReceived } from './uploadFiles';
import { countsOf, fileRow, type UploadFileRow } from './uploads';

/** The most that one file may have: 8 GB. */
export const MAX_FILE_BYTES = 8 * 1024 ** 3;
const MAX_FILES = 50_000;
const BATCH = 2000;

const fileList = z
  .array(
    z.object({
      path: z
        .string()
        .min(1)
        .max(2000)
        .refine((path) => !path.includes('\0')),
      size: z.int().nonnegative().max(MAX_FILE_BYTES, 'A file may have at most 8 GB.'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  )
  .min(1, 'There is no file in what you chose.')
  .max(MAX_FILES, `At most ${MAX_FILES} files at a time, please: send the folder in parts.`);
export type UploadFileInput = z.input<typeof fileList>[number];

/**
 * Opens an upload, or goes on with the one that lists exactly these files; with `uploadId`, adds files to that one. What the
 * project stores already (by SHA-256) need not be sent; an empty file is quarantined at once.
 */
export async function openUpload(
  actor: Actor,
  projectId: string,
  files: readonly UploadFileInput[],
  uploadId?: string,
): Promise<{ uploadId: string; files: UploadFileRow[] }> {
  authorise(actor, 'upload.create', projectId);
  const parsed = fileList.safeParse(files);
  if (!parsed.success) {
    throw new DomainError('INVALID', parsed.error.issues[0]?.message ?? 'The list of files cannot be read.');
  }
  const list = [...new Map(parsed.data.map((file) => [file.path, file])).values()];
  const id = uploadId ?? (await sameUpload(actor, projectId, list)) ?? (await createUpload(actor, projectId, list));
  await addFiles(actor, projectId, id, list);
  const rows = await db.uploadFile.findMany({ where: { uploadId: id, parentId: null }, orderBy: { path: 'asc' } });
  await requireRoom(rows);
  const asked = new Set(list.map((file) => file.path));
  return { uploadId: id, files: rows.filter((row) => asked.has(row.path)).map((row) => fileRow(row, true)) };
}

/** @throws DomainError STORAGE_FULL when what is still to come does not fit: better said now than after hours of sending. */
async function requireRoom(rows: readonly { state: string; size: bigint }[]): Promise<void> {
  const needed = sumOf(rows.filter((row) => row.state === 'expected'));
  await mkdir(env.DATA_DIR, { recursive: true });
  const { bavail, bsize } = await statfs(env.DATA_DIR);
  if (needed <= bavail * bsize) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new DomainError(
    'STORAGE_FULL',
    `The server has ${gigabytes(bavail * bsize)} left, this upload needs ${gigabytes(needed)}. Ask the site administrator for space.`,
  );
}

type Listed = z.output<typeof fileList>;

/** An open upload of the same person that lists exactly the same files: a folder dropped again is gone on with. */
async function sameUpload(actor: Actor, projectId: string, files: Listed): Promise<string | null> {
  const open = await db.upload.findMany({
    where: { projectId, createdBy: actor.userId, state: 'open' },
    include: { _count: { select: { files: true } } },
  });
  const wanted = new Map(files.map((file) => [file.path, file.sha256]));
  for (const upload of open) {
    if (upload._count.files !== files.length) continue;
    const rows = await db.uploadFile.findMany({ where: { uploadId: upload.id }, select: { path: true, sha256: true } });
    if (rows.every((row) => wanted.get(row.path) === row.sha256)) return upload.id;
  }
  return null;
}

function createUpload(actor: Actor, projectId: string, files: Listed): Promise<string> {
  return transact(actor, async ({ tx, audit }) => {
    const upload = await tx.upload.create({ data: { projectId, createdBy: actor.userId } });
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    audit({ type: 'upload.opened', uploadId: upload.id, files: files.length, bytes }, { projectId });
    return upload.id;
  });
}

async function addFiles(actor: Actor, projectId: string, uploadId: string, files: Listed): Promise<void> {
  const known = await db.uploadFile.findMany({ where: { uploadId }, select: { path: true, sha256: true } });
  const shaOf = new Map(known.map((row) => [row.path, row.sha256]));
  if (files.some((file) => shaOf.has(file.path) && shaOf.get(file.path) !== file.sha256)) {
    throw new DomainError(
      'CONFLICT',
      'A file changed on your disk since this upload began. Abandon it and begin again.',
    );
  }
  const fresh = files.filter((file) => !shaOf.has(file.path));
  for (let from = 0; from < fresh.length; from += BATCH) {
    const batch = fresh.slice(from, from + BATCH);
    await transact(actor, async (write) => {
      await lockOpen(write.tx, actor, projectId, uploadId);
      await insertFiles(write, projectId, uploadId, batch);
    });
  }
}

/** The upload, locked, when it is open and the actor's own. */
async function lockOpen(tx: Tx, actor: Actor, projectId: string, uploadId: string): Promise<UploadRecord> {
  await tx.$queryRaw`SELECT id FROM "Upload" WHERE id = ${rowId(uploadId)}::uuid FOR UPDATE`;
  const upload = await tx.upload.findFirst({ where: { id: uploadId, projectId, createdBy: actor.userId } });
  if (upload === null) throw new DomainError('NOT_FOUND', 'This upload does not exist, or is not yours.');
  if (upload.state !== 'open') throw new DomainError('CONFLICT', 'This upload is not open any more. Begin a new one.');
  return upload;
}

async function insertFiles(
  { tx, audit }: Transaction,
  projectId: string,
  uploadId: string,
  files: Listed,
): Promise<void> {
  // The sweep takes this lock to remove content that nothing names any more; so what is found here stays.
  await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR SHARE`;
  const stored = await storedContent(tx, projectId, files);
  const rows = await tx.uploadFile.createManyAndReturn({
    data: files.map((file) => ({ uploadId, ...file, ...firstState(projectId, file, stored) })),
    skipDuplicates: true,
    select: { id: true, state: true, size: true },
  });
  audit({ type: 'upload.filesListed', uploadId, files: rows.length, bytes: sumOf(rows) }, { projectId });
  for (const row of rows) {
    const about = { projectId };
    if (row.state === 'stored')
      audit({ type: 'upload.fileStored', uploadId, fileId: row.id, bytes: Number(row.size) }, about);
    if (row.state === 'quarantined')
      audit({ type: 'upload.fileQuarantined', uploadId, fileId: row.id, reason: EMPTY }, about);
  }
}

const EMPTY = 'The file is empty.';

function firstState(projectId: string, file: Listed[number], stored: ReadonlySet<string>) {
  if (file.size === 0) return { state: step(fileMachine, 'expected', 'quarantine'), reason: EMPTY };
  if (!stored.has(file.sha256)) return {};
  return { state: step(fileMachine, 'expected', 'store'), rawKey: rawKey(projectId, file.sha256) };
}

/** Hashes of the list whose content this project (no other) has stored, whole and of the same size. */
async function storedContent(tx: Tx, projectId: string, files: Listed): Promise<Set<string>> {
  const rows = await tx.uploadFile.findMany({
    where: { upload: { projectId }, rawKey: { not: null }, sha256: { in: files.map((file) => file.sha256) } },
    distinct: ['sha256'],
    select: { sha256: true, rawKey: true },
  });
  const sizes = new Map(files.map((file) => [file.sha256, file.size]));
  const found = new Set<string>();
  for (const { sha256, rawKey: key } of rows) {
    const there = key === null ? null : await stat(parseRawKey(key));
    if (there?.size === sizes.get(sha256)) found.add(sha256);
  }
  return found;
}

/**
 * Says that every file was sent: the look into them is queued. With `withoutMissing`, what never arrived is quarantined, so
 * that one file nobody can read does not hold up the rest.
 * @throws DomainError CONFLICT naming how many are missing
 */
export async function completeUpload(
  actor: Actor,
  uploadId: string,
  { withoutMissing = false } = {},
): Promise<{ stageRunId: string }> {
  const { projectId } = authorised(
    actor,
    'upload.create',
    await db.upload.findUnique({ where: { id: rowId(uploadId) } }),
  );
  const again = await failedIngest(uploadId);
  if (!again) await settleReceived(uploadId);
  return transact(actor, async (write) => {
    const { tx, audit, afterCommit } = write;
    const run = { stage: 'ingest', unitId: uploadId, projectId } as const;
    if (!again) {
      const upload = await lockOpen(tx, actor, projectId, uploadId);
      if (withoutMissing) await giveUpMissing(write, projectId, uploadId);
      const count = await countByState(tx, uploadId);
      if (count.expected > 0) throw new DomainError('CONFLICT', missingWords(count.expected));
      const state = step(uploadMachine, upload.state as UploadState, 'complete');
      await tx.upload.update({ where: { id: uploadId }, data: { state, completedAt: new Date() } });
      audit(
        { type: 'upload.completed', uploadId, stored: count.stored, quarantined: count.quarantined },
        { projectId },
      );
    }
    return { stageRunId: await queueStage(tx, audit, afterCommit, run) };
  });
}

async function giveUpMissing(
  { tx, audit, afterCommit }: Transaction,
  projectId: string,
  uploadId: string,
): Promise<void> {
  const rows = await tx.uploadFile.updateManyAndReturn({
    where: { uploadId, state: 'expected' },
    data: { state: step(fileMachine, 'expected', 'quarantine'), reason: NEVER_ARRIVED },
    select: { id: true },
  });
  for (const { id } of rows) {
    audit({ type: 'upload.fileQuarantined', uploadId, fileId: id, reason: NEVER_ARRIVED }, { projectId });
    afterCommit(() => forgetReceived(id));
  }
}

const NEVER_ARRIVED = 'The file never arrived. Upload it again to add it.';

/** Whether the upload is complete but the look into it failed: completing it once more tries again. */
async function failedIngest(uploadId: string): Promise<boolean> {
  const upload = await db.upload.findUnique({ where: { id: uploadId }, select: { state: true } });
  return upload?.state === 'complete' && (await latestRuns('unitId', [uploadId])).get(uploadId)?.state === 'failed';
}

function missingWords(missing: number): string {
  const files = missing === 1 ? '1 file has' : `${missing} files have`;
  return `${files} not arrived whole yet. Choose the folder again to send what is missing.`;
}

async function countByState(tx: Tx, uploadId: string): Promise<Record<FileState, number>> {
  const groups = await tx.uploadFile.groupBy({ by: ['state'], where: { uploadId }, _count: true });
  return countsOf(groups);
}

function sumOf(rows: readonly { size: bigint }[]): number {
  return rows.reduce((sum, row) => sum + Number(row.size), 0);
}
