// The frame of every page: a title, one lead sentence, and what can be done here.
import type { ReactNode } from 'react';

interface PageProps {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** 'narrow' for small forms, 'text' for reading, 'full' for the review screen. */
  width?: 'narrow' | 'text' | 'normal' | 'full';
  children: ReactNode;
}

const widths = { narrow: 'max-w-lg', text: 'max-w-2xl', normal: 'max-w-6xl', full: 'max-w-none' } as const;

export function Page({ title, lead, actions, width = 'normal', children }: PageProps) {
  return (
    <div className={`mx-auto w-full ${widths[width]} px-6 py-8`}>
      <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 max-w-3xl">
          <h1 className="text-2xl font-semibold tracking-tight text-balance">{title}</h1>
          {lead && <p className="mt-1 text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      <div className="space-y-6">{children}</div>
    </div>
  );
}
