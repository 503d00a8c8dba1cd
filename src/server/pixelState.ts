// The boxes of a series as they stand now, and a mark by which a person's page says which state of them it shows.
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { type DeidentifyOutcome, deidentifyOutcome } from '@/domain/outcomes';
import { type PixelPlan, pixelPlan, withBoxes } from '@/domain/pixels/plan';
import { notFound } from './authorise';
import type { Tx } from './db';
import type { Prisma, Series } from './generated/prisma/client';

export type FoundPixels = NonNullable<DeidentifyOutcome['pixels']>;

export interface PixelState {
  readonly found: FoundPixels;
  /** What was found, or what people made of it. */
  readonly plan: PixelPlan;
  /** Changes with every change of the boxes, and when the pixels are looked at anew. */
  readonly seen: string;
}

const kept = z.object({ pixelPlan: pixelPlan.optional(), pixelRevision: z.int().nonnegative().default(0) });

/** @throws DomainError NOT_FOUND when the pixels of the series were not looked at */
export async function pixelState(reader: Pick<Tx, 'stageRun'>, series: PixelSeries): Promise<PixelState> {
  const state = (await pixelStates(reader, [series])).get(series.id);
  if (state === undefined) throw notFound('This picture');
  return state;
}

type PixelSeries = Pick<Series, 'id' | 'answers'>;

/** By series id; without those whose pixels were not looked at. */
export async function pixelStates(
  reader: Pick<Tx, 'stageRun'>,
  series: readonly PixelSeries[],
): Promise<Map<string, PixelState>> {
  const runs = await reader.stageRun.findMany({
    where: { unitId: { in: series.map(({ id }) => id) }, stage: 'deidentify', state: 'succeeded' },
    orderBy: { createdAt: 'desc' },
    distinct: ['unitId'],
    select: { id: true, unitId: true, outcome: true },
  });
  const states = new Map<string, PixelState>();
  for (const { id, answers } of series) {
    const run = runs.find(({ unitId }) => unitId === id);
    const outcome = deidentifyOutcome.safeParse(run?.outcome);
    if (run === undefined || !outcome.success || outcome.data.pixels === null) continue;
    const found = outcome.data.pixels;
    const edited = kept.parse(answers);
    const plan = edited.pixelPlan === undefined ? found.plan : withBoxes(found.plan, edited.pixelPlan);
    states.set(id, { found, plan, seen: `${run.id}.${edited.pixelRevision}` });
  }
  return states;
}

/** The answers of a series with these boxes: the next revision of them. */
export function answersWith({ answers }: PixelSeries, plan: PixelPlan): Prisma.InputJsonObject {
  const pixelRevision = kept.parse(answers).pixelRevision + 1;
  return { ...(answers as Prisma.JsonObject), pixelPlan: plan, pixelRevision } as Prisma.InputJsonObject;
}

/** @throws DomainError CONFLICT unless the page shows the boxes as they are now */
export function assertSeen({ seen }: PixelState, shown: string): void {
  if (seen === shown) return;
  throw new DomainError(
    'CONFLICT',
    'The boxes were changed in another window or by somebody else. Reload the page to see them as they are now.',
  );
}
