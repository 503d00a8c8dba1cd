'use server';
// Publishing a version and taking one back.
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { formAction } from '@/app/formAction';
import type { QuasiIdentifier } from '@/domain/risk/quasiIdentifiers';
import { publishRelease, withdrawRelease } from '@/server/releases';

const ids = z
  .string({ error: 'Pick at least one series.' })
  .transform((joined) => joined.split(','))
  .pipe(z.array(z.uuid()).min(1, 'Pick at least one series.'));

export const publish = formAction(
  z.object({
    projectId: z.uuid(),
    title: z.string().trim().min(3, 'Give the version a title.').max(120),
    notes: z.string().trim().max(2000),
    license: z.string().trim().min(2, 'Name a license.').max(60),
    seriesIds: ids,
    // The service checks the names.
    quasiIdentifiers: z.string().transform((joined) => joined.split(',').filter(Boolean) as QuasiIdentifier[]),
  }),
  async ({ projectId, ...release }, actor) => {
    await publishRelease(actor, projectId, release);
    revalidatePath('/projects/[slug]/releases', 'page');
    return 'The version is being put together. It appears below; every byte is checked again before it is published.';
  },
);

export const withdraw = formAction(
  z.object({ releaseId: z.uuid(), reason: z.string().trim().min(3, 'Say why in a few words.').max(500) }),
  async ({ releaseId, reason }, actor) => {
    await withdrawRelease(actor, releaseId, reason);
    revalidatePath('/projects/[slug]/releases', 'page');
  },
);
