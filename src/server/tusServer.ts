// Receiving bytes over tus: one process, one lock a file. A file's tus id is its fileId, so resuming needs nothing but our rows.
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { DomainError, httpStatus } from '@/domain/errors';
import type { Actor } from '@/domain/policy';
import { notFound, rowId } from './authorise';
import { type ArrivingFile, arrivingFile, fileStored, tusFolder } from './uploadFiles';
import { MAX_FILE_BYTES } from './uploadOpening';

/** What tus answers with; thrown by our hooks. */
interface TusError {
  readonly status_code: number;
  readonly body: string;
}

const FULL = new DomainError('STORAGE_FULL', 'The storage is full. Nothing was lost: free some space, then go on.');

function tusError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const known = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? FULL : error;
  if (!(known instanceof DomainError)) return error;
  const body = JSON.stringify({ error: { code: known.code, message: known.message } });
  return { status_code: httpStatus(known.code), body } satisfies TusError;
}

/** tus's file store, but a full disk is told as such: its own hides why a write failed. */
class Store extends FileStore {
  override async create(file: Parameters<FileStore['create']>[0]) {
    return super.create(file).catch((error: unknown) => {
      throw tusError(error);
    });
  }

  override async write(readable: Readable, fileId: string, offset: number): Promise<number> {
    const file = createWriteStream(path.join(this.directory, rowId(fileId)), { flags: 'r+', start: offset });
    await pipeline(readable, file).catch((error: unknown) => {
      throw tusError(error);
    });
    return offset + file.bytesWritten;
  }
}

function makeServer(): Server {
  return new Server({
    path: '/api/tus',
    datastore: new Store({ directory: tusFolder() }),
    maxSize: MAX_FILE_BYTES,
    relativeLocation: true,
    // No other site may use this, so none is named.
    allowedOrigins: () => false,
    namingFunction: (_request, metadata) => rowId(metadata?.fileId ?? ''),
    // Only our ids are kept beside the bytes: no file name, whatever a client sends.
    onUploadCreate: async (_request, upload) => ({
      metadata: { fileId: upload.metadata?.fileId ?? null, uploadId: upload.metadata?.uploadId ?? null },
    }),
    onUploadFinish: async (_request, upload) => {
      await fileStored(upload.metadata?.uploadId ?? '', upload.id, path.join(tusFolder(), upload.id)).catch(
        (error: unknown) => {
          throw tusError(error);
        },
      );
      return {};
    },
    onResponseError: (_request, error) => {
      const { status_code: status } = error as Partial<TusError>;
      if (status === undefined) return { status_code: 500, body: 'It could not be stored just now. Try again.' };
      // 409 means to our client that the file is here; an offset that does not fit means "look again, then go on".
      return status === 409 ? { status_code: 423, body: 'Look how far it is, then go on from there.' } : undefined;
    },
  });
}

// Kept on globalThis: its locks must be the only ones, also when the development server loads this module anew.
const kept = globalThis as { cloakroomTus?: Server };

/** Answers one tus request of `actor`: allowed only for a file of an open upload of their own. */
export async function receive(actor: Actor, request: Request, fileId: string | null): Promise<Response> {
  kept.cloakroomTus ??= makeServer();
  if (request.method === 'OPTIONS') return kept.cloakroomTus.handleWeb(request);
  const file = await arrivingFile(actor, fileId ?? announced(request, 'fileId'));
  if (file.state !== 'expected') return alreadyHere(request, file);
  if (request.method === 'POST') checkAnnouncement(request, fileId, file);
  return kept.cloakroomTus.handleWeb(request);
}

function checkAnnouncement(request: Request, fileId: string | null, file: ArrivingFile): void {
  if (fileId !== null || announced(request, 'uploadId') !== file.uploadId) throw notFound('This file');
  if (Number(request.headers.get('upload-length') ?? -1) !== file.size) {
    throw new DomainError('INVALID', 'This file has another size than the one that was listed.');
  }
}

/** A file that is here needs no bytes: asking how far it is says "all of it", sending it says so too. */
function alreadyHere(request: Request, file: ArrivingFile): Response {
  if (request.method !== 'HEAD') throw new DomainError('CONFLICT', 'This file has arrived already.');
  const size = String(file.size);
  return new Response(null, {
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': size, 'upload-length': size, 'cache-control': 'no-store' },
  });
}

/** A value of the Upload-Metadata header: `key base64, key base64`. */
function announced(request: Request, key: string): string {
  const pairs = (request.headers.get('upload-metadata') ?? '').split(',').map((pair) => pair.trim().split(' '));
  const value = pairs.find(([name]) => name === key)?.[1] ?? '';
  return Buffer.from(value, 'base64').toString('utf8');
}
