'use client';
// The boxes of a series while a person changes them: every change is saved at once, and can be taken back.
import { useRef, useState, useTransition } from 'react';
import { emptyFormState, type ServerAction } from '@/app/formState';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';

export function usePixelBoxes(seriesId: string, start: PixelPlan, save: ServerAction) {
  const [history, setHistory] = useState<readonly PixelPlan[]>([start]);
  const [problem, setProblem] = useState<string | null>(null);
  const [saving, begin] = useTransition();
  const queue = useRef<Promise<void>>(Promise.resolve());
  const plan = history.at(-1)!;

  /** One after the other, so that the last change is the one that stays. */
  const keep = (next: PixelPlan) => {
    begin(async () => {
      queue.current = queue.current.then(async () => {
        const form = new FormData();
        form.set('seriesId', seriesId);
        form.set('plan', JSON.stringify(next));
        const state = await save(emptyFormState, form);
        setProblem(
          state.status === 'error' ? (state.message ?? 'The boxes could not be saved. Reload the page.') : null,
        );
      });
      await queue.current;
    });
  };
  return {
    plan,
    problem,
    saving,
    mayUndo: history.length > 1,
    change(size: number, boxes: readonly FoundBox[]) {
      const next = plan.map((one, i) => (i === size ? { ...one, boxes: [...boxes] } : one));
      setHistory([...history, next]);
      keep(next);
    },
    undo() {
      const before = history.at(-2);
      if (before === undefined) return;
      setHistory(history.slice(0, -1));
      keep(before);
    },
  };
}
