'use client';
// The steps of an editing session, so that each can be undone; the last is the draft on the screen.
import { useState } from 'react';
import type { Profile } from '@/domain/deid/profile';
import { named, sameProfile } from './draft';

const MOST_STEPS = 200;

export interface Draft {
  readonly profile: Profile;
  /** The draft before the last step; null at the start. */
  readonly before: Profile | null;
  /** It does something else than the version in use. */
  readonly changed: boolean;
  change(next: Profile): void;
  undo(): void;
  undoAll(): void;
}

/** @param opened a draft to start from, when it is not the version in use */
export function useDraft(current: Profile, opened: Profile | null): Draft {
  const [steps, setSteps] = useState<readonly Profile[]>(
    opened && !sameProfile(opened, current) ? [current, opened] : [current],
  );
  const profile = steps.at(-1)!;
  return {
    profile,
    before: steps.at(-2) ?? null,
    changed: !sameProfile(profile, current),
    change: (next) => {
      if (!sameProfile(next, profile)) setSteps([...steps.slice(-MOST_STEPS), named(next)]);
    },
    undo: () => setSteps(steps.length > 1 ? steps.slice(0, -1) : steps),
    undoAll: () => setSteps([current]),
  };
}
