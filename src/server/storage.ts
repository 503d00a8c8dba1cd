// The object store: bytes under raw/, work/ and release/ below the data folder. A key is branded by its room, so that what
// was uploaded (raw) cannot be handed to code that answers requests.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat as statFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { DomainError } from '@/domain/errors';
import { env } from './env';

declare const brand: unique symbol;
type Key<Room extends string> = `${Room}/${string}` & { readonly [brand]: Room };

/** What was uploaded: readable by workers only. */
export type RawKey = Key<'raw'>;
/** A stage's outputs and reviewers' previews. */
export type WorkKey = Key<'work'>;
/** A published version's files. */
export type ReleaseKey = Key<'release'>;
export type ObjectKey = RawKey | WorkKey | ReleaseKey;

const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._+-]{1,200}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function makeKey<Room extends string>(room: Room, owner: string, name: string): Key<Room> {
  const segments = name.split('/');
  if (!UUID.test(owner) || !segments.every((segment) => SEGMENT.test(segment))) {
    throw new DomainError('INVALID', 'There is no object of that name.');
  }
  return [room, owner, ...segments].join('/') as Key<Room>;
}

/** Where an uploaded file lies: named by its content, so that the same bytes are stored once a project. */
export function rawKey(projectId: string, sha256: string): RawKey {
  if (!SHA256.test(sha256)) throw new DomainError('INVALID', 'There is no object of that name.');
  return makeKey('raw', projectId, sha256);
}
export function workKey(stageRunId: string, name: string): WorkKey {
  return makeKey('work', stageRunId, name);
}
export function releaseKey(releaseId: string, name: string): ReleaseKey {
  return makeKey('release', releaseId, name);
}

/** Keys as kept in rows, checked again on the way back. */
export const parseRawKey = (text: string): RawKey => parseKey('raw', text);
export const parseWorkKey = (text: string): WorkKey => parseKey('work', text);
export const parseReleaseKey = (text: string): ReleaseKey => parseKey('release', text);

function parseKey<Room extends string>(room: Room, text: string): Key<Room> {
  const [found, owner = '', ...name] = text.split('/');
  if (found !== room) throw new DomainError('INVALID', 'There is no object of that name.');
  return makeKey(room, owner, name.join('/'));
}

function fileOf(key: ObjectKey): string {
  return path.join(env.DATA_DIR, ...key.split('/'));
}

/**
 * Stores bytes under `key`: whole or not at all, on the disk before the key can be seen.
 * @throws DomainError STORAGE_FULL when the disk is full; nothing is left behind.
 */
export async function put(
  key: ObjectKey,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ size: number; sha256: string }> {
  const draft = await draftFile();
  try {
    const written = await writeDraft(draft, bytes instanceof Uint8Array ? [bytes] : bytes);
    await place(draft, key);
    return written;
  } catch (error) {
    await rm(draft, { force: true });
    throw plainly(error);
  }
}

/** Takes over a local file (a finished upload): moved where possible, copied across disks; `file` is gone afterwards. */
export async function putFile(key: ObjectKey, file: string): Promise<void> {
  const draft = await draftFile();
  try {
    await rename(file, draft).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      await copyFile(file, draft);
      await rm(file);
    });
    await flush(draft);
    await place(draft, key);
  } catch (error) {
    await rm(draft, { force: true });
    throw plainly(error);
  }
}

async function draftFile(): Promise<string> {
  const folder = path.join(env.DATA_DIR, 'drafts');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return path.join(folder, randomUUID());
}

async function writeDraft(file: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let size = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.byteLength;
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size, sha256: hash.digest('hex') };
}

async function place(draft: string, key: ObjectKey): Promise<void> {
  const file = fileOf(key);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await rename(draft, file);
  await flush(path.dirname(file));
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
}

function plainly(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return error;
  return new DomainError('STORAGE_FULL', 'The storage is full. Nothing was lost: free some space, then try again.');
}

/**
 * Bytes of an object that may be shown to people; `start` and `end` are byte offsets, `end` included, as in HTTP ranges.
 * @throws DomainError NOT_FOUND
 */
export async function get(key: WorkKey | ReleaseKey, range?: { start?: number; end?: number }): Promise<Readable> {
  return openFile(key, range);
}

/** Bytes as they were uploaded: for workers, never for a route. */
export async function getRaw(key: RawKey, range?: { start?: number; end?: number }): Promise<Readable> {
  return openFile(key, range);
}

async function openFile(key: ObjectKey, range: { start?: number; end?: number } = {}): Promise<Readable> {
  const handle = await open(fileOf(key), 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new DomainError('NOT_FOUND', 'There is no such file.') : error;
  });
  return createReadStream('', { fd: handle, ...range });
}

/** Size of an object, or null when there is none. */
export async function stat(key: ObjectKey): Promise<{ size: number } | null> {
  try {
    const { size } = await statFile(fileOf(key));
    return { size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Keys below `work/<stageRunId>` or `release/<releaseId>`, sorted. */
export async function list<Room extends 'work' | 'release'>(room: Room, owner: string): Promise<Key<Room>[]> {
  const folder = path.dirname(fileOf(makeKey(room, owner, 'any') as ObjectKey));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(env.DATA_DIR, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()
    .map((text) => parseKey(room, text));
}

/** Removes one object; one that is not there is removed already. */
export async function remove(key: ObjectKey): Promise<void> {
  await rm(fileOf(key), { force: true });
}

/** Removes all that a stage run or a failed release has written. */
export async function removeAll(room: 'work' | 'release', owner: string): Promise<void> {
  await rm(path.dirname(fileOf(makeKey(room, owner, 'any') as ObjectKey)), { recursive: true, force: true });
}

/** Path of the object on this machine, for runtimes that want a file. */
export async function localPath(key: ObjectKey): Promise<string> {
  return fileOf(key);
}
