'use server';
// Server actions of the members page.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { projectRoles } from '@/domain/policy';
import { addMemberRole, inviteMember, removeMember } from '@/server/members';
import { formAction } from '../../../formAction';

const role = z.enum(projectRoles, 'Choose one of the roles.');
const about = { projectId: z.uuid(), userId: z.uuid() };
const days = z.coerce.number().int().min(1).max(30);
const page = '/projects/[slug]/members';

export const invite = formAction(
  z.object({ projectId: z.uuid(), role, days }),
  async ({ projectId, ...wish }, actor) => {
    const { path } = await inviteMember(actor, projectId, wish);
    revalidatePath(page, 'page');
    return { message: 'Send this link to the person. It is shown only now.', link: path };
  },
);

export const addRole = formAction(z.object({ ...about, role }), async ({ projectId, userId, role }, actor) => {
  await addMemberRole(actor, projectId, userId, role);
  revalidatePath(page, 'page');
  return undefined;
});

const someRole = z.union([role, z.literal('')]).optional();

export const remove = formAction(z.object({ ...about, role: someRole }), async ({ projectId, userId, role }, actor) => {
  await removeMember(actor, projectId, userId, role || undefined);
  revalidatePath(page, 'page');
  return undefined;
});
