// What a lead makes rules about places in pictures from: pictures of the project, and what reviewers decided about boxes so far.
import {
  type DecidedSize,
  type PixelSource,
  type Proposal,
  proposalsOf,
  type Residual,
  residualOf,
} from '@/domain/pixels/proposals';
import type { RegionRule } from '@/domain/pixels/regionRules';
import type { Actor } from '@/domain/policy';
import { authorise } from './authorise';
import { db } from './db';
import type { Prisma } from './generated/prisma/client';
import { type PixelState, pixelStates } from './pixelState';

/** The images of one size of a series, laid over each other. */
export interface RegionPicture {
  readonly seriesId: string;
  readonly label: string;
  readonly source: PixelSource | null;
  readonly rows: number;
  readonly columns: number;
  readonly url: string;
}
export interface PixelRegions {
  readonly pictures: readonly RegionPicture[];
  readonly proposals: readonly Proposal[];
  /** Over all series that a person has answered. */
  readonly residual: Residual & { readonly series: number };
}

/** More than anybody looks through. */
const MOST_SERIES = 500;

/** @param rules those in use: what they say already is not proposed */
export async function pixelRegions(
  actor: Actor,
  projectId: string,
  rules: readonly RegionRule[],
): Promise<PixelRegions> {
  authorise(actor, 'profile.change', projectId);
  authorise(actor, 'review.view', projectId);
  const series = await db.series.findMany({
    where: { projectId, kind: 'dicom' },
    select: { id: true, answers: true, number: true, study: { select: { number: true, subject: true } } },
    orderBy: { createdAt: 'desc' },
    take: MOST_SERIES,
  });
  const states = await pixelStates(db, series);
  const pictures = series.flatMap((one) => {
    const state = states.get(one.id);
    if (state === undefined) return [];
    const label = `${one.study.subject.code}, session ${one.study.number}, series ${one.number}`;
    return state.plan.map(({ rows, columns }, size) => ({
      seriesId: one.id,
      label,
      source: state.found.source,
      rows,
      columns,
      url: `/api/preview/${one.id}/pixels/${size}/brightest`,
    }));
  });
  const answered = series.filter((one) => isAnswered(one.answers) && states.has(one.id));
  const decided = answered.flatMap(({ id }) => decidedSizes(id, states.get(id)!));
  return {
    pictures,
    proposals: proposalsOf(decided, rules),
    residual: { ...residualOf(decided), series: answered.length },
  };
}

function isAnswered(answers: Prisma.JsonValue): boolean {
  return (answers as Prisma.JsonObject | null)?.pixelsConfirmedBy !== undefined;
}

function decidedSizes(seriesId: string, { found, plan }: PixelState): DecidedSize[] {
  return plan.map(({ rows, columns, frames, boxes }, size) => ({
    seriesId,
    source: found.source,
    rows,
    columns,
    frames,
    found: found.plan[size]!.boxes,
    decided: boxes,
  }));
}
