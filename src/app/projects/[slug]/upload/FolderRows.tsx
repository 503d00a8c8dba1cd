'use client';
// The rows of one folder; what is below it is drawn only once it is opened, so that thousands of files cost nothing.
import { ChevronRight, File, Folder as FolderIcon } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../../components/Bytes';
import type { Folder } from './folderTree';
import type { FoundFile } from './foundFiles';

const MOST_ROWS = 100;

export function FolderRows({ folder, depth }: { folder: Folder<FoundFile>; depth: number }) {
  const folders = folder.folders.slice(0, MOST_ROWS);
  const files = folder.files.slice(0, MOST_ROWS);
  const more = folder.folders.length + folder.files.length - folders.length - files.length;
  return (
    <ul>
      {folders.map((child) => (
        <FolderRow key={child.path} folder={child} depth={depth} open={depth === 0 && folder.folders.length === 1} />
      ))}
      {files.map((file) => (
        <li key={file.path} className="flex items-center gap-2 py-0.5 pr-4" style={{ paddingLeft: indent(depth) + 20 }}>
          <File size={15} aria-hidden="true" className="shrink-0 text-muted" />
          <span className="min-w-0 grow truncate">{file.path.split('/').pop()}</span>
          <span className="text-muted tabular-nums">{formatBytes(file.size)}</span>
        </li>
      ))}
      {more > 0 && (
        <li className="py-0.5 text-muted" style={{ paddingLeft: indent(depth) + 20 }}>
          and {more.toLocaleString('en')} more
        </li>
      )}
    </ul>
  );
}

function FolderRow({ folder, depth, open }: { folder: Folder<FoundFile>; depth: number; open: boolean }) {
  const [shown, setShown] = useState(open);
  return (
    <li>
      <details open={open} onToggle={(event) => event.currentTarget.open && setShown(true)}>
        <summary
          className="flex list-none items-center gap-2 py-0.5 pr-4 hover:bg-sunken"
          style={{ paddingLeft: indent(depth) }}
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className="shrink-0 text-muted transition-transform [[open]>summary>&]:rotate-90"
          />
          <FolderIcon size={15} aria-hidden="true" className="shrink-0 text-accent" />
          <span className="min-w-0 grow truncate">{folder.name}</span>
          <span className="text-muted tabular-nums">
            {folder.fileCount.toLocaleString('en')} {folder.fileCount === 1 ? 'file' : 'files'},{' '}
            {formatBytes(folder.bytes)}
          </span>
        </summary>
        {shown && <FolderRows folder={folder} depth={depth + 1} />}
      </details>
    </li>
  );
}

function indent(depth: number): number {
  return 12 + depth * 20;
}
