// The tree of what was found, shown before anything is sent, and what is left out because no system needs it.

export interface Folder<F extends { path: string; size: number }> {
  readonly name: string;
  readonly path: string;
  /** Of this folder and all below it. */
  readonly fileCount: number;
  readonly bytes: number;
  readonly folders: readonly Folder<F>[];
  /** Directly in this folder. */
  readonly files: readonly F[];
}

const JUNK_NAMES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.directory', 'ehthumbs.db', '.localized']);
const JUNK_FOLDERS = new Set(['__macosx', '.spotlight-v100', '.trashes', '.fseventsd', '$recycle.bin', '@eadir']);

/** Whether a file is something an operating system left behind: never an image. */
export function isJunk(path: string): boolean {
  const parts = path.toLowerCase().split('/');
  const name = parts.pop() ?? '';
  return JUNK_NAMES.has(name) || name.startsWith('._') || parts.some((part) => JUNK_FOLDERS.has(part));
}

/** Splits what was found into what is worth sending and what is not. Files of one path become two: `a.dcm`, `a.dcm (2)`. */
export function sortOut<F extends { path: string }>(files: readonly F[]): { wanted: F[]; junk: F[] } {
  const wanted: F[] = [];
  const junk: F[] = [];
  const taken = new Set<string>();
  for (const file of files) {
    if (isJunk(file.path)) {
      junk.push(file);
      continue;
    }
    let path = file.path;
    for (let copy = 2; taken.has(path); copy += 1) path = `${file.path} (${copy})`;
    taken.add(path);
    wanted.push(path === file.path ? file : { ...file, path });
  }
  return { wanted, junk };
}

interface Growing<F> {
  folders: Map<string, Growing<F>>;
  files: F[];
}

/** The folders of a flat list, with counts and sizes, sorted by name (numbers by value). */
export function folderTree<F extends { path: string; size: number }>(files: readonly F[]): Folder<F> {
  const root: Growing<F> = { folders: new Map(), files: [] };
  for (const file of files) {
    let at = root;
    for (const part of file.path.split('/').slice(0, -1)) {
      let next = at.folders.get(part);
      if (!next) {
        next = { folders: new Map(), files: [] };
        at.folders.set(part, next);
      }
      at = next;
    }
    at.files.push(file);
  }
  return settle('', '', root);
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

function settle<F extends { path: string; size: number }>(name: string, path: string, grown: Growing<F>): Folder<F> {
  const folders = [...grown.folders]
    .sort(([a], [b]) => byName(a, b))
    .map(([child, below]) => settle(child, path ? `${path}/${child}` : child, below));
  const files = grown.files.toSorted((a, b) => byName(a.path, b.path));
  const sum = (pick: (folder: Folder<F>) => number) => folders.reduce((total, folder) => total + pick(folder), 0);
  return {
    name,
    path,
    folders,
    files,
    fileCount: files.length + sum((folder) => folder.fileCount),
    bytes: files.reduce((total, file) => total + file.size, 0) + sum((folder) => folder.bytes),
  };
}
