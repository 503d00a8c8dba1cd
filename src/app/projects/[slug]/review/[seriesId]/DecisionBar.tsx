'use client';
// The line on top: which scan this is, how many wait, and the two decisions.
import { ArrowLeft, Brush, Check, SkipForward, Undo2, X } from 'lucide-react';
import { Button, ButtonLink } from '@/app/components/Button';
import { Kbd } from '@/app/components/Kbd';
import { StateBadge } from '@/app/components/StateBadge';
import type { ReviewItem } from '@/server/reviews';
import { HeldAnswers } from '../../status/HeldAnswers';
import type { MendingScreen } from './mend/useMending';

interface DecisionBarProps {
  slug: string;
  item: ReviewItem;
  working: boolean;
  problem: string | null;
  mending: MendingScreen;
  onAccept: () => void;
  onReject: () => void;
  onUndo: () => void;
  next: string;
}

export function DecisionBar({
  slug,
  item,
  working,
  problem,
  mending,
  onAccept,
  onReject,
  onUndo,
  next,
}: DecisionBarProps) {
  const { series } = item;
  return (
    <header className="border-b border-line bg-surface">
      <div className="flex min-h-14 items-center gap-3 px-4">
        <ButtonLink href={`/projects/${slug}/review`} kind="quiet" size="small">
          <ArrowLeft size={16} aria-hidden="true" /> Queue <Kbd>Esc</Kbd>
        </ButtonLink>
        <h1 className="text-sm font-semibold whitespace-nowrap">
          {series.subject} · session {series.session} · series {series.number} · {series.modality}
        </h1>
        <StateBadge of="series" state={series.state} />
        <span className="text-sm whitespace-nowrap text-muted">
          {item.waiting === 1 ? '1 waiting' : `${item.waiting} waiting`}
        </span>
        <span className="flex-1" />
        {item.myLastReview && (
          <Button kind="quiet" size="small" disabled={working} onClick={onUndo}>
            <Undo2 size={16} aria-hidden="true" /> Undo last <Kbd>U</Kbd>
          </Button>
        )}
        <ButtonLink href={next} kind="quiet" size="small">
          <SkipForward size={16} aria-hidden="true" /> Skip <Kbd>N</Kbd>
        </ButtonLink>
        {item.mayMend && <MendButton mending={mending} working={working} />}
        {item.mayDecide && (
          <>
            <Button onClick={onReject} disabled={working}>
              <X size={16} aria-hidden="true" /> Reject <Kbd>R</Kbd>
            </Button>
            <Button kind="primary" onClick={onAccept} disabled={working || !item.mayAccept}>
              <Check size={16} aria-hidden="true" /> Accept <Kbd>A</Kbd>
            </Button>
          </>
        )}
        <HeldAnswers row={series} />
      </div>
      {problem && (
        <p role="alert" className="bg-bad-soft px-4 py-2 text-sm text-bad">
          {problem}
        </p>
      )}
    </header>
  );
}

function MendButton({ mending, working }: { mending: MendingScreen; working: boolean }) {
  return (
    <Button
      onClick={mending.start}
      disabled={working || !mending.ready}
      title="Draw the mask by hand, on the first volume"
    >
      <Brush size={16} aria-hidden="true" /> {mending.opening ? 'Opening…' : 'Mend'} <Kbd>D</Kbd>
    </Button>
  );
}
