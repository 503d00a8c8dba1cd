'use server';
// Server actions of the new-project page.
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { createProject } from '@/server/projects';
import { formAction } from '../../formAction';
import { readersOf } from '../readerChoices';

const newProject = z.object({
  name: z.string().trim().min(3, 'Give the project a name of at least three letters.').max(120),
  description: z.string().trim().max(20_000),
  preset: z.enum(['research', 'basic', 'hipaa', 'limited', 'pipeda'], 'Choose one of the profiles.'),
  readers: z.string().transform(readersOf),
});

export const startProject = formAction(newProject, async (project, actor) => {
  const { slug } = await createProject(actor, project);
  redirect(`/projects/${slug}`);
});
