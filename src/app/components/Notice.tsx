// Something to know: information, a warning, an error, a success. Icon and words, never colour alone.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

const looks = {
  info: { Icon: Info, box: 'border-line bg-sunken', icon: 'text-accent' },
  good: { Icon: CircleCheck, box: 'border-good/30 bg-good-soft', icon: 'text-good' },
  warn: { Icon: TriangleAlert, box: 'border-warn/30 bg-warn-soft', icon: 'text-warn' },
  error: { Icon: CircleAlert, box: 'border-bad/30 bg-bad-soft', icon: 'text-bad' },
} as const;

interface NoticeProps {
  kind?: keyof typeof looks;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Notice({ kind = 'info', title, children, actions }: NoticeProps) {
  const { Icon, box, icon } = looks[kind];
  return (
    <div
      role={kind === 'error' ? 'alert' : 'status'}
      className={`flex gap-3 rounded-lg border px-4 py-3 text-sm ${box}`}
    >
      <Icon size={18} aria-hidden="true" className={`mt-px shrink-0 ${icon}`} />
      <div className="min-w-0 grow">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}
