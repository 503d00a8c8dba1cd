'use client';
// Looks at a JSON route again and again while the page is visible; keeps the last answer when one look fails.
import { useEffect, useState } from 'react';

export interface Polled<T> {
  readonly value: T;
  /** The last look failed: what is shown may be old. */
  readonly stale: boolean;
}

/** @param pause true stops looking (nothing will change any more). */
export function usePolled<T>(
  url: string,
  initial: T,
  everyMs: number,
  pause: (value: T) => boolean = never,
): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: initial, stale: false });
  const [seen, setSeen] = useState(initial);
  // A server action has refreshed the page: its answer is newer than ours.
  if (seen !== initial) {
    setSeen(initial);
    setPolled({ value: initial, stale: false });
  }
  const paused = pause(polled.value);
  useEffect(() => {
    if (paused) return;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      if (!document.hidden) {
        const answer = await ask<T>(url, gone.signal);
        if (gone.signal.aborted) return;
        setPolled((before) => (answer === null ? { ...before, stale: true } : { value: answer, stale: false }));
      }
      // Only now: a slow server must not get a second question before it answered the first.
      timer = setTimeout(look, everyMs);
    };
    timer = setTimeout(look, everyMs);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [url, everyMs, paused]);
  return polled;
}

async function ask<T>(url: string, signal: AbortSignal): Promise<T | null> {
  try {
    const response = await fetch(url, { signal, cache: 'no-store' });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

const never = () => false;
