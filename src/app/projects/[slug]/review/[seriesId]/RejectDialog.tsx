'use client';
// Why a scan is rejected: common reasons by number, or own words.
import { useState } from 'react';
import { Button } from '@/app/components/Button';
import { Dialog } from '@/app/components/Dialog';
import { Kbd } from '@/app/components/Kbd';
import { useKeys } from './useKeys';

const REASONS = [
  'Face still recognisable',
  'Brain or other anatomy was cut',
  'Text burned into the image',
  'Image quality too poor',
  'Not the right scan',
] as const;

interface RejectDialogProps {
  open: boolean;
  working: boolean;
  onClose: () => void;
  onReject: (reason: string) => void;
  reasons?: readonly string[];
  /** Whether it can be taken back. */
  forGood?: boolean;
}

export function RejectDialog({ open, working, onClose, onReject, reasons = REASONS, forGood }: RejectDialogProps) {
  const [other, setOther] = useState('');
  useKeys(
    open,
    'dialog',
    Object.fromEntries(reasons.map((reason, index) => [String(index + 1), () => onReject(reason)])),
  );
  return (
    <Dialog open={open} onClose={onClose} title="Why is this rejected?">
      <p className="text-sm text-muted">
        It will not be released.{' '}
        {forGood ? 'It can only be processed again from the start.' : 'You can take this back with U.'}
      </p>
      <ul className="space-y-1">
        {reasons.map((reason, index) => (
          <li key={reason} className="flex items-center gap-2">
            <Kbd>{index + 1}</Kbd>
            <Button kind="quiet" disabled={working} onClick={() => onReject(reason)}>
              {reason}
            </Button>
          </li>
        ))}
      </ul>
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (other.trim() !== '') onReject(other.trim());
        }}
      >
        <input
          value={other}
          onChange={(event) => setOther(event.target.value)}
          maxLength={200}
          aria-label="Another reason (no names or dates)"
          placeholder="Another reason (no names or dates)"
          className="min-h-9 flex-1 rounded-md border border-edge bg-surface px-3 text-sm"
        />
        <Button type="submit" kind="danger" disabled={working || other.trim() === ''}>
          Reject
        </Button>
      </form>
    </Dialog>
  );
}
