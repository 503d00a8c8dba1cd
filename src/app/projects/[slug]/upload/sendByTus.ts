// One attempt at one file over tus (https://tus.io/protocols/resumable-upload): continues where an earlier attempt stopped.
import { DetailedError, Upload } from 'tus-js-client';
import type { Attempt, Outcome, QueuedFile } from './sendQueue';
import { refusalWords } from './uploadApi';

export interface SendableFile extends QueuedFile {
  readonly uploadId: string;
  readonly file: File;
}

/** Small files travel with the request that announces them; for them starting over is cheaper than asking how far it got. */
const ONE_REQUEST_BYTES = 4_000_000;
const BUSY = new Set([0, 408, 423, 425, 429, 502, 503, 504]);
/** Soon over: a lock that the connection before this one still holds, or a hiccup of the server. */
const BRIEF = new Set([423, 500]);

export function sendByTus(sendable: SendableFile, { signal, fresh, onSent }: Attempt): Promise<Outcome> {
  return new Promise((resolve) => {
    const small = sendable.size <= ONE_REQUEST_BYTES;
    const upload = new Upload(sendable.file, {
      endpoint: '/api/tus',
      // The server names a file's upload by its fileId, so going on after a reload needs nothing kept in the browser.
      ...(small || fresh ? {} : { uploadUrl: `/api/tus/${sendable.fileId}` }),
      metadata: { uploadId: sendable.uploadId, fileId: sendable.fileId },
      storeFingerprintForResuming: false,
      uploadDataDuringCreation: small,
      // Only what concerns this file alone; a lost connection is the queue's business, which knows about the others.
      retryDelays: [500, 1500, 4000],
      onShouldRetry: (error) => BRIEF.has((error as DetailedError).originalResponse?.getStatus() ?? 0),
      onProgress: (sent) => onSent(sent),
      onSuccess: () => resolve({ kind: 'here' }),
      onError: (error) => classify(error, sendable.file).then(resolve),
    });
    signal.addEventListener('abort', () => void upload.abort().finally(() => resolve({ kind: 'stopped' })), {
      once: true,
    });
    if (signal.aborted) resolve({ kind: 'stopped' });
    else upload.start();
  });
}

async function classify(error: Error | DetailedError, file: File): Promise<Outcome> {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response) return (await isReadable(file)) ? { kind: 'unreachable' } : changedOnDisk;
  const status = response.getStatus();
  const message = refusalWords(status, response.getBody());
  if (status === 409) return { kind: 'here' };
  if (status === 422) return (await isReadable(file)) ? { kind: 'mismatch' } : changedOnDisk;
  if (status === 401 || status === 507) return { kind: 'blocked', message };
  if (BUSY.has(status)) return { kind: 'unreachable' };
  return { kind: 'failed', message };
}

const changedOnDisk: Outcome = {
  kind: 'failed',
  message: 'It was changed or moved on your disk meanwhile. Choose the folder again to send it as it is now.',
};

/** A file that changed since it was chosen fails like a dropped connection; only reading it tells the two apart. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
