// Takes an uploaded ZIP apart: every file in it becomes an uploaded file of its own, stored by its content.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { unpackZip } from '@/engines/zip';
import { localPath, parseRawKey, putFile, rawKey } from '@/server/storage';
import { outputPath, type Work } from '../work';
import type { StoredFile } from './ingested';

/** @throws DomainError when the archive is refused as a whole, or the disk is full */
export async function unpackArchive(work: Work, archive: StoredFile): Promise<StoredFile[]> {
  const from = await localPath(parseRawKey(archive.rawKey));
  const unpacked = await unpackZip(from, await outputPath(work, `zip-${archive.id}`));
  const taken = new Set<string>();
  const files: StoredFile[] = [];
  for (const { name, path, size } of unpacked) {
    work.signal.throwIfAborted();
    const sha256 = await sha256Of(path);
    const key = rawKey(work.ticket.projectId, sha256);
    await putFile(key, path);
    files.push({
      id: randomUUID(),
      parentId: archive.id,
      path: freeName(`${archive.path}/${name}`, taken),
      size,
      sha256,
      rawKey: key,
    });
  }
  return files;
}

/** An archive may hold two files of one name; our rows may not. */
function freeName(path: string, taken: Set<string>): string {
  let name = path;
  for (let n = 2; taken.has(name); n++) name = `${path} (${n})`;
  taken.add(name);
  return name;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
