'use client';
// One key, one act. Keys typed into a field, and keys with Ctrl, Alt or Meta, stay the browser's.
import { useEffect, useRef } from 'react';

/** Calls `acts[key]` while `on`; keys in lower case. A key held down counts once. An open dialog has the keys to itself. */
export function useKeys(on: boolean, where: 'page' | 'dialog', acts: Readonly<Record<string, () => void>>): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if ((document.querySelector('dialog[open]') !== null) !== (where === 'dialog')) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.closest('input, textarea, select')) return;
      const act = latest.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    // Before NiiVue's own key bindings on the canvas.
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [on, where]);
}
