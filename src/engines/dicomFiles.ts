// DICOM files on disk (PS3.10), the deflated transfer syntax (PS3.5 A.5) by node:zlib, and the project's keyed hash.
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { DeidKeys } from '../domain/deid/keys';
import type { DicomFile } from '../domain/dicom/dataset';
import { readDicom } from '../domain/dicom/read';
import { DomainError } from '../domain/errors';
import { writeAtomic } from './files';

const MAX_INFLATED_BYTES = 2 ** 31 - 1;

/**
 * Bytes of a raw deflate stream, unpacked to at most 2 GB; for domain/dicom's `inflateRaw`.
 * @throws DomainError UNREADABLE (damaged) or TOO_LARGE
 */
export function inflateRaw(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DomainError(
        'TOO_LARGE',
        'This DICOM file unpacks to more than 2 GB, which is more than can be treated here.',
      );
    }
    throw new DomainError(
      'UNREADABLE',
      'This DICOM file is damaged: its compressed content cannot be unpacked. Send it again from its source.',
    );
  }
}

/** A raw deflate stream; for domain/dicom's `deflateRaw`. */
export function deflateRaw(plain: Uint8Array): Uint8Array {
  return deflateRawSync(plain);
}

/**
 * A DICOM file as a value whose elements are views into its bytes.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE (over 2 GB)
 */
export async function readDicomFile(path: string): Promise<DicomFile> {
  return readDicom(await readWhole(path), { inflateRaw });
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_FS_FILE_TOO_LARGE') throw error;
    throw new DomainError('TOO_LARGE', 'This DICOM file is larger than 2 GB, which is more than can be treated here.');
  }
}

/**
 * Writes what `writeDicom(file, { deflateRaw })` gave, whole or not at all (fsync, rename).
 * @throws DomainError STORAGE_FULL
 */
export async function writeDicomFile(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  await writeAtomic(path, chunks);
}

/** HMAC-SHA-256 with the project's secret, for domain/deid. The secret never leaves this closure. */
export function deidKeys(secret: Uint8Array): DeidKeys {
  return { hmac: (label, text) => createHmac('sha256', secret).update(`${label}\0${text}`, 'utf8').digest() };
}
