// A mask drawn by a person: checked, stored as an object of its own, and given to defacing in the place of the network's. What comes
// of it is a new run, so earlier readings no longer count, and it goes to review, never past it.
import { randomUUID } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { countLabels } from '@/domain/deface/labelRuns';
import { assertDrawn } from '@/domain/deface/mended';
import { DomainError } from '@/domain/errors';
import { canStep } from '@/domain/machine';
import { type SeriesState, seriesMachine } from '@/domain/machines';
import { HEADER_BYTES } from '@/domain/nifti/layout';
import { niftiGrid, sameGrid, type Volume } from '@/domain/nifti/volume';
import { type DefaceOutcome, defaceOutcome } from '@/domain/outcomes';
import { type Actor, can } from '@/domain/policy';
import { mayAccept } from '@/domain/review';
import { authorised, rowId } from './authorise';
import { db, type Tx } from './db';
import type { Prisma } from './generated/prisma/client';
import { lastProfile, lockSeries, moveSeries } from './seriesMoves';
import { queueStage } from './stageRuns';
import { get, parseWorkKey, put, remove, workKey } from './storage';
import { type Transaction, transact } from './transact';

type Grid = Pick<Volume, 'shape' | 'affine'>;
type Volumes = DefaceOutcome['volumes'];

/** Run lengths of a drawn mask take some hundred kilobytes; more than this is none. */
const MOST_BYTES = 8 * 2 ** 20;

const PICTURE = 'It is a picture. To black out more of it, have the lead process it again.';
const OTHER_GRIDS =
  'The volumes of this series lie on different voxels, so one mask cannot serve them all. Reject the series, or ask the lead to process it again.';

/**
 * Replaces the mask of the deface run that a person looked at by the one they drew on its first volume (label runs).
 * @throws DomainError CONFLICT when it was processed again or decided on meanwhile, TOO_LARGE, INVALID | UNREADABLE for no usable mask
 */
export async function mendMask(
  actor: Actor,
  seriesId: string,
  wish: { stageRunId: string; mask: AsyncIterable<Uint8Array> | Iterable<Uint8Array> },
): Promise<void> {
  const found = await db.series.findUnique({ where: { id: rowId(seriesId) } });
  authorised(actor, 'review.mend', found);
  const volumes = await currentVolumes(db, seriesId, wish.stageRunId);
  if (volumes.some((volume) => volume.picture === true)) throw new DomainError('UNSUPPORTED', PICTURE);
  const packed = await collect(wish.mask);
  const grid = await sharedGrid(volumes);
  if (grid === null) throw new DomainError('UNSUPPORTED', OTHER_GRIDS);
  const { cut } = countLabels(packed, grid.shape);
  assertDrawn(cut, grid.shape);
  const maskId = randomUUID();
  const key = workKey(maskId, 'drawn.runs');
  await put(key, packed);
  try {
    await transact(actor, (write) => sendBack(write, actor, seriesId, { ...wish, maskId, key, voxels: cut }));
  } catch (error) {
    await remove(key);
    throw error;
  }
}

interface Drawn {
  readonly stageRunId: string;
  readonly maskId: string;
  readonly key: string;
  readonly voxels: number;
}

async function sendBack(write: Transaction, actor: Actor, seriesId: string, drawn: Drawn): Promise<void> {
  const { tx, audit, afterCommit } = write;
  const series = await lockSeries(tx, seriesId);
  const { projectId } = series;
  const { stageRunId, maskId, voxels } = drawn;
  await currentVolumes(tx, seriesId, stageRunId);
  const answers = { ...(series.answers as Prisma.JsonObject), mask: drawn.key, maskBy: actor.userId };
  await moveSeries(write, series, 'mendMask', 'A person drew what is removed.', { answers, faceRisk: true });
  audit({ type: 'series.maskDrawn', seriesId, stageRunId, maskId, voxels }, { projectId });
  const profileVersionId = await lastProfile(tx, series);
  await queueStage(tx, audit, afterCommit, {
    stage: 'deface',
    unitId: seriesId,
    projectId,
    seriesId,
    profileVersionId,
  });
}

/** The volumes of that deface run. @throws DomainError CONFLICT unless it is the newest one and has ended */
async function currentVolumes(tx: Tx | typeof db, seriesId: string, stageRunId: string): Promise<Volumes> {
  const run = await tx.stageRun.findFirst({
    where: { seriesId, stage: 'deface', state: { not: 'cancelled' } },
    orderBy: { createdAt: 'desc' },
  });
  const outcome = defaceOutcome.safeParse(run?.outcome);
  if (run?.id !== stageRunId || run.state !== 'succeeded' || !outcome.success || outcome.data.volumes.length === 0) {
    throw new DomainError(
      'CONFLICT',
      'This series was processed again meanwhile. Reload the page and look at it anew; what you drew does not fit any more.',
    );
  }
  return outcome.data.volumes;
}

/** What a reader's page shows of mending. */
export interface MendingFacts {
  /** How a person mended the mask, when one did. */
  readonly mended: { readonly mine: boolean; readonly warning: string | null; readonly keptForBrain: number } | null;
  /** False for who drew the mask themselves, where two others must accept it. */
  readonly mayAccept: boolean;
  readonly mayMend: boolean;
  /** Why this series cannot be mended, although the reader might. */
  readonly whyNoMending: string | null;
}

/** @param outcome of the deface run that is looked at */
export async function mendingFacts(
  actor: Actor,
  { state, projectId, readers }: { state: string; projectId: string; readers: number },
  outcome: DefaceOutcome | null,
): Promise<MendingFacts> {
  const made = outcome?.mended;
  const asked =
    outcome !== null &&
    can(actor, 'review.mend', projectId) &&
    canStep(seriesMachine, state as SeriesState, 'mendMask');
  const whyNoMending = asked ? await whyNotMendable(outcome.volumes) : null;
  return {
    mended: made ? { mine: made.by === actor.userId, warning: made.warning, keptForBrain: made.keptForBrain } : null,
    mayAccept: mayAccept(actor.userId, readers, made?.by ?? null),
    mayMend: asked && whyNoMending === null,
    whyNoMending,
  };
}

/** Why the volumes of a series cannot be mended with one mask, in plain words; null when they can. */
async function whyNotMendable(volumes: Volumes): Promise<string | null> {
  if (volumes.length === 0) return 'There is no volume to draw on.';
  if (volumes.some((volume) => volume.picture === true)) return PICTURE;
  if (volumes.length === 1) return null;
  const grid = await sharedGrid(volumes).catch(() => null);
  return grid === null ? OTHER_GRIDS : null;
}

/** The voxels that all volumes lie on; null when they differ. */
async function sharedGrid(volumes: Volumes): Promise<Grid | null> {
  const [first, ...rest] = await Promise.all(volumes.map((volume) => gridOf(volume.before)));
  return first !== undefined && rest.every((grid) => sameGrid(first, grid)) ? first : null;
}

async function gridOf(key: string): Promise<Grid> {
  const source = await get(parseWorkKey(key));
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    head.push(chunk);
    bytes += chunk.length;
    if (bytes >= HEADER_BYTES[2]) break;
  }
  source.destroy();
  return niftiGrid(Buffer.concat(head));
}

async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new DomainError('TOO_LARGE', 'This is too large for a mask. Draw a simpler one.');
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
