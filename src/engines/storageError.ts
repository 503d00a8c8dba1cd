// What a full disk looks like, to people and to jobs.
import { DomainError } from '../domain/errors';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A full disk as the DomainError that people see and jobs retry; anything else unchanged. */
export function storageError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || !FULL.has(code)) return error;
  return new DomainError('STORAGE_FULL', 'The disk is full. Nothing was lost; free some space and it continues.');
}
