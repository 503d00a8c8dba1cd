// JSON files that describe an uploaded volume: what they say of the acquisition stays, by the same list as for converted series.
import { readFile, stat } from 'node:fs/promises';
import { cleanSidecar } from '../domain/nifti/sidecar';

const MOST_BYTES = 2 ** 20;

/** Whether a file is a JSON object of a sidecar's size. */
export async function isSidecar(path: string): Promise<boolean> {
  if ((await stat(path)).size > MOST_BYTES) return false;
  const json = await parsed(path);
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The sidecar at `path` cut to its allow-list; empty when there is none. */
export async function cleanSidecarFile(path: string | undefined): Promise<Record<string, unknown>> {
  return path === undefined ? {} : cleanSidecar(await parsed(path));
}

async function parsed(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
