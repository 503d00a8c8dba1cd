// The series picked for a release: whether each may leave, which files it brings, and what was once taken out of it.
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { RemovedValue } from '@/domain/deid/removed';
import { DomainError } from '@/domain/errors';
import type { PixelPlan } from '@/domain/pixels/plan';
import type { ReleaseVolume } from '@/domain/release/bids';
import type { VolumePart } from '@/domain/release/dataset';
import { ageInYears, type Participant, sexOf } from '@/domain/release/texts';
import { cleanSeries } from '@/engines/cleanSeries';
import { withoutRemoved } from '@/engines/lookAgain';
import { db } from '@/server/db';
import { releasability } from '@/server/releasability';
import { localPath, parseWorkKey } from '@/server/storage';
import type { Work } from '../work';
import { conversionOf, defacingOf, pixelsOf } from './earlier';
import { keysOf, originalsOf, profileOf, type SeriesOriginals } from './originals';

export interface PickedVolume extends ReleaseVolume {
  readonly seriesId: string;
  /** Local paths. */
  readonly files: Readonly<Record<VolumePart, string | null>>;
  readonly removed: readonly RemovedValue[];
}
export interface Picked {
  readonly volumes: readonly PickedVolume[];
  readonly participant: Participant;
  /** IN MEMORY ONLY. */
  readonly removed: readonly RemovedValue[];
  readonly profileVersionId: string | null;
  readonly modelHash: string | null;
  readonly modelVersion: string | null;
}

type Reader = Parameters<typeof releasability>[0];

/**
 * Asks for every picked series whether it may leave, with the very defacing that was picked.
 * @throws DomainError UNSAFE
 */
export async function assertReleasable(tx: Reader, releaseId: string): Promise<void> {
  const rows = await tx.releaseSeries.findMany({ where: { releaseId } });
  const answers = await releasability(
    tx,
    rows.map((row) => row.seriesId),
  );
  for (const row of rows) {
    const answer = answers.get(row.seriesId);
    if (answer?.ok === true && answer.stageRunId === row.stageRunId) continue;
    const why = answer === undefined || answer.ok ? 'It has changed since it was picked.' : answer.why;
    throw new DomainError(
      'UNSAFE',
      `A series of this version may not leave: ${why} Pick the series again and publish anew.`,
    );
  }
}

export async function pickedSeries(work: Work, releaseId: string): Promise<Picked[]> {
  const rows = await db.releaseSeries.findMany({
    where: { releaseId },
    include: { series: { include: { study: { include: { subject: true } } } } },
  });
  const place = ({ series: { study, number } }: (typeof rows)[number]) =>
    `${study.subject.code} ${String(study.number).padStart(6, '0')} ${String(number).padStart(6, '0')}`;
  rows.sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const picked: Picked[] = [];
  for (const [index, row] of rows.entries()) {
    picked.push(await pickedOne(work, row.seriesId, row.stageRunId));
    work.progress((0.5 * (index + 1)) / rows.length);
  }
  return sharedParticipants(picked);
}

async function pickedOne(work: Work, seriesId: string, stageRunId: string): Promise<Picked> {
  const series = await originalsOf(seriesId);
  const [conversion, defacing] = [await conversionOf(seriesId), await defacingOf(stageRunId)];
  const plan = series.kind === 'nifti' ? null : await pixelsOf(seriesId, series.answers);
  const person = await takenOut(work, series, conversion.profileVersionId, plan);
  const volumes = await Promise.all(
    defacing.volumes.map(async (volume): Promise<PickedVolume> => {
      const source = conversion.volumes.find((one) => one.nifti === volume.before);
      if (source === undefined || volume.after === null)
        throw new DomainError('UNSAFE', 'A volume was converted again after its defacing. Reprocess the series.');
      const file = async (key: string | null) => (key === null ? null : localPath(parseWorkKey(key)));
      const files = {
        nifti: source.picture === undefined ? await file(volume.after) : null,
        picture: await file(source.picture ?? null),
        bval: await file(source.bval),
        bvec: await file(source.bvec),
      };
      const kept = JSON.parse(await readFile((await file(source.sidecar))!, 'utf8')) as Record<string, unknown>;
      const sidecar = withoutRemoved(kept, person.removed);
      const { subjectCode, session, modality } = series;
      const hasBval = files.bval !== null && files.bvec !== null;
      return {
        seriesId,
        subjectCode,
        session,
        modality,
        sidecar,
        volumes: source.volumes,
        hasBval,
        suffix: source.suffix,
        picture: files.picture === null ? undefined : extname(files.picture),
        files,
        removed: person.removed,
      };
    }),
  );
  const participant = { code: series.subjectCode, sex: sexOf(person.sex), age: ageInYears(person.age) };
  const { modelHash, modelVersion } = defacing;
  return {
    volumes,
    participant,
    removed: person.removed,
    profileVersionId: conversion.profileVersionId,
    modelHash,
    modelVersion,
  };
}

/** What de-identification takes out of the originals, found anew because it is never stored; and what the profile leaves of a person. */
async function takenOut(work: Work, series: SeriesOriginals, profileVersionId: string | null, plan: PixelPlan | null) {
  if (series.kind !== 'dicom') return { removed: [], sex: null, age: null };
  const cleaned = await cleanSeries({
    files: series.files,
    output: null,
    profile: await profileOf(profileVersionId),
    keys: await keysOf(work.ticket.projectId),
    subjectCode: series.subjectCode,
    ...(plan === null ? {} : { pixels: async () => plan }),
    signal: work.signal,
  });
  const refused = cleaned.refused[0];
  if (refused !== undefined) throw new DomainError('UNSAFE', `A series could not be checked again. ${refused.reason}`);
  return cleaned;
}

/** One row per subject: the first scan's age, and the sex if any series tells. */
function sharedParticipants(picked: readonly Picked[]): Picked[] {
  const people = new Map<string, Participant>();
  for (const { participant } of picked) {
    const known = people.get(participant.code);
    people.set(
      participant.code,
      known === undefined
        ? participant
        : { ...known, sex: known.sex ?? participant.sex, age: known.age ?? participant.age },
    );
  }
  return picked.map((one) => ({ ...one, participant: people.get(one.participant.code)! }));
}
