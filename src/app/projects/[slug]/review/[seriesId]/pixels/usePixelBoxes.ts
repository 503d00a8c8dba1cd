'use client';
// The boxes of a series while a person changes them: every change is saved at once, one after the other, and can be taken back.
import { useRef, useState } from 'react';
import { emptyFormState, type ServerAction } from '@/app/formState';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';
import type { PixelReview } from '@/server/pixelReview';

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
export type PixelBoxes = ReturnType<typeof usePixelBoxes>;

/** Not randomUUID, which a browser has only over HTTPS. */
function newShare(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const LOST = 'The connection was lost and the last change may not be saved. Reload the page.';

export function usePixelBoxes({ seriesId, plan: start, seen: first }: PixelReview, actions: PixelActions) {
  const [history, setHistory] = useState<readonly Step[]>([{ plan: start, share: null }]);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [underWay, setUnderWay] = useState(0);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const seen = useRef(first);
  const failed = useRef(false);
  const answered = useRef(false);
  const now = history.at(-1)!;

  /** After what was asked before it; once something went wrong nothing more is sent, because the page may show what is not so. */
  const ask = (action: ServerAction, values: () => Record<string, string>, done: (message: string) => void) => {
    setUnderWay((count) => count + 1);
    queue.current = queue.current.then(async () => {
      if (!failed.current) {
        const form = new FormData();
        for (const [name, value] of Object.entries({ seriesId, ...values() })) form.set(name, value);
        const state = await action(emptyFormState, form).catch(() => ({ status: 'error', message: LOST, errors: {} }));
        if (state.status === 'error') {
          failed.current = true;
          setProblem(state.message ?? LOST);
        } else done(state.message ?? '');
      }
      setUnderWay((count) => count - 1);
    });
  };
  const keep = (plan: PixelPlan) => {
    ask(
      actions.save,
      () => ({ seen: seen.current, plan: JSON.stringify(plan) }),
      (mark) => {
        seen.current = mark;
      },
    );
  };
  /** The two answers, each after everything that was changed is saved; a second press is none. */
  const answer = (action: ServerAction, values: () => Record<string, string>, done: () => void) => {
    if (answered.current) return;
    answered.current = true;
    ask(action, values, done);
  };
  return {
    plan: now.plan,
    problem,
    said,
    saving: underWay > 0,
    mayUndo: history.length > 1,
    change(size: number, boxes: readonly FoundBox[]) {
      const plan = now.plan.map((one, i) => (i === size ? { ...one, boxes: [...boxes] } : one));
      setHistory([...history, { plan, share: null }]);
      setSaid(null);
      keep(plan);
    },
    share(size: number, box: FoundBox) {
      const share = newShare();
      setHistory([...history, { plan: now.plan, share }]);
      ask(actions.share, () => ({ size: String(size), box: JSON.stringify(box), share }), setSaid);
    },
    undo() {
      const before = history.at(-2);
      if (before === undefined) return;
      setHistory(history.slice(0, -1));
      setSaid(null);
      if (now.share === null) keep(before.plan);
      else ask(actions.unshare, () => ({ share: now.share! }), setSaid);
    },
    confirm: (done: () => void) => answer(actions.confirm, () => ({ seen: seen.current }), done),
    reject: (reason: string, done: () => void) => answer(actions.reject, () => ({ event: 'reject', reason }), done),
  };
}
