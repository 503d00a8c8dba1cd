// Downloads of published versions: the right is asked of the database at each request, and audited before the first byte.
import { createHash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { ZipFile } from 'yazl';
import { DomainError } from '@/domain/errors';
import { type Actor, can } from '@/domain/policy';
import { actorFor } from './accounts';
import { notFound, rowId } from './authorise';
import { type ByteRange, byteRange } from './byteRange';
import { db } from './db';
import type { ReleaseFile } from './generated/prisma/client';
import { get, parseReleaseKey } from './storage';
import { transact } from './transact';

export interface ReleaseFileRow {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}
export interface Download {
  readonly filename: string;
  readonly size: number;
  readonly stream: Readable;
}
export interface FileDownload {
  readonly filename: string;
  readonly sha256: string;
  /** Of the whole file. */
  readonly size: number;
  /** What is sent of it; null for all. */
  readonly range: ByteRange | null;
  /** Null when only the headers were asked for. */
  readonly stream: Readable | null;
}

const MANIFEST = 'manifest-sha256.txt';

/** A published version that the actor may download at this moment. */
async function downloadable(actor: Actor, releaseId: string) {
  if (actor.userId === '') throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
  const release = await db.release.findUnique({ where: { id: rowId(releaseId) }, include: { project: true } });
  if (release === null || !['published', 'withdrawn'].includes(release.state)) throw notFound('This version');
  const now = await actorFor(actor.userId);
  if (!can(now, 'release.download', release.projectId)) {
    const past = await db.accessRequest.count({
      where: {
        projectId: release.projectId,
        researcherId: actor.userId,
        state: 'granted',
        expiresAt: { lte: new Date() },
      },
    });
    if (past === 0) throw notFound('This version');
    throw new DomainError('FORBIDDEN', 'Your access to this dataset has expired. Ask for it again on its page.');
  }
  if (release.state === 'withdrawn') {
    throw new DomainError('GONE', 'This version was withdrawn and cannot be downloaded any more. Its page says why.');
  }
  return release;
}

type Downloadable = Awaited<ReturnType<typeof downloadable>>;

async function auditDownload(
  actor: Actor,
  release: Downloadable,
  what: 'archive' | 'file' | 'manifest',
  path: string | null,
) {
  await transact(actor, async ({ audit }) =>
    audit({ type: 'release.downloaded', releaseId: release.id, what, path }, { projectId: release.projectId }),
  );
}

/** The files of a version, by path. */
export async function listFiles(actor: Actor, releaseId: string): Promise<ReleaseFileRow[]> {
  await downloadable(actor, releaseId);
  return (await filesOf(releaseId)).map(({ path, size, sha256 }) => ({ path, size: Number(size), sha256 }));
}

function filesOf(releaseId: string): Promise<ReleaseFile[]> {
  return db.releaseFile.findMany({ where: { releaseId }, orderBy: { path: 'asc' } });
}

/** The whole version as one ZIP, made while it is sent, its files below one folder named after dataset and version. */
export async function openArchive(actor: Actor, releaseId: string): Promise<Download> {
  const release = await downloadable(actor, releaseId);
  const files = await filesOf(releaseId);
  if (files.length === 0) throw notFound('This version');
  await auditDownload(actor, release, 'archive', null);
  const folder = `${release.project.slug}-v${release.version}`;
  const { stream, size } = await zipOf(folder, files, release.publishedAt ?? release.createdAt);
  return { filename: `${folder}.zip`, size, stream };
}

async function zipOf(
  folder: string,
  files: readonly ReleaseFile[],
  mtime: Date,
): Promise<{ stream: Readable; size: number }> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | null = null;
  zip.on('error', (error: Error) => output.destroy(error));
  // It may fail before anybody reads it; whoever reads it is told then.
  output.on('error', () => {});
  // A download given up half-way: the file in hand is let go.
  output.on('close', () => current?.destroy());
  for (const file of files) {
    const options = { size: Number(file.size), compress: false, mtime, mode: 0o100644 };
    zip.addReadStreamLazy(`${folder}/${file.path}`, options, (done) => {
      checkedFile(file).then(
        (stream) => {
          current = stream;
          // yazl listens to the errors of files it opens itself, not to these.
          stream.on('error', (error) => output.destroy(error));
          done(null, stream);
        },
        (error: unknown) => done(error, Readable.from([])),
      );
    });
  }
  const size = await new Promise<number>((resolve) => {
    // The type of the package leaves the number out.
    zip.end({ forceZip64Format: false, comment: '' }, resolve as () => void);
  });
  return { stream: output, size };
}

/** A file's bytes; the stream fails at its end when they are not those that were published. */
async function checkedFile(file: ReleaseFile): Promise<Readable> {
  const source = await get(parseReleaseKey(file.key));
  const hash = createHash('sha256');
  const check = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
    flush: (done) =>
      done(hash.digest('hex') === file.sha256 ? null : new Error('A published file has changed on the disk.')),
  });
  source.on('error', (error) => check.destroy(error));
  check.on('close', () => source.destroy());
  return source.pipe(check);
}

/**
 * One file, or the range of it that was asked for (`range`: the Range header of the request); a range that lies
 * outside the file is answered with the size of the file.
 */
export async function openFile(
  actor: Actor,
  releaseId: string,
  path: string,
  asked: { range?: string | null; headersOnly?: boolean } = {},
): Promise<FileDownload | { readonly unsatisfiable: number }> {
  const release = await downloadable(actor, releaseId);
  const file = await db.releaseFile.findUnique({ where: { releaseId_path: { releaseId, path } } });
  if (file === null) throw notFound('This file');
  const size = Number(file.size);
  const range = byteRange(asked.range ?? null, size);
  if (range === 'unsatisfiable') return { unsatisfiable: size };
  const about = { filename: path.split('/').at(-1) ?? 'file', sha256: file.sha256, size, range };
  if (asked.headersOnly) return { ...about, stream: null };
  await auditDownload(actor, release, 'file', path);
  return { ...about, stream: await get(parseReleaseKey(file.key), range ?? {}) };
}

/** The SHA-256 of every file, in the form that `sha256sum -c` reads. */
export async function openManifest(actor: Actor, releaseId: string): Promise<{ filename: string; text: string }> {
  const release = await downloadable(actor, releaseId);
  const files = (await filesOf(releaseId)).filter((file) => file.path !== MANIFEST);
  await auditDownload(actor, release, 'manifest', null);
  const text = files.map((file) => `${file.sha256}  ${file.path}\n`).join('');
  return { filename: `${release.project.slug}-v${release.version}-sha256.txt`, text };
}
