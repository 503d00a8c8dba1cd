'use client';
// One scan to decide on: images on the left, what was changed on the right, one key for each decision, next at once.
import { useRouter } from 'next/navigation';
import { useCallback, useState, useTransition } from 'react';
import { emptyFormState, type ServerAction } from '@/app/formState';
import type { ReviewItem } from '@/server/reviews';
import { DecisionBar } from './DecisionBar';
import { Findings } from './Findings';
import { RejectDialog } from './RejectDialog';
import { useKeys } from './useKeys';
import { useLooking, ViewBar } from './ViewBar';
import { VolumePair } from './VolumePair';

interface ReviewScreenProps {
  slug: string;
  item: ReviewItem;
  decide: ServerAction;
  undo: ServerAction;
}

type Ask = (action: ServerAction, values: Record<string, string>, done: () => void) => void;

/** Runs a server action from a key press; a second press while the first is under way does nothing. */
function useAsk(): { ask: Ask; working: boolean; problem: string | null } {
  const [working, start] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);
  const ask = useCallback<Ask>(
    (action, values, done) => {
      if (working) return;
      start(async () => {
        const form = new FormData();
        for (const [name, value] of Object.entries(values)) form.set(name, value);
        const state = await action(emptyFormState, form);
        setProblem(state.status === 'error' ? (state.message ?? Object.values(state.errors)[0] ?? null) : null);
        if (state.status !== 'error') done();
      });
    },
    [working],
  );
  return { ask, working, problem };
}

/** The decisions of this screen; each goes on to the next scan once it is saved. */
function useDecisions({ item, decide, undo }: ReviewScreenProps, queue: string, next: string) {
  const router = useRouter();
  const { ask, working, problem } = useAsk();
  const about = { seriesId: item.series.id, stageRunId: item.stageRunId };
  const goOn = () => router.push(next);
  return {
    working,
    problem,
    accept: () => {
      if (item.mayDecide) ask(decide, { ...about, decision: 'accept', reason: '' }, goOn);
    },
    reject: (reason: string) => ask(decide, { ...about, decision: 'reject', reason }, goOn),
    takeBack: () => {
      const last = item.myLastReview;
      if (last) ask(undo, { reviewId: last.id }, () => router.push(`${queue}/${last.seriesId}`));
    },
  };
}

export function ReviewScreen({ slug, item, decide, undo }: ReviewScreenProps) {
  const router = useRouter();
  const looking = useLooking(item.volumes.length);
  const { view, showMask } = looking;
  const [rejecting, setRejecting] = useState(false);
  const queue = `/projects/${slug}/review`;
  const next = item.nextSeriesId ? `${queue}/${item.nextSeriesId}` : queue;
  const urls = item.volumes[looking.volume] ?? item.volumes[0];
  const { accept, reject, takeBack, working, problem } = useDecisions({ slug, item, decide, undo }, queue, next);
  const startRejecting = () => item.mayDecide && setRejecting(true);

  useKeys(true, 'page', {
    a: accept,
    r: startRejecting,
    n: () => router.push(next),
    u: takeBack,
    escape: () => router.push(queue),
    ...looking.keys,
  });

  return (
    <div className="reading-room fixed inset-0 z-40 flex flex-col bg-black text-ink">
      <DecisionBar
        slug={slug}
        item={item}
        working={working}
        problem={problem}
        onAccept={accept}
        onReject={startRejecting}
        onUndo={takeBack}
        next={next}
      />
      <div className="flex min-h-0 flex-1">
        <section aria-label="Images" className="relative flex min-w-0 flex-1 flex-col">
          {urls ? <VolumePair urls={urls} view={view} showMask={showMask} /> : <NoImages />}
          <ViewBar looking={looking} volumes={item.volumes.length} hasMask={Boolean(urls?.mask)} />
        </section>
        <Findings item={item} />
      </div>
      <RejectDialog open={rejecting} working={working} onClose={() => setRejecting(false)} onReject={reject} />
    </div>
  );
}

function NoImages() {
  return (
    <p className="m-auto max-w-sm text-center text-sm text-muted">
      There is no image to show for this series. Reject it, or ask the project lead to process it again.
    </p>
  );
}
