// What a person dropped or chose, as a flat list of files: from a drop, a file input, or a remembered folder.

export interface FoundFile {
  /** From the chosen folder down, with '/': `scans/ct/1.dcm`. */
  readonly path: string;
  readonly size: number;
  readonly file: File;
}

// Chromium's part of the File System Access API, which TypeScript's DOM does not know.
declare global {
  interface DataTransferItem {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  }
  interface FileSystemHandle {
    requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  }
}

/** Called now and then with the number of files found so far. */
type OnCount = (files: number) => void;

/** Files of an <input type="file">, with or without `webkitdirectory`. */
export function fromInput(list: FileList): FoundFile[] {
  return Array.from(list, (file) => found(file.webkitRelativePath || file.name, file));
}

/** The handles and entries of a drop. They must be taken at once: after the event the browser forgets them. */
export function takeDrop(transfer: DataTransfer): {
  entries: FileSystemEntry[];
  folders: Promise<FileSystemDirectoryHandle[]>;
} {
  const items = Array.from(transfer.items).filter((item) => item.kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const handles = items.map((item) => item.getAsFileSystemHandle?.().catch(() => null) ?? null);
  return {
    entries,
    folders: Promise.all(handles).then((all) => all.filter((handle) => handle !== null).filter(isFolder)),
  };
}

function isFolder(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle.kind === 'directory';
}

/** Every file below the dropped entries, at any depth. */
export async function fromEntries(entries: readonly FileSystemEntry[], onCount: OnCount): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  const open = [...entries];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    if (entry.isDirectory) {
      open.push(...(await readFolder(entry as FileSystemDirectoryEntry)));
      onCount(files.length);
    } else {
      const one = entry as FileSystemFileEntry;
      const file = await new Promise<File>((resolve, reject) => one.file(resolve, reject));
      files.push(found(entry.fullPath.replace(/^\//, ''), file));
    }
  }
  return files;
}

/** All entries of a folder: browsers hand them out a hundred at a time. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Every file below a folder that the browser remembers for us. */
export async function fromHandle(folder: FileSystemDirectoryHandle, onCount: OnCount): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  const walk = async (at: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const child of at.values()) {
      const childPath = `${path}/${child.name}`;
      if (isFolder(child)) await walk(child, childPath);
      else files.push(found(childPath, await (child as FileSystemFileHandle).getFile()));
    }
    onCount(files.length);
  };
  await walk(folder, folder.name);
  return files;
}

function found(path: string, file: File): FoundFile {
  return { path, size: file.size, file };
}
