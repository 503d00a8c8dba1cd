// How well text in pictures is found, as `npm run bench -- --record` last wrote it down.
import { z } from 'zod';
import data from './data/textFigures.json';

const share = z.number().min(0).max(1).nullable();

/** Shares, 0 to 1, over generated pictures; null where nothing was measured. */
export const textFigures = z
  .object({
    images: z.int().positive(),
    /** Of identifying texts of 12 pixels and more, and of 10, how many were blacked out. */
    identifying12px: share,
    identifying10px: share,
    /** Of all boxes that are blacked out, how many hold text. */
    precision: share.default(null),
    /** Of pictures without text, how many had a box all the same. */
    cleanFlagged: share,
    harmlessKept: share,
  })
  .parse(data);
