// Which files of an upload are still to be sent, when the server's list meets what was found on the disk. Pure.

interface Listed {
  readonly fileId: string;
  readonly path: string;
  readonly size: number;
  readonly state: string;
}
interface OnDisk {
  readonly path: string;
  readonly size: number;
}

export interface Match<F extends OnDisk> {
  readonly toSend: readonly { readonly fileId: string; readonly found: F }[];
  /** Arrived before (or set aside by the server at once, as empty files are). */
  readonly already: { readonly files: number; readonly bytes: number };
  /** Expected by the server, but not on the disk under that path and of that size. */
  readonly missing: number;
  /** Files of the list that are on the disk at all, sent or not: none means that this is another folder. */
  readonly known: number;
}

export function matchFiles<F extends OnDisk>(listed: readonly Listed[], onDisk: readonly F[]): Match<F> {
  const byPath = new Map(onDisk.map((file) => [file.path, file]));
  const open = listed.filter((file) => file.state === 'expected');
  const there = listed.filter((file) => file.state !== 'expected');
  const toSend = open.flatMap(({ fileId, path, size }) => {
    const found = byPath.get(path);
    return found && found.size === size ? [{ fileId, found }] : [];
  });
  return {
    toSend,
    already: { files: there.length, bytes: there.reduce((sum, file) => sum + file.size, 0) },
    missing: open.length - toSend.length,
    known: listed.filter((file) => byPath.get(file.path)?.size === file.size).length,
  };
}
