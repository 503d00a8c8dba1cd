'use client';
// Mending as the screen sees it: on or off, the tool, what can be done, and the keys for it.
import { useRouter } from 'next/navigation';
import { useEffect, useReducer, useRef, useState } from 'react';
import type { ReviewItem } from '@/server/reviews';
import { type Mending, openMending } from './mending';
import type { Pair } from './mendViewers';

export interface MendingScreen {
  /** Null while nothing is being mended. */
  readonly now: Mending | null;
  readonly opening: boolean;
  readonly sending: boolean;
  /** Leaving was asked for, but something was drawn that was not sent. */
  readonly asking: boolean;
  readonly problem: string | null;
  /** Whether mending can begin: the reader may, and the images are there. */
  readonly ready: boolean;
  start(): void;
  apply(): void;
  leave(): void;
  discard(): void;
  stay(): void;
  readonly keys: Readonly<Record<string, () => void>>;
}

export function useMending(item: ReviewItem, pair: Pair | null): MendingScreen {
  const router = useRouter();
  const [now, setNow] = useState<Mending | null>(null);
  const [step, setStep] = useState<'idle' | 'opening' | 'sending' | 'asking'>('idle');
  const [problem, setProblem] = useState<string | null>(null);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useCloseWith(now);
  useHoldTab(now?.drawing.changed === true);
  const ready = item.mayMend && pair !== null && step === 'idle';

  const end = (forget: boolean) => {
    now?.close(forget);
    setNow(null);
    setStep('idle');
  };
  const start = () => {
    if (!ready || now !== null) return;
    setStep('opening');
    setProblem(null);
    openMending(pair, { runId: item.stageRunId, planUrl: item.volumes[0]?.plan ?? null }, redraw)
      .then(setNow, () => setProblem('The mask could not be opened for drawing. Reload the page and try again.'))
      .finally(() => setStep('idle'));
  };
  const apply = () => {
    if (now === null || step !== 'idle') return;
    setStep('sending');
    setProblem(null);
    send(item, now.drawing.mask()).then(
      () => {
        end(true);
        router.refresh();
      },
      (error: Error) => {
        setProblem(error.message);
        setStep('idle');
      },
    );
  };
  const leave = () => (now?.drawing.changed ? setStep('asking') : end(true));
  const keys = now === null ? { d: start } : { ...toolKeys(now), a: apply, escape: leave };
  return {
    now,
    opening: step === 'opening',
    sending: step === 'sending',
    asking: step === 'asking',
    problem,
    ready,
    start,
    apply,
    leave,
    discard: () => end(true),
    stay: () => setStep('idle'),
    keys,
  };
}

function toolKeys(now: Mending): Record<string, () => void> {
  return {
    b: () => now.use('brush'),
    e: () => now.use('eraser'),
    p: () => now.use('plane'),
    '[': () => now.resize(-1),
    ']': () => now.resize(1),
    z: () => now.undo(),
    y: () => now.redo(),
    x: () => now.reset(),
    m: () => now.toggle(),
    ',': () => now.adjustPlane({ mm: -2 }),
    '.': () => now.adjustPlane({ mm: 2 }),
    arrowup: () => now.adjustPlane({ tilt: 5 }),
    arrowdown: () => now.adjustPlane({ tilt: -5 }),
    arrowleft: () => now.adjustPlane({ turn: 5 }),
    arrowright: () => now.adjustPlane({ turn: -5 }),
  };
}

/** @throws Error with plain words */
async function send({ series, stageRunId }: ReviewItem, mask: Uint8Array): Promise<void> {
  const response = await fetch(`/api/mask/${series.id}?run=${stageRunId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: mask as BodyInit,
  }).catch(() => null);
  if (response?.ok) return;
  const said = (await response?.json().catch(() => null)) as { error?: { message?: string } } | null | undefined;
  throw new Error(said?.error?.message ?? 'The mask could not be sent. What you drew is still here; try again.');
}

/** The viewers and the mouse are given back when the page goes; what was drawn is kept for a return. */
function useCloseWith(now: Mending | null): void {
  const open = useRef(now);
  open.current = now;
  useEffect(
    () => () => {
      open.current?.close(false);
    },
    [],
  );
}

/** The browser asks before the tab is closed or reloaded. */
function useHoldTab(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', hold);
    return () => window.removeEventListener('beforeunload', hold);
  }, [on]);
}
