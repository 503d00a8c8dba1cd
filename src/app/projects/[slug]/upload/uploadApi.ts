// The browser's side of /api/uploads: open, look, complete, abandon. Errors arrive as plain words.
import type { Upload, UploadFileRow } from '@/server/uploads';
import type { MeasuredFile } from './hashing';

/** A refusal by the server, in words for people. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const unreachable = 'The server cannot be reached right now. Check your connection, then try again.';

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch(() => {
    throw new Refusal(0, unreachable);
  });
  const text = await response.text();
  if (!response.ok) throw new Refusal(response.status, refusalWords(response.status, text));
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The server's own words when it sent some: `{ "message": "..." }` or `{ "error": { "message": "..." } }`. */
export function refusalWords(status: number, body: string): string {
  if (status === 401)
    return 'You have been signed out. Sign in again in another tab, then go on here: nothing is lost.';
  try {
    const parsed: unknown = JSON.parse(body);
    const holder = (parsed as { error?: unknown }).error ?? parsed;
    const message = typeof holder === 'string' ? holder : (holder as { message?: unknown }).message;
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // Not JSON: a proxy's page or nothing at all.
  }
  return 'The server refused this. Try again; if it happens again, tell your administrator.';
}

export function openUpload(
  projectId: string,
  files: readonly MeasuredFile[],
): Promise<{ uploadId: string; files: UploadFileRow[] }> {
  return call('POST', '/api/uploads', {
    projectId,
    files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
  });
}

export function uploadStatus(uploadId: string): Promise<Upload & { files: UploadFileRow[] }> {
  return call('GET', `/api/uploads/${uploadId}`);
}

export function completeUpload(uploadId: string, withoutMissing: boolean): Promise<void> {
  return call('POST', `/api/uploads/${uploadId}`, { withoutMissing });
}

export function abandonUpload(uploadId: string): Promise<void> {
  return call('DELETE', `/api/uploads/${uploadId}`);
}
