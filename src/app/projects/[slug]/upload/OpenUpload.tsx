'use client';
// An upload that was begun and not finished: how far it is, and how to go on.
import { useEffect, useState } from 'react';
import type { Upload } from '@/server/uploads';
import { Button } from '../../../components/Button';
import { Card } from '../../../components/Card';
import { Progress } from '../../../components/Progress';
import { Time } from '../../../components/Time';
import { CancelUpload } from './CancelUpload';
import { FilePicker } from './DropZone';
import { rememberedFolders } from './rememberedFolder';

interface OpenUploadProps {
  upload: Upload;
  /** null: read the folder that the browser remembers. */
  onGoOn: (files: FileList | null) => void;
  onCancel: () => void;
}

export function OpenUpload({ upload, onGoOn, onCancel }: OpenUploadProps) {
  const [remembered, setRemembered] = useState(false);
  useEffect(() => {
    void rememberedFolders(upload.uploadId).then((folders) => setRemembered(folders.length > 0));
  }, [upload.uploadId]);

  const all = Object.values(upload.counts).reduce((sum, count) => sum + count, 0);
  const here = all - upload.counts.expected;
  return (
    <Card
      title="An upload is not finished"
      lead={
        <>
          Begun <Time iso={upload.createdAt} />
        </>
      }
    >
      <p>
        {here.toLocaleString('en')} of {all.toLocaleString('en')} files are already here.{' '}
        {here === all
          ? 'Only the last step is missing.'
          : remembered
            ? 'Go on where it stopped; the browser may ask for leave to read the folder.'
            : 'Choose the same folder again to go on where it stopped.'}
      </p>
      <div className="my-3">
        <Progress
          value={upload.bytes === 0 ? 0 : upload.bytesStored / upload.bytes}
          label="Of this upload already here"
        />
      </div>
      <div className="flex flex-wrap gap-2">
        {(remembered || here === all) && (
          <Button kind="primary" onClick={() => onGoOn(null)}>
            Go on
          </Button>
        )}
        {here < all && (
          <FilePicker kind={remembered ? 'plain' : 'primary'} folder onChoose={onGoOn}>
            Choose the folder
          </FilePicker>
        )}
        {here < all && <FilePicker onChoose={onGoOn}>Choose files</FilePicker>}
        <CancelUpload onCancel={onCancel} />
      </div>
    </Card>
  );
}
