'use server';
// Server actions of the administrator's page.
import { z } from 'zod';
import { createInvitation } from '@/server/invitations';
import { formAction } from '../formAction';

export const invitePerson = formAction(
  z.object({ days: z.coerce.number().int().min(1).max(30) }),
  async ({ days }, actor) => {
    const { path } = await createInvitation(actor, { projectId: null, role: 'account', days });
    return { message: 'Send this link to the person. It is shown only now.', link: path };
  },
);
