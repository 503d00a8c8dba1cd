// Puts files that are in memory through the same door as a browser's upload: opened, stored with their SHA-256, completed.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '@/domain/policy';
import { fileStored, tusFolder } from '@/server/uploadFiles';
import { completeUpload, openUpload } from '@/server/uploadOpening';

export interface MemoryFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Uploads `files` as one dropped folder and completes it; the ingest is then queued. */
export async function uploadFolder(actor: Actor, projectId: string, files: readonly MemoryFile[]): Promise<string> {
  const list = files.map(({ path, bytes }) => ({ path, size: bytes.byteLength, sha256: sha256(bytes) }));
  const opened = await openUpload(actor, projectId, list);
  const byPath = new Map(files.map((file) => [file.path, file]));
  await mkdir(tusFolder(), { recursive: true, mode: 0o700 });
  for (const row of opened.files) {
    if (row.state !== 'expected') continue;
    const received = join(tusFolder(), `folder-${randomUUID()}`);
    await writeFile(received, byPath.get(row.path)!.bytes, { mode: 0o600 });
    await fileStored(opened.uploadId, row.fileId, received);
  }
  await completeUpload(actor, opened.uploadId);
  return opened.uploadId;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
