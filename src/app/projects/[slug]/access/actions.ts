'use server';
// Deciding who may download.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/app/formAction';
import { decideAccess, revokeAccess } from '@/server/access';

const note = z.string().trim().max(500);
const refresh = () => revalidatePath('/projects/[slug]/access', 'page');

export const grant = formAction(
  z.object({ accessId: z.uuid(), days: z.coerce.number().int('Whole days, please.').min(1).max(1095), note }),
  async ({ accessId, days, note: words }, actor) => {
    await decideAccess(actor, accessId, { decision: 'grant', days, note: words });
    refresh();
  },
);

export const deny = formAction(
  z.object({ accessId: z.uuid(), note: note.min(3, 'Say why in a few words: the researcher reads it.') }),
  async ({ accessId, note: words }, actor) => {
    await decideAccess(actor, accessId, { decision: 'deny', days: 0, note: words });
    refresh();
  },
);

export const revoke = formAction(z.object({ accessId: z.uuid() }), async ({ accessId }, actor) => {
  await revokeAccess(actor, accessId);
  refresh();
});
