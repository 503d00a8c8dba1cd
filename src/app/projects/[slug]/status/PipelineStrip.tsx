'use client';
// The way of a series with a count at each step; a click shows only those.
import { ChevronRight } from 'lucide-react';
import { Fragment } from 'react';
import type { SeriesState } from '@/domain/machines';
import { aside, type Bucket, buckets, countIn, way } from './buckets';

interface PipelineStripProps {
  counts: Readonly<Record<SeriesState, number>>;
  shown: Bucket | null;
  onShow: (bucket: Bucket | null) => void;
}

export function PipelineStrip({ counts, shown, onShow }: PipelineStripProps) {
  const step = (bucket: Bucket) => (
    <Step
      bucket={bucket}
      count={countIn(bucket, counts)}
      pressed={shown === bucket}
      onClick={() => onShow(shown === bucket ? null : bucket)}
    />
  );
  return (
    <fieldset className="flex flex-wrap items-stretch justify-between gap-x-8 gap-y-3 rounded-lg border border-line bg-surface p-2">
      <legend className="sr-only">Show only the series at one step</legend>
      <div className="flex items-center">
        {way.map((bucket, index) => (
          <Fragment key={bucket}>
            {index > 0 && <ChevronRight size={16} aria-hidden="true" className="mx-0.5 shrink-0 text-edge" />}
            {step(bucket)}
          </Fragment>
        ))}
      </div>
      <div className="flex items-center gap-1">
        {aside.map((bucket) => (
          <Fragment key={bucket}>{step(bucket)}</Fragment>
        ))}
      </div>
    </fieldset>
  );
}

const alarming: Partial<Record<Bucket, string>> = { held: 'text-warn', quarantined: 'text-bad' };

function Step({
  bucket,
  count,
  pressed,
  onClick,
}: {
  bucket: Bucket;
  count: number;
  pressed: boolean;
  onClick: () => void;
}) {
  const tone = count === 0 ? 'text-muted' : (alarming[bucket] ?? 'text-ink');
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={`min-w-24 rounded-md border px-3 py-1.5 text-left ${pressed ? 'border-accent bg-accent-soft' : 'border-transparent hover:bg-sunken'}`}
    >
      <span className={`block text-xl leading-7 font-semibold tabular-nums ${tone}`}>{count.toLocaleString('en')}</span>
      <span className="block text-[0.8125rem] whitespace-nowrap text-muted">{buckets[bucket].label}</span>
    </button>
  );
}
