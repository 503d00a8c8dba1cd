// Reads ZIP archives that strangers made: limits are checked in the directory first, and again while inflating.
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { DomainError } from '../domain/errors';
import { storageError } from './storageError';

export interface ZipLimits {
  /** Files in the archive. */
  readonly entries: number;
  /** Bytes of all files together, unpacked. */
  readonly totalBytes: number;
  /** Unpacked over packed size of the whole archive; asked only above `freeBytes` unpacked. */
  readonly ratio: number;
  readonly freeBytes: number;
}
export const ZIP_LIMITS: ZipLimits = {
  entries: 200_000,
  totalBytes: 64 * 2 ** 30,
  ratio: 100,
  freeBytes: 64 * 2 ** 20,
};

export interface UnpackedFile {
  /** The path inside the archive: sensitive like every path of an upload. */
  readonly name: string;
  /** Where it lies now: `<outDir>/<running number>`. */
  readonly path: string;
  readonly size: number;
}

/**
 * Unpacks the archive at `path` into the folder `outDir` (made when absent) under running numbers, so no path inside the
 * archive ever reaches the disk. On any refusal nothing of it is left there.
 * @throws DomainError UNREADABLE (damaged, password, paths that climb out) | TOO_LARGE (a limit) | STORAGE_FULL
 */
export async function unpackZip(path: string, outDir: string, limits: ZipLimits = ZIP_LIMITS): Promise<UnpackedFile[]> {
  const entries = await readDirectory(path, limits);
  await mkdir(outDir, { recursive: true });
  try {
    return await unpackEntries(path, entries, outDir, limits);
  } catch (error) {
    await rm(outDir, { recursive: true, force: true });
    const known = storageError(error);
    throw known instanceof DomainError ? known : damaged();
  }
}

async function unpackEntries(
  path: string,
  entries: Entry[],
  outDir: string,
  limits: ZipLimits,
): Promise<UnpackedFile[]> {
  const zip = await open(path);
  try {
    const files: UnpackedFile[] = [];
    let total = 0;
    for (const entry of entries) {
      const target = join(outDir, String(files.length + 1).padStart(6, '0'));
      const stream = await zip.openReadStreamPromise(entry);
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (total + size > limits.totalBytes) stream.destroy(tooLarge());
      });
      await pipeline(stream, createWriteStream(target));
      total += size;
      files.push({ name: entry.fileName, path: target, size });
    }
    return files;
  } finally {
    zip.close();
  }
}

/** The archive's own list of files, refused as a whole when anything in it is unsafe. Folders are left out. */
async function readDirectory(path: string, limits: ZipLimits): Promise<Entry[]> {
  const zip = await open(path);
  try {
    if (zip.entryCount > limits.entries) {
      throw new DomainError(
        'TOO_LARGE',
        `The archive holds more than ${limits.entries} files. Split it, or upload the folder itself.`,
      );
    }
    const entries = await listEntries(zip);
    checkSizes(entries, zip.fileSize, limits);
    return entries.filter((entry) => !entry.fileName.endsWith('/'));
  } finally {
    zip.close();
  }
}

function checkSizes(entries: readonly Entry[], archiveBytes: number, limits: ZipLimits): void {
  const sum = (of: (entry: Entry) => number) => entries.reduce((n, entry) => n + of(entry), 0);
  const unpacked = sum((entry) => entry.uncompressedSize);
  if (unpacked > limits.totalBytes) throw tooLarge();
  // Entries that share bytes (overlapping files) are how small archives unpack to petabytes.
  if (sum((entry) => entry.compressedSize) > archiveBytes) throw bomb();
  if (unpacked > limits.freeBytes && unpacked > archiveBytes * limits.ratio) throw bomb();
  if (entries.some((entry) => entry.isEncrypted())) {
    throw new DomainError('UNREADABLE', 'The archive is protected with a password. Unpack it and upload the folder.');
  }
}

function listEntries(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('error', (error: Error) => reject(plain(error)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function open(path: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(path, { autoClose: false, validateEntrySizes: true, decodeStrings: true });
  } catch {
    throw damaged();
  }
}

/** yauzl's messages hold the file name, so they go no further. */
function plain(error: Error): DomainError {
  if (/^(absolute path|invalid relative path|invalid characters)/.test(error.message)) {
    return new DomainError('UNREADABLE', 'The archive holds paths that point outside of it. None of it was unpacked.');
  }
  return damaged();
}

function damaged(): DomainError {
  return new DomainError(
    'UNREADABLE',
    'The archive is damaged or incomplete. Make it again, or upload the folder itself.',
  );
}
function tooLarge(): DomainError {
  return new DomainError(
    'TOO_LARGE',
    'The archive unpacks to more than is allowed. Split it, or upload the folder itself.',
  );
}
function bomb(): DomainError {
  return new DomainError(
    'TOO_LARGE',
    'The archive unpacks to far more than its size allows, as a ZIP bomb does. None of it was unpacked.',
  );
}
