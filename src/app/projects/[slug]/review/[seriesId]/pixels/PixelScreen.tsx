'use client';
// Burned-in text for a person to look at: what will be black, what stays, and the means to change either.
import { Button } from '@/app/components/Button';
import type { PixelReview } from '@/server/pixelReview';
import type { SeriesRow } from '@/server/series';
import { RejectDialog } from '../RejectDialog';
import { PictureStrip, sentenceOf } from './PictureStrip';
import { BoxBar, DecideBar, Legend } from './PixelBars';
import { PixelPicture } from './PixelPicture';
import { PixelRows } from './PixelRows';
import type { PixelActions } from './usePixelBoxes';
import { type PixelScreenState, usePixelScreen } from './usePixelScreen';

interface PixelScreenProps {
  slug: string;
  series: SeriesRow;
  pixels: PixelReview;
  actions: PixelActions;
}

const REASONS = [
  'Text covers what matters',
  'Too much text to black out',
  'Image quality too poor',
  'Not the right scan',
];

export function PixelScreen({ slug, series, pixels, actions }: PixelScreenProps) {
  const screen = usePixelScreen(slug, pixels, actions);
  const { boxes, dialog } = screen;
  return (
    <div className="reading-room fixed inset-0 z-40 flex flex-col bg-black text-ink">
      <DecideBar series={series} waiting={pixels.rows.length} screen={screen} />
      {boxes.problem && (
        <p role="alert" className="flex items-center gap-3 bg-bad-soft px-4 py-2 text-sm text-bad">
          {boxes.problem}
          <Button size="small" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </p>
      )}
      {boxes.plan.some((size) => size.boxes.some(({ origin }) => origin === 'left')) && (
        <p role="status" className="bg-warn-soft px-4 py-2 text-sm text-warn">
          {series.why}
        </p>
      )}
      <div className="flex min-h-0 flex-1">
        <PixelRows slug={slug} rows={pixels.rows} seriesId={series.id} plan={boxes.plan} />
        <Pictures screen={screen} alike={pixels.alike} />
      </div>
      <RejectDialog {...dialog} working={boxes.saving} reasons={REASONS} forGood />
    </div>
  );
}

function Pictures({ screen, alike }: { screen: PixelScreenState; alike: readonly number[] }) {
  const { boxes, at, size, pictures, picture, selected, covered, mayEdit, set, acts } = screen;
  return (
    <section aria-label="Pictures of this series" className="flex min-w-0 flex-1 flex-col">
      <BoxBar screen={screen} alike={alike[at.size]!} />
      <div className="flex min-h-0 flex-1 p-6" style={{ containerType: 'size' }}>
        <PixelPicture
          url={picture.url}
          alt={sentenceOf(picture, size)}
          size={size}
          frame={picture.frame}
          selected={selected}
          covered={covered}
          mayEdit={mayEdit}
          onSelect={screen.setSelected}
          onChange={set}
        />
      </div>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 bg-surface px-4 py-2 text-[0.8125rem] text-muted">
        <span className="flex-1 basis-80">{sentenceOf(picture, size)}</span>
        <Legend boxes={size.boxes} />
      </p>
      {boxes.plan.length > 1 && (
        <div role="toolbar" aria-label="Sizes of image" className="flex gap-1 border-t border-line px-2 pt-2">
          {boxes.plan.map(({ rows, columns }, index) => (
            <Button
              key={`${columns}x${rows}`}
              size="small"
              kind={index === at.size ? 'primary' : 'quiet'}
              aria-pressed={index === at.size}
              onClick={() => acts.pickSize(index)}
            >
              {columns} × {rows}
            </Button>
          ))}
        </div>
      )}
      <PictureStrip pictures={pictures} size={size} at={at.picture} onPick={acts.pick} />
    </section>
  );
}
