// What is to be blacked out of the images of a series, and why.
import { z } from 'zod';

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
