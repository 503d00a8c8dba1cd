// Files that operating systems leave in every folder: passed over without a word of alarm.

const NAMES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.localized', '.bidsignore']);

/** Whether `path` (with `/`) is a leftover of an operating system, judged by its name only because its content is of no use. */
export function isSystemFile(path: string): boolean {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  return NAMES.has(name.toLowerCase()) || name.startsWith('._') || parts.includes('__MACOSX');
}
