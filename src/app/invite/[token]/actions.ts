'use server';
// Server actions of the invitation page.
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { personInput } from '@/server/accounts';
import { acceptInvitation } from '@/server/invitations';
import { formAction, publicFormAction } from '../../formAction';

const token = z.string().min(1).max(200);

export const acceptAsNewPerson = publicFormAction(personInput.extend({ token }), async ({ token, ...person }) => {
  await acceptInvitation(token, person);
  return undefined;
});

export const acceptAsMyself = formAction(z.object({ token }), async ({ token }, actor) => {
  const { projectSlug } = await acceptInvitation(token, actor);
  redirect(projectSlug ? `/projects/${projectSlug}` : '/');
});
