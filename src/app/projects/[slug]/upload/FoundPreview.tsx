'use client';
// What was found, as a tree, before anything is sent.
import { useMemo } from 'react';
import { Button } from '../../../components/Button';
import { formatBytes } from '../../../components/Bytes';
import { Card } from '../../../components/Card';
import { DropTarget } from './DropZone';
import { FolderRows } from './FolderRows';
import { folderTree } from './folderTree';
import type { FoundFile } from './foundFiles';

interface FoundPreviewProps {
  wanted: readonly FoundFile[];
  junk: readonly FoundFile[];
  onSend: () => void;
  onAgain: () => void;
  onDrop: (transfer: DataTransfer) => void;
}

export function FoundPreview({ wanted, junk, onSend, onAgain, onDrop }: FoundPreviewProps) {
  const tree = useMemo(() => folderTree(wanted), [wanted]);
  const many = tree.fileCount.toLocaleString('en');
  const files = tree.fileCount === 1 ? '1 file' : `${many} files`;
  return (
    <DropTarget onDrop={onDrop} quiet>
      <Card
        title={`Found ${files}, ${formatBytes(tree.bytes)}`}
        lead="Nothing has been sent yet. Drop another folder here to add it."
        actions={
          <>
            <Button onClick={onAgain}>Choose something else</Button>
            <Button kind="primary" onClick={onSend} autoFocus>
              Send {files}
            </Button>
          </>
        }
      >
        <div className="max-h-[26rem] overflow-y-auto rounded-md border border-line py-1 text-sm">
          <FolderRows folder={tree} depth={0} />
        </div>
        {junk.length > 0 && <p className="mt-3 text-sm text-muted">{leftOut(junk)}</p>}
      </Card>
    </DropTarget>
  );
}

function leftOut(junk: readonly FoundFile[]): string {
  const names = [...new Set(junk.map((file) => file.path.split('/').pop()))].slice(0, 3).join(', ');
  const count = junk.length === 1 ? '1 file' : `${junk.length.toLocaleString('en')} files`;
  return `Left out: ${count} that computers leave behind (${names}).`;
}
