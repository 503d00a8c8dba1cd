// Volumes for reviewers' eyes, out of work/: before (header cleaned, face still there), after, the removed region
// and what the network would have removed.
import type { Readable } from 'node:stream';
import { DomainError } from '@/domain/errors';
import { defaceOutcome } from '@/domain/outcomes';
import type { Actor } from '@/domain/policy';
import { authorised, notFound, rowId } from './authorise';
import { db } from './db';
import { get, parseWorkKey, stat } from './storage';
import { transact } from './transact';

export const previewKinds = ['before', 'after', 'mask', 'plan'] as const;
export type PreviewKind = (typeof previewKinds)[number];

/** One volume as .nii.gz, a picture as PNG; `plan` as label runs. Looking at an image that still has its face is audited before the first byte. */
export async function openPreview(
  actor: Actor,
  seriesId: string,
  which: PreviewKind,
  of: { stageRunId?: string | undefined; volume?: number } = {},
): Promise<{ stream: Readable; size: number; isPicture: boolean }> {
  const series = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  const run = await db.stageRun.findFirst({
    where: {
      seriesId,
      stage: 'deface',
      state: 'succeeded',
      ...(of.stageRunId === undefined ? {} : { id: rowId(of.stageRunId) }),
    },
    orderBy: { createdAt: 'desc' },
  });
  const outcome = defaceOutcome.safeParse(run?.outcome);
  const volume = outcome.success ? outcome.data.volumes[of.volume ?? 0] : undefined;
  const name = volume?.[which];
  if (name === null || name === undefined) throw notFound('This image');
  const key = parseWorkKey(name);
  const there = await stat(key);
  if (there === null)
    throw new DomainError('GONE', 'This preview was cleared away. Reprocess the series to make it anew.');
  if (which === 'before') {
    await transact(actor, async ({ audit }) =>
      audit({ type: 'series.looked', seriesId }, { projectId: series.projectId }),
    );
  }
  return { stream: await get(key), size: there.size, isPicture: volume?.picture === true };
}
