// A folder of the disk as an emscripten file system: the build links only the one in memory, which takes 2 to 4 times the RAM.
import fs from 'node:fs';
import path from 'node:path';

interface Node {
  name: string;
  parent: Node;
  mode: number;
  mount: { opts: { root: string } };
  node_ops: object;
  stream_ops: object;
}
interface Stream {
  node: Node;
  flags: number;
  position: number;
  nfd?: number;
}
export interface EmscriptenFs {
  mkdir(folder: string): void;
  mount(type: object, options: { root: string }, at: string): void;
  createNode(parent: Node | null, name: string, mode: number): Node;
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  ErrnoError: new (errno: number) => Error;
}

const ERRNO: Readonly<Record<string, number>> = {
  ENOENT: 44,
  EACCES: 2,
  EEXIST: 20,
  ENOTDIR: 54,
  EISDIR: 31,
  ENOSPC: 51,
};
const EPERM = 2;
const EINVAL = 28;
const EIO = 29;
const FOLDER_MODE = 0o40777;

function onDisk(node: Node): string {
  const names: string[] = [];
  let at = node;
  for (; at.parent !== at; at = at.parent) names.unshift(at.name);
  return path.join(at.mount.opts.root, ...names);
}

/** The file system type to hand to FS.mount, with `{ root }` naming the folder. */
export function diskFs(FS: EmscriptenFs): { mount: (mount: unknown) => Node } {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === undefined) throw error;
      throw new FS.ErrnoError(ERRNO[code] ?? EIO);
    }
  };
  const make = (parent: Node | null, name: string, mode: number): Node => {
    const node = FS.createNode(parent, name, mode);
    node.node_ops = nodeOps(FS, guard, make);
    node.stream_ops = streamOps(FS, guard);
    return node;
  };
  return { mount: () => make(null, '/', FOLDER_MODE) };
}

type Guard = <T>(work: () => T) => T;

function nodeOps(FS: EmscriptenFs, guard: Guard, make: (parent: Node, name: string, mode: number) => Node): object {
  return {
    getattr: (node: Node) => guard(() => attributes(fs.statSync(onDisk(node)))),
    setattr: (node: Node, to: { size?: number }) =>
      guard(() => (to.size === undefined ? undefined : fs.truncateSync(onDisk(node), to.size))),
    lookup: (parent: Node, name: string) =>
      guard(() => make(parent, name, fs.statSync(path.join(onDisk(parent), name)).mode)),
    mknod: (parent: Node, name: string, mode: number) =>
      guard(() => {
        const node = make(parent, name, mode);
        if (FS.isDir(mode)) fs.mkdirSync(onDisk(node));
        else fs.writeFileSync(onDisk(node), '');
        return node;
      }),
    rename: (node: Node, folder: Node, name: string) =>
      guard(() => {
        fs.renameSync(onDisk(node), path.join(onDisk(folder), name));
        node.name = name;
      }),
    unlink: (parent: Node, name: string) => guard(() => fs.unlinkSync(path.join(onDisk(parent), name))),
    rmdir: (parent: Node, name: string) => guard(() => fs.rmdirSync(path.join(onDisk(parent), name))),
    readdir: (node: Node) => guard(() => ['.', '..', ...fs.readdirSync(onDisk(node))]),
    symlink: () => {
      throw new FS.ErrnoError(EPERM);
    },
    readlink: () => {
      throw new FS.ErrnoError(EINVAL);
    },
  };
}

function attributes(s: fs.Stats): object {
  const { dev, ino, mode, size, atime, mtime, ctime } = s;
  return {
    dev,
    ino,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size,
    atime,
    mtime,
    ctime,
    blksize: 4096,
    blocks: Math.ceil(size / 4096),
  };
}

function streamOps(FS: EmscriptenFs, guard: Guard): object {
  return {
    open: (stream: Stream) =>
      guard(() => {
        if (FS.isFile(stream.node.mode))
          stream.nfd = fs.openSync(onDisk(stream.node), (stream.flags & 3) === 0 ? 'r' : 'r+');
      }),
    close: (stream: Stream) => guard(() => (stream.nfd === undefined ? undefined : fs.closeSync(stream.nfd))),
    read: (stream: Stream, into: Uint8Array, offset: number, length: number, position: number) =>
      length === 0 ? 0 : guard(() => fs.readSync(stream.nfd!, into, offset, length, position)),
    write: (stream: Stream, from: Uint8Array, offset: number, length: number, position: number) =>
      length === 0 ? 0 : guard(() => fs.writeSync(stream.nfd!, from, offset, length, position)),
    llseek: (stream: Stream, offset: number, whence: number) => {
      let position = offset;
      if (whence === 1) position += stream.position;
      else if (whence === 2) position += fs.fstatSync(stream.nfd!).size;
      if (position < 0) throw new FS.ErrnoError(EINVAL);
      return position;
    },
  };
}
