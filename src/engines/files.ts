// Files written whole or not at all, folders that clean up after themselves, and NIfTI files in and out of gzip.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { DomainError } from '../domain/errors';
import { HEADER_BYTES } from '../domain/nifti/layout';
import { niftiLength } from '../domain/nifti/volume';
import { storageError } from './storageError';

const gzip = promisify(zlib.gzip);

const CHUNK = 2 ** 20;
const MAX_TRAILING = 2 ** 26;

/**
 * Writes a file so that it is there whole or not at all: a neighbour with a random name, fsync, rename.
 * @throws DomainError STORAGE_FULL
 */
export async function writeAtomic(
  target: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const part = path.join(path.dirname(target), `.part-${randomBytes(8).toString('hex')}`);
  try {
    const file = await open(part, 'wx');
    try {
      for await (const chunk of chunks) await writeAll(file, chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw storageError(error);
  }
}

/** One write call takes at most 2 GB on Linux, and may take less than it was given. */
async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, at, Math.min(chunk.byteLength - at, 2 ** 30));
    at += bytesWritten;
  }
}

/**
 * Moves a finished file to its place, over whatever is there; from another disk it is copied and then renamed.
 * @throws DomainError STORAGE_FULL
 */
export async function moveInto(from: string, target: string): Promise<void> {
  try {
    await rename(from, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw storageError(error);
    await writeAtomic(target, createReadStream(from, { highWaterMark: CHUNK }));
    await rm(from);
  }
}

/** Calls `work` with a new private folder and removes the folder whatever happens. */
export async function withFolder<T>(parent: string | undefined, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(parent ?? os.tmpdir(), 'cloakroom-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The bytes of a .nii file up to its last voxel, unpacked when it is gzipped. Memory is taken as the header asks, after it was checked.
 * @throws DomainError UNREADABLE when the header cannot be true, the gzip stream is damaged, or the file ends too early
 */
export async function readNiftiBytes(file: string): Promise<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: CHUNK });
  const packed = await startsGzipped(file);
  const chunks = packed ? source.pipe(zlib.createGunzip({ chunkSize: CHUNK })) : source;
  source.on('error', (error) => chunks.destroy(error));
  try {
    return await collect(chunks);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) throw error;
    throw new DomainError(
      'UNREADABLE',
      'This NIfTI file is damaged: it cannot be unpacked. Send it again from its source.',
    );
  } finally {
    source.destroy();
  }
}

async function startsGzipped(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** What follows the last voxel is read (so that a gzip checksum is checked) and dropped, up to a bound. */
async function collect(chunks: AsyncIterable<Buffer>): Promise<Uint8Array> {
  let head = Buffer.alloc(0);
  let out: Buffer | null = null;
  let at = 0;
  for await (const chunk of chunks) {
    let part = chunk;
    if (out === null) {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEADER_BYTES[2]) continue;
      out = Buffer.allocUnsafeSlow(niftiLength(head));
      part = head;
    }
    if (at < out.length) part.copy(out, at);
    at += part.length;
    if (at > out.length + MAX_TRAILING) break;
  }
  out ??= Buffer.allocUnsafeSlow(Math.max(niftiLength(head), head.length));
  if (at === 0) at = head.copy(out);
  if (at < out.length)
    throw new DomainError(
      'UNREADABLE',
      'This NIfTI file is shorter than its header claims. Send it again from its source.',
    );
  return out;
}

/** A .nii.gz (or .nii, by the target's name) written whole or not at all. The same bytes always give the same file. */
export async function writeNiftiBytes(target: string, bytes: Uint8Array): Promise<void> {
  await writeAtomic(target, [target.endsWith('.gz') ? await gzip(bytes, { level: 4 }) : bytes]);
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
