// What is to be blacked out of the images of a series, and why.
import { z } from 'zod';
import { DomainError } from '../errors';
import { clipBox } from './boxes';

/** 'outside': beyond the regions that an ultrasound image says are its picture. */
const verdicts = ['identifying', 'doubtful', 'harmless', 'outside'] as const;

/** Names the act by which a box was given to other series. */
export const shareId = z.string().regex(/^[0-9a-f]{32}$/);

/** A box and what became of the text in it; the text itself is never kept. */
export const foundBox = z.object({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
  verdict: z.enum(verdicts),
  /** Who put it there: a person, the second look at what was blacked out already, or a rule of the profile. Absent: the first look. */
  origin: z.enum(['drawn', 'left', 'rule']).optional(),
  /** Counted from 0 in the order of the series, the one image of this size that it is for. Absent: all of them. */
  frame: z.int().nonnegative().optional(),
  /** With `frame`: the last image that it is for, that one included. */
  last: z.int().nonnegative().optional(),
  /** The one act by which a person gave it to every series of the same device and size. */
  shared: shareId.optional(),
});

/** For each size of image in a series: the same boxes for every frame of it. */
export const pixelPlan = z.array(
  z.object({
    rows: z.int().positive(),
    columns: z.int().positive(),
    /** Frames looked at, equal ones included. */
    frames: z.int().positive(),
    boxes: z.array(foundBox),
    /** What the images are cut to once they are blacked out. */
    crop: foundBox.pick({ x: true, y: true, width: true, height: true }).optional(),
  }),
);

export type FoundBox = z.infer<typeof foundBox>;

export type PixelPlan = z.infer<typeof pixelPlan>;

/** What is blacked out of any image: everything that is not known to be harmless. */
export function masked(boxes: readonly FoundBox[]): FoundBox[] {
  return boxes.filter(({ verdict }) => verdict !== 'harmless');
}

/** What is blacked out of one image, counted from 0 among those of its size. */
export function maskedAt(boxes: readonly FoundBox[], frame: number): FoundBox[] {
  return masked(boxes).filter((box) => isForImage(box, frame));
}

/** Whether a box is for one image, counted from 0 among those of its size. */
export function isForImage({ frame: first, last }: FoundBox, frame: number): boolean {
  return first === undefined || (frame >= first && frame <= (last ?? first));
}

/**
 * The plan with the boxes that a person made of it: for the very images that were looked at, cut off at their edges.
 * @throws DomainError INVALID when the edited plan is about other images
 */
export function withBoxes(plan: PixelPlan, edited: PixelPlan): PixelPlan {
  const same =
    plan.length === edited.length &&
    plan.every((size, i) => sameSize(size, edited[i]!) && size.frames === edited[i]!.frames);
  if (!same) throw otherImages();
  return plan.map((size, i) => ({
    ...size,
    boxes: edited[i]!.boxes.flatMap((box) => {
      const clipped = clipBox(box, size);
      if (box.frame !== undefined && box.frame >= size.frames) throw otherImages();
      return clipped === null ? [] : [{ ...box, ...clipped }];
    }),
  }));
}

/** Whether two images have as many rows and as many columns. */
export function sameSize(a: { rows: number; columns: number }, b: { rows: number; columns: number }): boolean {
  return a.rows === b.rows && a.columns === b.columns;
}

function otherImages(): DomainError {
  return new DomainError('INVALID', 'These boxes belong to other images. Reload the page.');
}
