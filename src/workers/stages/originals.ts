// The originals and rules that a series' stages work with.
import { createHash } from 'node:crypto';
import type { DeidKeys } from '@/domain/deid/keys';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import type { RemovedValue } from '@/domain/deid/removed';
import { DomainError } from '@/domain/errors';
import type { SeriesKind } from '@/domain/ingest/group';
import { deidKeys } from '@/engines/dicomFiles';
import { knownValues } from '@/engines/knownValues';
import { db } from '@/server/db';
import { projectSecret } from '@/server/projectSecret';
import { localPath, parseRawKey } from '@/server/storage';

export interface SeriesOriginals {
  readonly kind: SeriesKind;
  readonly subjectCode: string;
  readonly session: number;
  /** Within the session. */
  readonly number: number;
  readonly modality: string;
  readonly answers: SeriesAnswers;
  /** Local paths, in the order of the series. */
  readonly files: readonly string[];
  /** Over the content of all files, in order. */
  readonly inputHash: string;
}
export interface SeriesAnswers {
  readonly pixelsConfirmedBy?: string;
  /** The boxes as a person left them. */
  readonly pixelPlan?: unknown;
  readonly geometryConfirmedBy?: string;
  readonly head?: 'head' | 'notHead';
  /** A mask that a person drew, in work/, and that person's user id. */
  readonly mask?: string;
  readonly maskBy?: string;
}

/** @throws DomainError NOT_FOUND when the series is gone */
export async function originalsOf(seriesId: string): Promise<SeriesOriginals> {
  const series = await db.series.findUnique({
    where: { id: seriesId },
    include: {
      study: { include: { subject: true } },
      instances: { orderBy: [{ number: 'asc' }, { id: 'asc' }] },
    },
  });
  if (series === null) throw new DomainError('NOT_FOUND', 'This series is no longer there.');
  const hash = createHash('sha256');
  for (const instance of series.instances) hash.update(instance.sha256);
  return {
    kind: series.kind as SeriesKind,
    subjectCode: series.study.subject.code,
    session: series.study.number,
    number: series.number,
    modality: series.modality,
    answers: (series.answers ?? {}) as SeriesAnswers,
    files: await Promise.all(series.instances.map((instance) => localPath(parseRawKey(instance.rawKey)))),
    inputHash: hash.digest('hex'),
  };
}

/**
 * What all files of the study that a series belongs to tell about who it is about, under a profile's options. In memory only:
 * the lists of a few studies are kept for their next series.
 */
export async function knownOfStudy(
  seriesId: string,
  { options }: Profile,
  signal: AbortSignal,
): Promise<readonly RemovedValue[]> {
  const instances = await db.instance.findMany({
    where: { series: { kind: 'dicom', study: { series: { some: { id: seriesId } } } } },
    select: { rawKey: true, sha256: true },
    orderBy: { id: 'asc' },
  });
  const hash = createHash('sha256').update(JSON.stringify(options));
  for (const { sha256 } of instances) hash.update(sha256);
  const study = hash.digest('hex');
  const kept = studies.get(study);
  if (kept !== undefined) return kept;
  const paths = await Promise.all(instances.map(({ rawKey }) => localPath(parseRawKey(rawKey))));
  const known = await knownValues(paths, options, signal);
  if (studies.size >= STUDIES_KEPT) studies.delete(studies.keys().next().value!);
  studies.set(study, known);
  return known;
}

const studies = new Map<string, readonly RemovedValue[]>();
const STUDIES_KEPT = 8;

/** The profile version a run was queued with. */
export async function profileOf(profileVersionId: string | null): Promise<Profile> {
  const row =
    profileVersionId === null ? null : await db.profileVersion.findUnique({ where: { id: profileVersionId } });
  if (row === null)
    throw new DomainError('NOT_FOUND', 'The profile of this run is no longer there. Reprocess the series.');
  return parseProfile(row.profile);
}

export async function keysOf(projectId: string): Promise<DeidKeys> {
  return deidKeys(await projectSecret(projectId));
}
