// Checks the folders a command works between before anything is read or written.
import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { DomainError } from '@/domain/errors';

/** Folder inside OUT in which work lies until it was looked at again; gone when the command ends. */
const UNFINISHED = '.unfinished';

/**
 * Makes OUT ready: new or empty, and neither inside IN nor around it.
 * @throws DomainError INVALID
 */
export async function prepareOut(input: string, out: string): Promise<{ out: string; unfinished: string }> {
  const from = await existing(input);
  const to = await wouldBe(out);
  const isFolder = (await stat(from)).isDirectory();
  if (isFolder && inside(to, from))
    throw invalid('OUT is inside IN. Choose a folder outside of it, so that originals and results stay apart.');
  if (inside(from, to))
    throw invalid('IN is inside OUT. Choose a folder outside of it, so that originals and results stay apart.');
  const unfinished = join(to, UNFINISHED);
  await mkdir(to, { recursive: true }).catch((error: unknown) => {
    throw cannotWrite(error);
  });
  if ((await readdir(to)).length > 0)
    throw invalid('OUT is not empty. Choose a new folder, so that old and new results are not mixed.');
  await mkdir(unfinished, { mode: 0o700 });
  return { out: to, unfinished };
}

/** Removes everything from OUT after a failure, so that nothing half-made stays. */
export async function clearOut(out: string): Promise<void> {
  for (const name of await readdir(out).catch(() => [])) await rm(join(out, name), { recursive: true, force: true });
}

/**
 * A file to write that must not end up among the results.
 * @throws DomainError INVALID when it is inside `out`
 */
export async function outsideOf(out: string, file: string, option: string): Promise<string> {
  const path = await wouldBe(file);
  if (inside(path, await wouldBe(out)))
    throw invalid(`${option} must not be inside OUT: it could be handed on with the results.`);
  return path;
}

/** The input's real path. */
export async function existing(input: string): Promise<string> {
  try {
    return await realpath(input);
  } catch {
    throw invalid('IN does not exist, or may not be read.');
  }
}

/** The real path that `path` has or would have once made. */
export async function wouldBe(path: string): Promise<string> {
  const full = resolve(path);
  const parent = dirname(full);
  try {
    return await realpath(full);
  } catch {
    return parent === full ? full : join(await wouldBe(parent), basename(full));
  }
}

function inside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !/^([A-Za-z]:|[\\/])/.test(way));
}

function cannotWrite(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === 'EACCES' || code === 'EROFS' || code === 'EEXIST' || code === 'ENOTDIR'
    ? invalid('OUT cannot be made there.')
    : error;
}

function invalid(message: string): DomainError {
  return new DomainError('INVALID', message);
}
