// DICOM files on disk (PS3.10), the deflated transfer syntax (PS3.5 A.5) by node:zlib, and the project's keyed hash.
import { createHmac, createSecretKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { DeidKeys } from '../domain/deid/keys';
import type { Alike } from '../domain/dicom/alike';
import type { DicomFile } from '../domain/dicom/dataset';
import { readDicom, readDicomFrom } from '../domain/dicom/read';
import { DomainError } from '../domain/errors';
import { withFile } from './fileSource';
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
 * Calls `work` with the DICOM file at `path`, of which only the header is read; pixel data stay on the disk until asked for.
 * The file ends with `work`: nothing of it may be kept.
 * @param alike what was read of other files of the same series, to be asked and told
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE, and errors of the disk
 */
export function withDicomFile<T>(
  path: string,
  need: 'whole' | 'header',
  work: (file: DicomFile) => T,
  alike?: Alike,
): T {
  return withFile(path, need, (source) => work(readDicomFrom(source, { inflateRaw, ...(alike ? { alike } : {}) })));
}

/** Answers that are remembered; the UIDs of a series come back with every slice. */
const REMEMBERED = 4096;

/**
 * A DICOM file in memory, as a value whose elements are views into its bytes.
 * @throws DomainError UNREADABLE | UNSUPPORTED | TOO_LARGE (over 2 GB)
 */
export async function readDicomFile(path: string): Promise<DicomFile> {
  return readDicom(await readWhole(path), { inflateRaw });
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    // A plain array: `slice` of a Buffer is no copy.
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
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

/** Of which secret keys were made: for other threads of this process, into which functions cannot be sent. */
const secrets = new WeakMap<DeidKeys, Uint8Array>();

/** HMAC-SHA-256 with the project's secret, for domain/deid. The secret never leaves this process. */
export function deidKeys(secret: Uint8Array): DeidKeys {
  const known = new Map<string, Uint8Array>();
  const key = createSecretKey(secret);
  const keys: DeidKeys = {
    hmac(label, text) {
      const message = `${label}\0${text}`;
      let answer = known.get(message);
      if (answer === undefined) {
        answer = new Uint8Array(createHmac('sha256', key).update(message, 'utf8').digest());
        if (known.size >= REMEMBERED) known.clear();
        known.set(message, answer);
      }
      return answer;
    },
  };
  secrets.set(keys, secret);
  return keys;
}

/** The secret of keys that `deidKeys` made, to make them again in another thread. */
export function secretOf(keys: DeidKeys): Uint8Array {
  return secrets.get(keys)!;
}
