'use client';
// Server actions one after the other: a page that saves every change must not let a later one overtake an earlier one.
import { useRef, useState } from 'react';
import { emptyFormState, type FormState, type ServerAction } from '@/app/formState';

type Values = Readonly<Record<string, string>>;
/** `values` is asked when its turn comes; `done` gets the action's message. */
export type AskInTurn = (action: ServerAction, values: () => Values, done: (message: string) => void) => void;

const LOST = 'The connection was lost and the last change may not be saved. Reload the page.';

export function useAskInTurn(): { ask: AskInTurn; busy: boolean; problem: string | null } {
  const [problem, setProblem] = useState<string | null>(null);
  const [underWay, setUnderWay] = useState(0);
  const queue = useRef<Promise<void>>(Promise.resolve());
  // Once something went wrong nothing more is sent, because the page may show what is not so.
  const failed = useRef(false);
  const run = async (action: ServerAction, values: Values, done: (message: string) => void) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(values)) form.set(name, value);
    const lost: FormState = { status: 'error', message: LOST, errors: {} };
    const state = await action(emptyFormState, form).catch(() => lost);
    failed.current = state.status === 'error';
    if (failed.current) setProblem(state.message ?? Object.values(state.errors)[0] ?? LOST);
    else done(state.message ?? '');
  };
  const ask: AskInTurn = (action, values, done) => {
    setUnderWay((count) => count + 1);
    queue.current = queue.current.then(async () => {
      if (!failed.current) await run(action, values(), done);
      setUnderWay((count) => count - 1);
    });
  };
  return { ask, busy: underWay > 0, problem };
}
