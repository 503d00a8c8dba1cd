'use server';
// What a person does to the boxes of a series; each act says which state of them it was done to.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/app/formAction';
import { foundBox, pixelPlan, shareId } from '@/domain/pixels/plan';
import { confirmPixels, savePixelBoxes, shareBox, unshareBox } from '@/server/pixelBoxes';

const MOST_CHARACTERS = 1_000_000;

function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .max(MOST_CHARACTERS)
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'These boxes cannot be read. Reload the page.' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const seriesId = z.uuid();
const seen = z.string().max(100);
const several = (count: number) => (count === 1 ? 'one other series' : `${count} other series`);

export const saveBoxes = formAction(
  z.object({ seriesId, seen, plan: json(pixelPlan) }),
  async ({ seriesId: id, ...edit }, actor) => savePixelBoxes(actor, id, edit),
);

export const share = formAction(
  z.object({ seriesId, size: z.coerce.number().int().nonnegative(), box: json(foundBox), share: shareId }),
  async ({ seriesId: id, ...what }, actor) => `Black in ${several(await shareBox(actor, id, what))} as well.`,
);

export const unshare = formAction(z.object({ seriesId, share: shareId }), async ({ seriesId: id, share }, actor) => {
  await unshareBox(actor, id, share);
  return 'Taken back from the other series.';
});

export const confirm = formAction(z.object({ seriesId, seen }), async ({ seriesId: id, seen: shown }, actor) => {
  await confirmPixels(actor, id, shown);
  revalidatePath('/projects/[slug]/review', 'page');
  return undefined;
});
