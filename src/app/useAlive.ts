'use client';
// Whether the page has come alive: before that a form would be sent past our code.
import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** False on the server and in the first drawing, true from then on. */
export function useAlive(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
