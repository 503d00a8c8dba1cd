// A file put into the version that is being built, and looked at where it lies.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@/domain/errors';
import { localPath, put, type ReleaseKey, releaseKey } from '@/server/storage';
import type { Work } from '../work';

export interface Written {
  readonly path: string;
  readonly key: ReleaseKey;
  readonly size: number;
  readonly sha256: string;
  readonly seriesId: string | null;
}

/** Copies a file to its place in the version. @throws DomainError UNSAFE when what lies there is not what was read */
export async function copyIntoRelease(work: Work, from: string, path: string, seriesId: string): Promise<Written> {
  const key = releasedKey(work, path);
  const stored = await put(key, createReadStream(from));
  // What counts is what lies in the release, so that is what is measured and looked at.
  if ((await sha256Of(await localPath(key))) !== stored.sha256)
    throw new DomainError('UNSAFE', 'A file changed while it was copied.');
  return { path, key, ...stored, seriesId };
}

/** Like outputs under work/, those of each attempt lie apart. */
export function releasedKey(work: Work, path: string): ReleaseKey {
  return releaseKey(work.ticket.unitId, `a${work.ticket.attempt}/${path}`);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
