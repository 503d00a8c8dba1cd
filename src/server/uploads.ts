// What pages show of uploads. Paths of the coordinator's disk are sensitive: only coordinators see them.
import { DomainError } from '@/domain/errors';
import { type FileState, fileMachine, type UploadState } from '@/domain/machines';
import { type Actor, can } from '@/domain/policy';
import { authorise, authorised, rowId } from './authorise';
import { db } from './db';
import type { UploadFile, Upload as UploadRecord } from './generated/prisma/client';
import { latestRuns, type StageProgress } from './stageProgress';

export interface UploadFileRow {
  readonly fileId: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly state: FileState;
  /** Plain words when it is quarantined, or when it must be sent again. */
  readonly reason: string | null;
  readonly tusPath: string;
}
export interface Upload {
  readonly uploadId: string;
  readonly projectId: string;
  readonly state: UploadState;
  readonly createdAt: string;
  /** Name of whoever opened it. */
  readonly createdBy: string;
  readonly mine: boolean;
  readonly counts: Readonly<Record<FileState, number>>;
  readonly bytes: number;
  readonly bytesStored: number;
  /** The look into its files, once it is complete. */
  readonly ingest: StageProgress | null;
}

/** My uploads that are still open: what a reload or another day goes on with. */
export async function openUploads(actor: Actor, projectId: string): Promise<Upload[]> {
  authorise(actor, 'upload.create', projectId);
  return uploadDtos(
    actor,
    await db.upload.findMany({
      where: { projectId, createdBy: actor.userId, state: 'open' },
      orderBy: { createdAt: 'desc' },
    }),
  );
}

export async function listUploads(actor: Actor, projectId: string, take = 100): Promise<Upload[]> {
  authorise(actor, 'upload.view', projectId);
  return uploadDtos(actor, await db.upload.findMany({ where: { projectId }, orderBy: { createdAt: 'desc' }, take }));
}

/** One upload with its files; paths only for coordinators. */
export async function uploadStatus(actor: Actor, uploadId: string): Promise<Upload & { files: UploadFileRow[] }> {
  const record = authorised(actor, 'upload.view', await db.upload.findUnique({ where: { id: rowId(uploadId) } }));
  const [upload] = await uploadDtos(actor, [record]);
  if (upload === undefined) throw new DomainError('NOT_FOUND', 'This upload does not exist.');
  const rows = await db.uploadFile.findMany({ where: { uploadId }, orderBy: { path: 'asc' } });
  const seesPaths = can(actor, 'upload.create', record.projectId);
  return { ...upload, files: rows.map((row, index) => fileRow(row, seesPaths, index + 1)) };
}

export function fileRow(row: UploadFile, seesPaths: boolean, number = 0): UploadFileRow {
  return {
    fileId: row.id,
    path: seesPaths ? row.path : `File ${number}`,
    size: Number(row.size),
    sha256: row.sha256,
    state: row.state as FileState,
    reason: row.reason,
    tusPath: `/api/tus/${row.id}`,
  };
}

async function uploadDtos(actor: Actor, uploads: readonly UploadRecord[]): Promise<Upload[]> {
  const ids = uploads.map((upload) => upload.id);
  const [groups, people, runs] = await Promise.all([
    db.uploadFile.groupBy({
      by: ['uploadId', 'state'],
      where: { uploadId: { in: ids } },
      _count: true,
      _sum: { size: true },
    }),
    db.user.findMany({
      where: { id: { in: uploads.map((upload) => upload.createdBy) } },
      select: { id: true, name: true },
    }),
    latestRuns('unitId', ids),
  ]);
  return uploads.map((upload) => {
    const mine = groups.filter((group) => group.uploadId === upload.id);
    const bytesOf = (some: typeof mine) => some.reduce((sum, group) => sum + Number(group._sum.size ?? 0), 0);
    return {
      uploadId: upload.id,
      projectId: upload.projectId,
      state: upload.state as UploadState,
      createdAt: upload.createdAt.toISOString(),
      createdBy: people.find((person) => person.id === upload.createdBy)?.name ?? '',
      mine: upload.createdBy === actor.userId,
      counts: countsOf(mine),
      bytes: bytesOf(mine),
      bytesStored: bytesOf(mine.filter((group) => group.state !== 'expected')),
      ingest: runs.get(upload.id) ?? null,
    };
  });
}

export function countsOf(groups: readonly { state: string; _count: number }[]): Record<FileState, number> {
  const states = Object.keys(fileMachine) as FileState[];
  const count = (state: FileState) => groups.find((group) => group.state === state)?._count ?? 0;
  return Object.fromEntries(states.map((state) => [state, count(state)])) as Record<FileState, number>;
}
