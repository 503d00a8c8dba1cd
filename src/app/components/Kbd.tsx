// A key on the keyboard.
import type { ReactNode } from 'react';

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-block min-w-5 rounded border border-current/40 px-1 text-center font-mono text-xs leading-5">
      {children}
    </kbd>
  );
}
