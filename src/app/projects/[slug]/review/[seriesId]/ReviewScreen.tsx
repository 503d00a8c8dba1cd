'use client';
// One scan to decide on: images on the left, what was changed on the right, one key for each decision, next at once.
import { useRouter } from 'next/navigation';
import { useCallback, useState, useTransition } from 'react';
import { emptyFormState, type ServerAction } from '@/app/formState';
import type { ReviewItem } from '@/server/reviews';
import { RefreshWhile } from '../../releases/RefreshWhile';
import { DecisionBar } from './DecisionBar';
import { Findings } from './Findings';
import { MendBar } from './mend/MendBar';
import { MendTools } from './mend/MendTools';
import type { Mending } from './mend/mending';
import type { Pair } from './mend/mendViewers';
import { useMending } from './mend/useMending';
import { RejectDialog } from './RejectDialog';
import { useKeys } from './useKeys';
import { type Looking, useLooking, ViewBar } from './ViewBar';
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
      if (item.mayDecide && item.mayAccept) ask(decide, { ...about, decision: 'accept', reason: '' }, goOn);
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
  const [rejecting, setRejecting] = useState(false);
  const [pair, setPair] = useState<Pair | null>(null);
  // One mask serves all volumes of a series: it is drawn on the first.
  const mending = useMending(item, looking.volume === 0 ? pair : null);
  const { now } = mending;
  const queue = `/projects/${slug}/review`;
  const next = item.nextSeriesId ? `${queue}/${item.nextSeriesId}` : queue;
  const { accept, reject, takeBack, working, problem } = useDecisions({ slug, item, decide, undo }, queue, next);
  const startRejecting = () => item.mayDecide && setRejecting(true);

  const deciding = {
    a: accept,
    r: startRejecting,
    n: () => router.push(next),
    u: takeBack,
    escape: () => router.push(queue),
  };
  // While a mask is drawn no key may decide on the old one or lead away.
  useKeys(
    true,
    'page',
    now ? { ...looking.views, ...mending.keys } : { ...deciding, ...looking.keys, ...mending.keys },
  );

  return (
    <div className="reading-room fixed inset-0 z-40 flex flex-col bg-black text-ink">
      {now ? (
        <MendBar item={item} mending={mending} now={now} />
      ) : (
        <DecisionBar
          slug={slug}
          item={item}
          working={working}
          problem={problem ?? mending.problem}
          mending={mending}
          onAccept={accept}
          onReject={startRejecting}
          onUndo={takeBack}
          next={next}
        />
      )}
      <Warning item={item} />
      <div className="flex min-h-0 flex-1">
        <Images item={item} looking={looking} now={now} onReady={setPair} />
        <Findings item={item} />
      </div>
      <RejectDialog open={rejecting} working={working} onClose={() => setRejecting(false)} onReject={reject} />
    </div>
  );
}

interface ImagesProps {
  item: ReviewItem;
  looking: Looking;
  now: Mending | null;
  onReady: (pair: Pair | null) => void;
}

function Images({ item, looking, now, onReady }: ImagesProps) {
  const urls = item.volumes[looking.volume] ?? item.volumes[0];
  return (
    <section aria-label="Images" className="relative flex min-w-0 flex-1 flex-col">
      {urls?.isPicture ? (
        <PictureView url={urls.before} />
      ) : urls ? (
        <VolumePair urls={urls} looking={looking} mending={now !== null} onReady={onReady} />
      ) : (
        <NoImages working={item.series.state === 'converted'} />
      )}
      {now && <MendTools now={now} />}
      {!urls?.isPicture && (
        <ViewBar looking={looking} volumes={now ? 1 : item.volumes.length} hasMask={!now && Boolean(urls?.mask)} />
      )}
    </section>
  );
}

/** A picture as it would be released; how it was before stands on the screen where its text was looked for. */
function PictureView({ url }: { url: string }) {
  return (
    <div className="min-h-0 flex-1 p-4">
      {/* biome-ignore lint/performance/noImgElement: private pixels, never to pass through an image optimiser */}
      <img src={url} alt="As it would be released" className="size-full object-contain" />
    </div>
  );
}

function NoImages({ working }: { working: boolean }) {
  if (working) {
    return (
      <p role="status" className="m-auto max-w-sm text-center text-sm text-muted">
        It is being defaced and measured. The result appears here by itself; you may go on with the next scan.
        <RefreshWhile on />
      </p>
    );
  }
  return (
    <p className="m-auto max-w-sm text-center text-sm text-muted">
      There is no image to show for this series. Reject it, or ask the project lead to process it again.
    </p>
  );
}

/** What the reader must know of a mask that a person drew. */
function Warning({ item: { mended, mayAccept, mayDecide } }: { item: ReviewItem }) {
  if (mended === null) return null;
  const drawn = mended.mine ? 'You drew this mask.' : 'A person drew this mask.';
  const out = mended.warning === null ? '' : ` ${mended.warning} Accept it only if no face is left.`;
  const others = mayDecide && !mayAccept ? ' Two others must accept it; you may still reject it.' : '';
  const kept = mended.keptForBrain === 0 ? '' : ' Where it lay on the brain or its margin, the image stayed as it was.';
  return (
    <p role="status" className={`px-4 py-2 text-sm ${out ? 'bg-warn-soft text-warn' : 'bg-sunken text-muted'}`}>
      {`${drawn}${kept}${out}${others}`}
    </p>
  );
}
