// Burned-in text before a person's eyes: the series that wait with their boxes, and the pictures of each.
import type { Readable } from 'node:stream';
import { DomainError } from '@/domain/errors';
import { type PixelPlan, sameSize } from '@/domain/pixels/plan';
import { type Actor, can } from '@/domain/policy';
import { authorised, notFound, rowId } from './authorise';
import { db } from './db';
import { alikeStates } from './pixelBoxes';
import { type FoundPixels, type PixelState, pixelState, pixelStates } from './pixelState';
import { type SeriesRow, seriesRows } from './series';
import { get, parseWorkKey, stat } from './storage';
import { transact } from './transact';

const PROJECTIONS = ['brightest', 'darkest', 'mean'] as const;

export interface PixelPicture {
  readonly kind: (typeof PROJECTIONS)[number] | 'frame';
  /** The image that it shows, counted from 0; null: all of them laid over each other. */
  readonly frame: number | null;
  readonly url: string;
}
/** One series that waits. */
export interface PixelRow {
  readonly series: SeriesRow;
  readonly plan: PixelPlan;
  /** The projections of its first size. */
  readonly pictures: readonly PixelPicture[];
}
export interface PixelReview {
  readonly seriesId: string;
  readonly plan: PixelPlan;
  /** Which state of the boxes this is. */
  readonly seen: string;
  /** For each size of the plan. */
  readonly pictures: readonly (readonly PixelPicture[])[];
  /** For each size of the plan: how many other series that wait come from the same device and have images of this size. */
  readonly alike: readonly number[];
  readonly mayDecide: boolean;
  /** All that wait, this one included, oldest first. */
  readonly rows: readonly PixelRow[];
}

/** @throws DomainError NOT_FOUND when the pixels of the series were not looked at */
export async function pixelReview(actor: Actor, seriesId: string): Promise<PixelReview> {
  const series = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  const { plan, seen, found } = await pixelState(db, series);
  const alike = [...(await alikeStates(db, series)).values()];
  return {
    seriesId: series.id,
    plan,
    seen,
    pictures: plan.map((_, size) => picturesOf(series.id, found, size)),
    alike: plan.map((size) => alike.filter((other) => other.plan.some((one) => sameSize(one, size))).length),
    mayDecide: can(actor, 'series.decideHeld', series.projectId) && series.state === 'heldPixels',
    rows: await waitingRows(actor, series.projectId),
  };
}

async function waitingRows(actor: Actor, projectId: string): Promise<PixelRow[]> {
  const where = { projectId, state: 'heldPixels' };
  const [rows, series] = await Promise.all([
    seriesRows(actor, where),
    db.series.findMany({ where, select: { id: true, answers: true, createdAt: true } }),
  ]);
  const states = await pixelStates(db, series);
  // By arrival: an order that no change of a box disturbs.
  const order = new Map(series.map(({ id, createdAt }) => [id, createdAt.getTime()]));
  return rows
    .flatMap((row) => rowOf(row, states.get(row.id)))
    .sort((a, b) => order.get(a.series.id)! - order.get(b.series.id)!);
}

function rowOf(series: SeriesRow, state: PixelState | undefined): PixelRow[] {
  if (state === undefined) return [];
  const pictures = picturesOf(series.id, state.found, 0).filter(({ kind }) => kind !== 'frame');
  return [{ series, plan: state.plan, pictures }];
}

function picturesOf(seriesId: string, { pictures }: FoundPixels, size: number): PixelPicture[] {
  const there = pictures[size]!;
  const url = (name: string) => `/api/preview/${seriesId}/pixels/${size}/${name}`;
  const several = there.mean !== undefined;
  return [
    ...PROJECTIONS.filter((kind) => several || kind !== 'mean').map((kind) => ({ kind, frame: null, url: url(kind) })),
    ...there.telling.map(({ frame }) => ({ kind: 'frame' as const, frame, url: url(`frame${frame}`) })),
  ];
}

/**
 * One picture as PNG: `brightest`, `darkest`, `mean`, or `frame` and its number. Text is still in it, so looking at a series is
 * audited before the first byte.
 */
export async function openPixelPicture(
  actor: Actor,
  seriesId: string,
  size: number,
  name: string,
): Promise<{ stream: Readable; size: number }> {
  const series = authorised(actor, 'review.view', await db.series.findUnique({ where: { id: rowId(seriesId) } }));
  const picture = keyOf((await pixelState(db, series)).found.pictures[size], name);
  if (picture === undefined) throw notFound('This picture');
  const key = parseWorkKey(picture);
  const there = await stat(key);
  if (there === null)
    throw new DomainError('GONE', 'This picture was cleared away. Reprocess the series to make it anew.');
  await noteLook(actor, series);
  return { stream: await get(key), size: there.size };
}

function keyOf(pictures: FoundPixels['pictures'][number] | undefined, name: string): string | undefined {
  const projection = PROJECTIONS.find((kind) => kind === name);
  if (projection !== undefined) return pictures?.[projection];
  return pictures?.telling.find(({ frame }) => `frame${frame}` === name)?.picture;
}

/** A screen shows many pictures of one series at once, and comes back to them: that is one look. */
const LOOK_MS = 10 * 60_000;
const looks = new Map<string, number>();

async function noteLook(actor: Actor, { id: seriesId, projectId }: { id: string; projectId: string }): Promise<void> {
  const now = Date.now();
  const key = `${actor.userId} ${seriesId}`;
  if (now - (looks.get(key) ?? Number.NEGATIVE_INFINITY) < LOOK_MS) return;
  await transact(actor, async ({ audit }) => audit({ type: 'series.looked', seriesId }, { projectId }));
  for (const [old, at] of looks) if (now - at >= LOOK_MS) looks.delete(old);
  looks.set(key, now);
}
