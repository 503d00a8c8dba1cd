// What is to be blacked out of the images of a series, and why.
import { z } from 'zod';
import { DomainError } from '../errors';
import { clipBox } from './boxes';

/** 'outside': beyond the regions that an ultrasound image says are its picture. */
const verdicts = ['identifying', 'doubtful', 'harmless', 'outside'] as const;

/** A box and what became of the text in it; the text itself is never kept. */
export const foundBox = z.object({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
  verdict: z.enum(verdicts),
});

/** For each size of image in a series: the same boxes for every frame of it. */
export const pixelPlan = z.array(
  z.object({
    rows: z.int().positive(),
    columns: z.int().positive(),
    /** Frames looked at, equal ones included. */
    frames: z.int().positive(),
    boxes: z.array(foundBox),
  }),
);

export type FoundBox = z.infer<typeof foundBox>;
export type BoxVerdict = FoundBox['verdict'];
export type PixelPlan = z.infer<typeof pixelPlan>;

/** What is blacked out: everything that is not known to be harmless. */
export function masked(boxes: readonly FoundBox[]): FoundBox[] {
  return boxes.filter(({ verdict }) => verdict !== 'harmless');
}

/**
 * The plan with the boxes that a person made of it: for the very images that were looked at, cut off at their edges.
 * @throws DomainError INVALID when the edited plan is about other images
 */
export function withBoxes(plan: PixelPlan, edited: PixelPlan): PixelPlan {
  const same = plan.length === edited.length && plan.every((size, i) => sameImage(size, edited[i]!));
  if (!same) throw new DomainError('INVALID', 'These boxes belong to other images. Reload the page.');
  return plan.map((size, i) => ({
    ...size,
    boxes: edited[i]!.boxes.flatMap((box) => {
      const clipped = clipBox(box, size);
      return clipped === null ? [] : [{ ...clipped, verdict: box.verdict }];
    }),
  }));
}

function sameImage(a: PixelPlan[number], b: PixelPlan[number]): boolean {
  return a.rows === b.rows && a.columns === b.columns && a.frames === b.frames;
}
