// A bar from 0 to 1 with its meaning in words for screen readers.

interface ProgressProps {
  /** 0..1 */
  value: number;
  label: string;
  tone?: 'accent' | 'muted';
}

export function Progress({ value, label, tone = 'accent' }: ProgressProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-1.5 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={`h-full rounded-full transition-[width] duration-300 ${tone === 'accent' ? 'bg-accent' : 'bg-edge'}`}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
