// Burned-in text before a person's eyes: the pictures of a series, the boxes on them, and the boxes as the person leaves them.
import type { Readable } from 'node:stream';
import { DomainError } from '@/domain/errors';
import { type DeidentifyOutcome, deidentifyOutcome } from '@/domain/outcomes';
import { masked, type PixelPlan, pixelPlan, withBoxes } from '@/domain/pixels/plan';
import { type Actor, can } from '@/domain/policy';
import { authorise, authorised, notFound, rowId } from './authorise';
import { db } from './db';
import type { Prisma, Series } from './generated/prisma/client';
import { lockSeries } from './seriesMoves';
import { get, parseWorkKey, stat } from './storage';
import { transact } from './transact';

export const pictureKinds = ['brightest', 'darkest'] as const;
export type PictureKind = (typeof pictureKinds)[number];

export interface PixelReview {
  readonly seriesId: string;
  readonly plan: PixelPlan;
  /** For each size of the plan. */
  readonly pictures: readonly Readonly<Record<PictureKind, string>>[];
  readonly mayDecide: boolean;
}

/** @throws DomainError NOT_FOUND when the pixels of the series were not looked at */
export async function pixelReview(actor: Actor, seriesId: string): Promise<PixelReview> {
  const series = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  const pixels = await foundPixels(db, series.id);
  const url = (size: number, kind: PictureKind) => `/api/preview/${series.id}/pixels/${size}/${kind}`;
  return {
    seriesId: series.id,
    plan: planOf(pixels.plan, series),
    pictures: pixels.plan.map((_, size) => ({ brightest: url(size, 'brightest'), darkest: url(size, 'darkest') })),
    mayDecide: can(actor, 'series.decideHeld', series.projectId) && series.state === 'heldPixels',
  };
}

/**
 * Keeps the boxes as a person left them; the whole plan each time, so that a press counted twice changes nothing.
 * @throws DomainError CONFLICT when the series does not wait for this any more, INVALID when the boxes are about other images
 */
export async function savePixelBoxes(actor: Actor, seriesId: string, edited: PixelPlan): Promise<void> {
  const found = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  authorise(actor, 'series.decideHeld', found.projectId);
  await transact(actor, async ({ tx, audit }) => {
    const series = await lockSeries(tx, seriesId);
    if (series.state !== 'heldPixels')
      throw new DomainError('CONFLICT', 'This series does not wait for an answer any more. Reload the page.');
    const plan = withBoxes((await foundPixels(tx, seriesId)).plan, edited);
    const answers = { ...(series.answers as Prisma.JsonObject), pixelPlan: plan } as Prisma.InputJsonObject;
    await tx.series.update({ where: { id: seriesId }, data: { answers } });
    const boxes = plan.flatMap((size) => size.boxes);
    const hidden = masked(boxes).length;
    audit(
      { type: 'series.pixelBoxes', seriesId, masked: hidden, kept: boxes.length - hidden },
      { projectId: series.projectId },
    );
  });
}

/** One picture as PNG. Text is still in it, so looking at it is audited before the first byte. */
export async function openPixelPicture(
  actor: Actor,
  seriesId: string,
  size: number,
  kind: PictureKind,
): Promise<{ stream: Readable; size: number }> {
  const series = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  const name = (await foundPixels(db, series.id)).pictures[size]?.[kind];
  if (name === undefined) throw notFound('This picture');
  const key = parseWorkKey(name);
  const there = await stat(key);
  if (there === null)
    throw new DomainError('GONE', 'This picture was cleared away. Reprocess the series to make it anew.');
  await transact(actor, async ({ audit }) =>
    audit({ type: 'series.looked', seriesId: series.id }, { projectId: series.projectId }),
  );
  return { stream: await get(key), size: there.size };
}

type Reader = Pick<typeof db, 'stageRun'>;

async function foundPixels(reader: Reader, seriesId: string): Promise<NonNullable<DeidentifyOutcome['pixels']>> {
  const run = await reader.stageRun.findFirst({
    where: { unitId: seriesId, stage: 'deidentify', state: 'succeeded' },
    orderBy: { createdAt: 'desc' },
  });
  const outcome = deidentifyOutcome.safeParse(run?.outcome);
  if (!outcome.success || outcome.data.pixels === null) throw notFound('This picture');
  return outcome.data.pixels;
}

function planOf(plan: PixelPlan, series: Series): PixelPlan {
  const edited = pixelPlan.safeParse((series.answers as Prisma.JsonObject | null)?.pixelPlan);
  return edited.success ? withBoxes(plan, edited.data) : plan;
}
