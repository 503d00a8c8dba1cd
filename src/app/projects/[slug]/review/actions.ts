'use server';
// Decisions of a reader.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/app/formAction';
import { decide as decideReview, undoReview } from '@/server/reviews';

export const decide = formAction(
  z.object({
    seriesId: z.uuid(),
    stageRunId: z.uuid(),
    decision: z.enum(['accept', 'reject']),
    reason: z.string().trim().max(200),
  }),
  async ({ seriesId, ...decision }, actor) => {
    await decideReview(actor, seriesId, decision);
    revalidatePath('/projects/[slug]/review', 'page');
  },
);

export const undo = formAction(z.object({ reviewId: z.uuid() }), async ({ reviewId }, actor) => {
  await undoReview(actor, reviewId);
  revalidatePath('/projects/[slug]/review', 'page');
});
