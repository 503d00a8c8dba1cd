// A surface with an optional heading.
import type { ReactNode } from 'react';

interface CardProps {
  title?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** No inner padding: for tables that reach the edges. */
  flush?: boolean;
  children: ReactNode;
}

export function Card({ title, lead, actions, flush = false, children }: CardProps) {
  return (
    <section className="overflow-clip rounded-lg border border-line bg-surface">
      {(title || actions) && (
        <div className={`flex flex-wrap items-start justify-between gap-3 px-5 pt-4 ${flush ? 'pb-4' : ''}`}>
          <div className="min-w-0">
            {title && <h2 className="font-semibold">{title}</h2>}
            {lead && <p className="text-sm text-muted">{lead}</p>}
          </div>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </div>
      )}
      <div className={flush ? '' : 'px-5 py-4'}>{children}</div>
    </section>
  );
}
