'use server';
// Server actions of the profile page.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { changeProfile } from '@/server/projects';
import { formAction } from '../../../formAction';

const wish = z.object({
  projectId: z.uuid(),
  preset: z.enum(['research', 'basic', 'hipaa', 'limited', 'pipeda']).optional(),
  profile: z.string().max(100_000).optional(),
});

export const changeProfileAction = formAction(wish, async ({ projectId, preset, profile }, actor) => {
  await changeProfile(actor, projectId, preset ? { preset } : { profile: fromJson(profile ?? '') });
  revalidatePath('/projects/[slug]/profile', 'page');
  return undefined;
});

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('INVALID', 'The profile could not be read. Reload the page and try again.');
  }
}
