// Looks into one file of unknown origin and says what it is; the same for an upload and for a folder of the CLI.
import { stat } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { tellingValues } from '../domain/deid/identifiers';
import { subjectIdentity } from '../domain/deid/identity';
import type { ProfileOptions } from '../domain/deid/profile';
import type { RemovedValue } from '../domain/deid/removed';
import { Alike } from '../domain/dicom/alike';
import type { InstanceFacts } from '../domain/dicom/facts';
import { readDicomFrom } from '../domain/dicom/read';
import type { ByteSource } from '../domain/dicom/source';
import { DomainError } from '../domain/errors';
import { judgeDicom } from '../domain/ingest/judge';
import { SNIFF_BYTES, sniff, TEXT_FILE } from '../domain/ingest/sniff';
import { readNifti } from '../domain/nifti/volume';
import { inflateRaw } from './dicomFiles';
import { withFile } from './fileSource';
import { readNiftiBytes } from './files';
import { readPicture } from './pictures';
import { isSidecar } from './sidecars';

/** Size of one uploaded NIfTI as it arrives: it is held in memory whole. */
const MAX_NIFTI_BYTES = 2 ** 31 - 1;

export type Look =
  /** `identity`, `facts` and `telling` hold what the file says of a person: in memory only. */
  | {
      readonly kind: 'image';
      readonly facts: InstanceFacts;
      readonly identity: string;
      readonly risk: string | null;
      /** What in it tells who it is about, when that was asked for. */
      readonly telling: readonly RemovedValue[];
    }
  | { readonly kind: 'nifti' }
  | { readonly kind: 'picture' }
  /** A JSON object, which may describe a volume beside it. */
  | { readonly kind: 'json' }
  | { readonly kind: 'zip' }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'quarantined'; readonly reason: string };

/**
 * What the file at `path` is, from its content alone. A bad file is an answer ('quarantined' with plain words), not an
 * error: only a failing disk throws.
 * @param asked the options of a profile, when it is to be told what identifies under them
 * @param alike what was read of files before, to be asked and told
 */
export async function lookInto(path: string, asked: ProfileOptions | null = null, alike = new Alike()): Promise<Look> {
  try {
    const look = withFile(path, 'header', (source) => lookAtBytes(source, asked, alike));
    if (look === 'picture') await readPicture(path);
    if (look === 'nifti') await lookIntoNifti(path);
    if (look === 'json' && !(await isSidecar(path))) return { kind: 'quarantined', reason: TEXT_FILE };
    return typeof look === 'string' ? { kind: look } : look;
  } catch (error) {
    return { kind: 'quarantined', reason: reasonOf(error) };
  }
}

/** What a file's bytes say; its kind alone when all of it has to be read to know more. */
function lookAtBytes(
  source: ByteSource,
  asked: ProfileOptions | null,
  alike: Alike,
): Look | 'nifti' | 'picture' | 'json' {
  const content = contentOf(source.read(0, Math.min(SNIFF_BYTES, source.size)));
  if (content.kind === 'none') return { kind: 'quarantined', reason: content.reason };
  if (content.kind === 'zip') return { kind: 'zip' };
  if (content.kind === 'picture' || content.kind === 'json') return content.kind;
  return content.kind === 'dicom' ? lookIntoDicom(source, asked, alike) : 'nifti';
}

/** The plain words of an error about one file; errors of the disk and of memory are thrown on, as they are not the file's fault. */
export function reasonOf(error: unknown): string {
  if (error instanceof DomainError && error.code !== 'STORAGE_FULL') return error.message;
  if (error instanceof DomainError || isSystemError(error) || isAbort(error)) throw error;
  return 'The file is damaged: it could not be read to its end.';
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function lookIntoDicom(source: ByteSource, asked: ProfileOptions | null, alike: Alike): Look {
  const file = readDicomFrom(source, { inflateRaw, alike });
  const verdict = judgeDicom(file);
  if (verdict.kind !== 'image') return verdict;
  const telling = asked === null ? [] : tellingValues(file, asked);
  return { ...verdict, identity: subjectIdentity(file), telling };
}

async function lookIntoNifti(path: string): Promise<void> {
  if ((await stat(path)).size > MAX_NIFTI_BYTES)
    throw new DomainError('TOO_LARGE', 'The volume is larger than 2 GB, which is not yet supported.');
  readNifti(await readNiftiBytes(path));
}

function contentOf(head: Uint8Array): ReturnType<typeof sniff> {
  const content = sniff(head);
  if (content.kind !== 'gzip') return content;
  const inner = sniff(inflatedHead(head));
  if (inner.kind === 'nifti') return content;
  if (inner.kind !== 'none')
    return { kind: 'none', reason: 'This file is compressed with gzip. Unpack it and upload what is inside.' };
  return { kind: 'none', reason: 'This is a gzip file without a NIfTI volume in it, or it is damaged.' };
}

/** What the first bytes of a gzip file inflate to; empty when they do not. */
function inflatedHead(head: Uint8Array): Uint8Array {
  try {
    const inner = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 22 });
    return inner.subarray(0, SNIFF_BYTES);
  } catch {
    return Buffer.alloc(0);
  }
}
