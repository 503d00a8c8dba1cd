'use server';
// Server actions of the settings page.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { editProject } from '@/server/projects';
import { formAction } from '../../../formAction';
import { readersOf } from '../../readerChoices';

const settings = z.object({
  projectId: z.uuid(),
  name: z.string().trim().min(3, 'Give the project a name of at least three letters.').max(120),
  description: z.string().trim().max(20_000),
  dataUseTerms: z.string().trim().min(1, 'Researchers need something to agree to.').max(20_000),
  license: z.string().trim().min(1, 'Name the license.').max(100),
  readers: z.string().transform(readersOf),
  minimumK: z.coerce.number('Give a whole number.').int('Give a whole number.').min(1).max(1000),
});

export const saveProject = formAction(settings, async ({ projectId, ...change }, actor) => {
  await editProject(actor, projectId, change);
  revalidatePath('/projects/[slug]', 'layout');
  return 'Saved.';
});
