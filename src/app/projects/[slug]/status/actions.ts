'use server';
// Server actions of the status page.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { decideHeld, reprocess } from '@/server/series';
import { formAction } from '../../../formAction';

const answer = z.object({
  seriesId: z.uuid(),
  event: z.enum(['confirmGeometry', 'sayHead', 'sayNoHead', 'reject']),
  reason: z.string().trim().min(3, 'Say it in a few words.').max(500).optional(),
});

export const answerHeld = formAction(answer, async ({ seriesId, event, reason }, actor) => {
  await decideHeld(actor, seriesId, event, reason);
  revalidatePath('/projects/[slug]', 'page');
  return undefined;
});

const ids = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.uuid()).min(1).max(10_000));

export const reprocessSeries = formAction(z.object({ seriesIds: ids }), async ({ seriesIds }, actor) => {
  for (const id of seriesIds) await reprocess(actor, id);
  revalidatePath('/projects/[slug]', 'page');
  return undefined;
});
