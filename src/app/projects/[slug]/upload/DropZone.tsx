'use client';
// Where a folder is dropped, or chosen with the keyboard.
import { FolderUp } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Button } from '../../../components/Button';

interface DropZoneProps {
  onDrop: (transfer: DataTransfer) => void;
  onChoose: (files: FileList) => void;
}

export function DropZone({ onDrop, onChoose }: DropZoneProps) {
  return (
    <DropTarget onDrop={onDrop}>
      <div className="flex min-h-72 flex-col items-center justify-center gap-4 px-6 py-10 text-center">
        <FolderUp size={40} strokeWidth={1.5} aria-hidden="true" className="text-accent" />
        <div>
          <p className="text-lg font-semibold">Drop a folder of scans here</p>
          <p className="mx-auto mt-1 max-w-lg text-sm text-muted">
            DICOM with or without file endings, ZIP archives, NIfTI, and JPEG, PNG or TIFF pictures. Thousands of files
            are fine. You will see what was found before anything is sent.
          </p>
        </div>
        <div className="flex flex-wrap justify-center gap-2">
          <FilePicker kind="primary" folder onChoose={onChoose}>
            Choose a folder
          </FilePicker>
          <FilePicker onChoose={onChoose}>Choose files</FilePicker>
        </div>
      </div>
    </DropTarget>
  );
}

/** Lights up while something is dragged over it. */
export function DropTarget(props: { onDrop: (transfer: DataTransfer) => void; quiet?: boolean; children: ReactNode }) {
  const { onDrop, quiet = false, children } = props;
  const look = quiet ? 'border-transparent' : 'border-dashed border-edge/50 bg-surface';
  const [over, setOver] = useState(false);
  const hold = (event: DragEvent, now: boolean) => {
    event.preventDefault();
    setOver(now);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the pointer; the buttons inside do the same by keyboard
    <div
      onDragOver={(event) => hold(event, true)}
      onDragLeave={(event) => hold(event, event.currentTarget.contains(event.relatedTarget as Node | null))}
      onDrop={(event) => {
        hold(event, false);
        onDrop(event.dataTransfer);
      }}
      className={`rounded-xl border-2 transition-colors ${over ? 'border-dashed border-accent bg-accent-soft' : look}`}
    >
      {children}
    </div>
  );
}

interface FilePickerProps {
  kind?: 'primary' | 'plain';
  folder?: boolean;
  onChoose: (files: FileList) => void;
  children: ReactNode;
}

/** A button that opens the browser's own picker. */
export function FilePicker({ kind = 'plain', folder = false, onChoose, children }: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind={kind} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-picker={folder ? 'folder' : 'files'}
        {...(folder ? { webkitdirectory: '' } : {})}
        onChange={(event) => {
          const list = event.target.files;
          if (list && list.length > 0) onChoose(list);
          event.target.value = '';
        }}
      />
    </>
  );
}
