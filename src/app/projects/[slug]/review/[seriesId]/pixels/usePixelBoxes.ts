'use client';
// The boxes of a series while a person changes them: every change is saved at once and can be taken back.
import { useRef, useState } from 'react';
import type { ServerAction } from '@/app/formState';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';
import type { PixelReview } from '@/server/pixelReview';
import { useAskInTurn } from './useAskInTurn';

export interface PixelActions {
  /** Answers with the mark of what is kept now. */
  readonly save: ServerAction;
  /** Answers with what it did, in words. */
  readonly share: ServerAction;
  readonly unshare: ServerAction;
  readonly confirm: ServerAction;
  readonly reject: ServerAction;
}
interface Step {
  readonly plan: PixelPlan;
  /** The act by which the last change was given to other series as well. */
  readonly share: string | null;
}

/** Not randomUUID, which a browser has only over HTTPS. */
function newShare(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function usePixelBoxes({ seriesId, plan: start, seen: first }: PixelReview, actions: PixelActions) {
  const { ask, busy, problem } = useAskInTurn();
  const [history, setHistory] = useState<readonly Step[]>([{ plan: start, share: null }]);
  const [said, setSaid] = useState<string | null>(null);
  const seen = useRef(first);
  const answered = useRef(false);
  const now = history.at(-1)!;

  const keep = (plan: PixelPlan) => {
    setSaid(null);
    const values = () => ({ seriesId, seen: seen.current, plan: JSON.stringify(plan) });
    ask(actions.save, values, (mark) => {
      seen.current = mark;
    });
  };
  /** Each of the two answers comes after everything that was changed is saved; a second press is none. */
  const answer = (action: ServerAction, values: () => Record<string, string>, done: () => void) => {
    if (answered.current) return;
    answered.current = true;
    ask(action, () => ({ seriesId, ...values() }), done);
  };
  return {
    plan: now.plan,
    problem,
    said,
    saving: busy,
    mayUndo: history.length > 1,
    change(size: number, boxes: readonly FoundBox[]) {
      const plan = now.plan.map((one, i) => (i === size ? { ...one, boxes: [...boxes] } : one));
      setHistory([...history, { plan, share: null }]);
      keep(plan);
    },
    share(size: number, box: FoundBox) {
      const share = newShare();
      setHistory([...history, { plan: now.plan, share }]);
      ask(actions.share, () => ({ seriesId, size: String(size), box: JSON.stringify(box), share }), setSaid);
    },
    undo() {
      const [before, { share }] = [history.at(-2), now];
      if (before === undefined) return;
      setHistory(history.slice(0, -1));
      if (share === null) keep(before.plan);
      else ask(actions.unshare, () => ({ seriesId, share }), setSaid);
    },
    confirm: (done: () => void) => answer(actions.confirm, () => ({ seen: seen.current }), done),
    reject: (reason: string, done: () => void) => answer(actions.reject, () => ({ event: 'reject', reason }), done),
  };
}
