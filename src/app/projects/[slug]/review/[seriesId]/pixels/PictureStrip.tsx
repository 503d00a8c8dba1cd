'use client';
// The pictures of one series to choose from: its projections, and the images in which text of their own was found.
import { Kbd } from '@/app/components/Kbd';
import type { PixelPlan } from '@/domain/pixels/plan';
import type { PixelPicture } from '@/server/pixelReview';
import { Thumbnail } from './PixelRows';

interface PictureStripProps {
  pictures: readonly PixelPicture[];
  size: PixelPlan[number];
  at: number;
  onPick: (index: number) => void;
}

export function PictureStrip({ pictures, size, at, onPick }: PictureStripProps) {
  if (pictures.length < 2) return null;
  return (
    <div role="toolbar" aria-label="Pictures" className="flex shrink-0 gap-2 overflow-x-auto border-t border-line p-2">
      {pictures.map((picture, index) => (
        <button
          key={picture.url}
          type="button"
          aria-pressed={index === at}
          onClick={() => onPick(index)}
          className={`shrink-0 rounded-md border-2 p-1 text-left text-[0.8125rem] whitespace-nowrap ${index === at ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink'}`}
        >
          <Thumbnail picture={picture} size={size} className="block h-16" />
          <span className="mt-1 block">
            {nameOf(picture)} {index < 9 && <Kbd>{index + 1}</Kbd>}
          </span>
        </button>
      ))}
    </div>
  );
}

const names = { brightest: 'Brightest', darkest: 'Darkest', mean: 'Mean' } as const;

function nameOf({ kind, frame }: PixelPicture): string {
  return kind === 'frame' ? `Image ${(frame ?? 0) + 1}` : names[kind];
}

/** What a picture shows, in a sentence. */
export function sentenceOf(picture: PixelPicture, { frames }: PixelPlan[number]): string {
  if (frames === 1) return 'The only image of this size.';
  if (picture.frame !== null) return `Image ${picture.frame + 1} of ${frames}, where text was found.`;
  const value = { brightest: 'brightest', darkest: 'darkest', mean: 'mean', frame: '' }[picture.kind];
  return `All ${frames} images laid over each other, the ${value} value of each pixel: text on one of them shows here, too.`;
}
