'use server';
// Server actions of the profile page: activate a draft at once, try it on scans first, activate what was tried.
import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { type PresetName, presets } from '@/domain/deid/presets';
import { DomainError } from '@/domain/errors';
import { activateDryRun, startDryRun } from '@/server/dryRuns';
import { changeProfile, type ProfileWish } from '@/server/profiles';
import { formAction } from '../../../formAction';

const slug = z.string().regex(/^[a-z0-9-]+$/);
const draft = {
  projectId: z.uuid(),
  slug,
  preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]).optional(),
  profile: z.string().max(900_000, 'This profile is too large: its tables hold too many values.').optional(),
};

export const changeProfileAction = formAction(z.object(draft), async ({ projectId, slug, ...wish }, actor) => {
  await changeProfile(actor, projectId, wishOf(wish));
  revalidatePath('/projects/[slug]/profile', 'page');
  // Without a draft in the address, which would be opened over the new version.
  redirect(`/projects/${slug}/profile`);
});

const ids = z
  .string({ error: 'Pick at least one series.' })
  .transform((joined) => joined.split(','))
  .pipe(z.array(z.uuid()));

export const startDryRunAction = formAction(
  z.object({ ...draft, seriesIds: ids }),
  async ({ projectId, slug, seriesIds, ...wish }, actor) => {
    const { dryRunId } = await startDryRun(actor, projectId, { wish: wishOf(wish), seriesIds });
    redirect(`/projects/${slug}/profile/dry-runs/${dryRunId}`);
  },
);

export const activateAction = formAction(z.object({ dryRunId: z.uuid(), slug }), async ({ dryRunId, slug }, actor) => {
  const { version } = await activateDryRun(actor, dryRunId);
  revalidatePath('/projects/[slug]/profile', 'layout');
  redirect(`/projects/${slug}/profile?activated=${version}`);
});

function wishOf({ preset, profile }: { preset?: PresetName | undefined; profile?: string | undefined }): ProfileWish {
  return preset ? { preset } : { profile: fromJson(profile ?? '') };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('INVALID', 'The profile could not be read. Reload the page and try again.');
  }
}
