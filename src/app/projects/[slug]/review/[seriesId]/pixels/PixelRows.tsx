'use client';
// All series whose pixels wait for a person, a row each: its projections with their boxes, and what will be black.
import Link from 'next/link';
import type { PixelPlan } from '@/domain/pixels/plan';
import { masked } from '@/domain/pixels/plan';
import type { PixelPicture, PixelRow } from '@/server/pixelReview';
import { BoxShapes } from './BoxShapes';

interface PixelRowsProps {
  slug: string;
  rows: readonly PixelRow[];
  /** The series on the screen, with the boxes as they are just now. */
  seriesId: string;
  plan: PixelPlan;
}

export function PixelRows({ slug, rows, seriesId, plan }: PixelRowsProps) {
  return (
    <nav aria-label="Series that wait" className="w-72 shrink-0 overflow-y-auto border-r border-line bg-surface">
      <ul>
        {rows.map((row) => {
          const here = row.series.id === seriesId;
          return (
            <li key={row.series.id}>
              <Link
                href={`/projects/${slug}/review/${row.series.id}`}
                prefetch={false}
                aria-current={here ? 'page' : undefined}
                className={`block border-b border-l-4 border-line px-3 py-2.5 ${here ? 'border-l-accent bg-accent-soft' : 'border-l-transparent hover:bg-sunken'}`}
              >
                <Row row={row} plan={here ? plan : row.plan} />
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Row({ row: { series, pictures }, plan }: { row: PixelRow; plan: PixelPlan }) {
  return (
    <>
      <span className="flex items-baseline justify-between text-sm">
        <span className="font-semibold">{series.subject}</span>
        <span className="text-muted">
          {series.modality} · series {series.number}
        </span>
      </span>
      <span className="mt-1.5 flex gap-1.5">
        {pictures.map((picture) => (
          <Thumbnail key={picture.kind} picture={picture} size={plan[0]!} className="h-16 min-w-0" />
        ))}
      </span>
      <span className="mt-1 block text-[0.8125rem] text-muted">{summary(plan)}</span>
    </>
  );
}

/** A small picture with its boxes; it says nothing, so whatever holds it must. */
export function Thumbnail({
  picture,
  size,
  className,
}: {
  picture: PixelPicture;
  size: PixelPlan[number];
  className: string;
}) {
  return (
    <span
      className={`relative inline-block overflow-hidden bg-black ${className}`}
      style={{ aspectRatio: `${size.columns} / ${size.rows}` }}
    >
      {/* biome-ignore lint/performance/noImgElement: private pixels, never to pass through an image optimiser */}
      <img src={picture.url} alt="" loading="lazy" className="absolute inset-0 size-full" />
      <svg viewBox={`0 0 ${size.columns} ${size.rows}`} aria-hidden="true" className="absolute inset-0 size-full">
        <BoxShapes boxes={size.boxes} frame={picture.frame} covered={false} />
      </svg>
    </span>
  );
}

/** What will be black, what stays, and whether something was found again. */
function summary(plan: PixelPlan): string {
  const boxes = plan.flatMap((size) => size.boxes).filter(({ verdict }) => verdict !== 'outside');
  const black = masked(boxes);
  const left = black.filter(({ origin }) => origin === 'left').length;
  const doubtful = black.filter(({ verdict, origin }) => verdict === 'doubtful' && origin !== 'left').length;
  const kept = boxes.length - black.length;
  const parts = [
    boxes.length === 0 ? 'No text was found' : `${black.length} black`,
    doubtful > 0 ? `${doubtful} of them doubtful` : '',
    left > 0 ? `${left} found again` : '',
    kept > 0 ? `${kept} kept` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
