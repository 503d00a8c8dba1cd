'use server';
// A researcher asks for a dataset.
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { formAction } from '@/app/formAction';
import { requestAccess } from '@/server/access';

export const ask = formAction(
  z.object({
    projectId: z.uuid(),
    termsSha256: z.string(),
    affiliation: z.string().trim().min(2, 'Where do you work?').max(200),
    purpose: z.string().trim().min(20, 'A few sentences, please: the lead decides by this.').max(4000),
    acceptTerms: z.literal('on', { error: 'Without accepting the agreement nothing can be downloaded.' }),
  }),
  async ({ projectId, affiliation, purpose, termsSha256 }, actor) => {
    await requestAccess(actor, projectId, { affiliation, purpose, termsSha256, acceptTerms: true });
    redirect('/account');
  },
);
