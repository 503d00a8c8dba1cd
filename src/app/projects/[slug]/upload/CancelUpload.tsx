'use client';
// Cancelling an upload, after asking.
import { useState } from 'react';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';

export function CancelUpload({ onCancel }: { onCancel: () => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button kind="quiet" onClick={() => setAsking(true)}>
        Cancel upload
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Cancel this upload?">
        <p>What has arrived of it is deleted on the server. The files on your disk stay as they are.</p>
        <div className="flex gap-2">
          <Button
            kind="danger"
            onClick={() => {
              setAsking(false);
              onCancel();
            }}
          >
            Cancel the upload
          </Button>
          <Button kind="quiet" onClick={() => setAsking(false)}>
            Keep it
          </Button>
        </div>
      </Dialog>
    </>
  );
}
