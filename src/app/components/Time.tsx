'use client';
// A moment: in UTC until the browser's own time zone is known. Both forms are equally wide, so nothing jumps.
import { useAlive } from '../useAlive';

const shapes = {
  minute: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export function Time({ iso, shape = 'minute' }: { iso: string; shape?: keyof typeof shapes }) {
  const inBrowser = useAlive();
  const at = new Date(iso);
  const text = at.toLocaleString('en-GB', { ...shapes[shape], ...(inBrowser ? {} : { timeZone: 'UTC' }) });
  return (
    <time
      dateTime={iso}
      title={`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`}
      className="whitespace-nowrap tabular-nums"
    >
      {text}
    </time>
  );
}
