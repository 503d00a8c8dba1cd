'use server';
// Decisions of a reader.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/app/formAction';
import { pixelPlan } from '@/domain/pixels/plan';
import { savePixelBoxes } from '@/server/pixelReview';
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

const planText = z
  .string()
  .max(1_000_000)
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'These boxes cannot be read. Reload the page.' });
      return z.NEVER;
    }
  })
  .pipe(pixelPlan);

export const saveBoxes = formAction(
  z.object({ seriesId: z.uuid(), plan: planText }),
  async ({ seriesId, plan }, actor) => {
    await savePixelBoxes(actor, seriesId, plan);
  },
);
