'use client';
// Who is signed in, and the way out.
import { ChevronDown } from 'lucide-react';
import { signOut } from 'next-auth/react';
import { useEffect, useRef } from 'react';
import { Button } from './Button';

export function UserMenu({ name, email }: { name: string; email: string }) {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const outside =
        event.type === 'keydown'
          ? (event as KeyboardEvent).key === 'Escape'
          : !menu.current?.contains(event.target as Node);
      if (outside && menu.current) menu.current.open = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, []);
  return (
    <details ref={menu} className="relative">
      <summary className="flex list-none items-center gap-1 rounded-md px-2 py-1.5 text-sm font-medium hover:bg-sunken">
        <span className="max-w-48 truncate">{name}</span>
        <ChevronDown size={16} aria-hidden="true" className="text-muted" />
      </summary>
      <div className="absolute right-0 z-20 mt-1 w-60 rounded-lg border border-line bg-surface p-3 shadow-lg">
        <p className="truncate font-medium">{name}</p>
        <p className="mb-3 truncate text-sm text-muted">{email}</p>
        <Button onClick={() => signOut({ callbackUrl: '/login' })}>Sign out</Button>
      </div>
    </details>
  );
}
