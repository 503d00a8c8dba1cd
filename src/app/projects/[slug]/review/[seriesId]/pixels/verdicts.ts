// How a box looks and what it is called: a line and a word of its own for each meaning, never colour alone.
import { type FoundBox, isForImage } from '@/domain/pixels/plan';

interface Look {
  /** Beside the box. */
  readonly tag: string;
  /** In the legend. */
  readonly words: string;
  readonly stroke: string;
  readonly text: string;
  /** SVG dashes in screen pixels; undefined: a solid line. */
  readonly dash?: string;
}

export const looks = {
  identifying: { tag: 'BLACK', words: 'goes black', stroke: 'stroke-bad', text: 'text-bad' },
  doubtful: {
    tag: 'BLACK ?',
    words: 'not sure what it says: goes black',
    stroke: 'stroke-warn',
    text: 'text-warn',
    dash: '8 4',
  },
  left: { tag: 'STILL THERE', words: 'found again: goes black', stroke: 'stroke-ink', text: 'text-ink', dash: '2 3' },
  harmless: { tag: 'KEEP', words: 'stays', stroke: 'stroke-good', text: 'text-good', dash: '1 5' },
  outside: { tag: '', words: 'beyond the scan: goes black', stroke: 'stroke-muted', text: 'text-muted' },
} as const satisfies Record<string, Look>;

export function lookOf({ verdict, origin }: FoundBox): Look {
  return origin === 'left' && verdict !== 'harmless' ? looks.left : looks[verdict];
}

/** The boxes that count for what a picture shows: one image, or (null) all of them laid over each other. */
export function isShown(box: FoundBox, frame: number | null): boolean {
  return frame === null || isForImage(box, frame);
}
