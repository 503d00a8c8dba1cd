'use client';
// The line on top while a mask is drawn: what is being done, take back, apply, leave.
import { Check, Redo2, RotateCcw, Undo2, X } from 'lucide-react';
import { Button } from '@/app/components/Button';
import { Dialog } from '@/app/components/Dialog';
import { Kbd } from '@/app/components/Kbd';
import type { ReviewItem } from '@/server/reviews';
import type { Mending } from './mending';
import type { MendingScreen } from './useMending';

export function MendBar({ item, mending, now }: { item: ReviewItem; mending: MendingScreen; now: Mending }) {
  const { series } = item;
  const { drawing } = now;
  return (
    <header className="border-b border-line bg-surface">
      <div className="flex min-h-14 items-center gap-3 px-4">
        <h1 className="text-sm font-semibold whitespace-nowrap">
          Mending {series.subject} · session {series.session} · series {series.number}
        </h1>
        <span className="flex-1" />
        <Button kind="quiet" size="small" disabled={!drawing.canUndo} onClick={() => now.undo()}>
          <Undo2 size={16} aria-hidden="true" /> Undo <Kbd>Z</Kbd>
        </Button>
        <Button kind="quiet" size="small" disabled={!drawing.canRedo} onClick={() => now.redo()}>
          <Redo2 size={16} aria-hidden="true" /> Redo <Kbd>Y</Kbd>
        </Button>
        <Button kind="quiet" size="small" onClick={() => now.reset()}>
          <RotateCcw size={16} aria-hidden="true" /> As computed <Kbd>X</Kbd>
        </Button>
        <Button onClick={mending.leave} disabled={mending.sending}>
          <X size={16} aria-hidden="true" /> Leave <Kbd>Esc</Kbd>
        </Button>
        <Button kind="primary" onClick={mending.apply} disabled={mending.sending}>
          <Check size={16} aria-hidden="true" /> {mending.sending ? 'Sending…' : 'Apply'} <Kbd>A</Kbd>
        </Button>
      </div>
      {mending.problem && (
        <p role="alert" className="bg-bad-soft px-4 py-2 text-sm text-bad">
          {mending.problem}
        </p>
      )}
      <Dialog open={mending.asking} onClose={mending.stay} title="Leave what you have drawn?">
        <p>It was not applied. When you leave, it is gone and the mask stays as it was.</p>
        <div className="flex justify-end gap-2">
          <Button kind="quiet" onClick={mending.stay}>
            Go on drawing
          </Button>
          <Button kind="danger" onClick={mending.discard}>
            Leave it
          </Button>
        </div>
      </Dialog>
    </header>
  );
}
