// Subjects, studies, series and instances of an ingest: found again by their keyed names, else made and numbered on.
import { randomUUID } from 'node:crypto';
import { step } from '@/domain/machine';
import { type SeriesState, seriesMachine } from '@/domain/machines';
import { newestProfile } from '@/server/seriesMoves';
import { queueStage } from '@/server/stageRuns';
import type { Transaction } from '@/server/transact';
import { type Ingested, inBatches } from './ingested';

type Tx = Transaction['tx'];

/** Writes the rows of every series, starts the new ones and those that grew. Returns how many files were known before. */
export async function recordSeries(
  transaction: Transaction,
  ingested: Ingested,
): Promise<{ studies: number; repeated: number }> {
  const { tx } = transaction;
  const subjects = await writeSubjects(tx, ingested);
  const studies = await writeStudies(tx, ingested, subjects);
  const known = await writeSeries(tx, ingested, studies);
  const repeated = await writeInstances(tx, ingested, known);
  await startSeries(transaction, ingested, known);
  return { studies: studies.size, repeated };
}

/** patientKey -> subject id */
async function writeSubjects(tx: Tx, { projectId, series }: Ingested): Promise<Map<string, string>> {
  const wanted = [...new Set(series.map((one) => one.patientKey))];
  const rows = await tx.subject.findMany({ where: { projectId }, select: { id: true, code: true, patientKey: true } });
  const ids = new Map(rows.map((row) => [row.patientKey, row.id]));
  let last = Math.max(0, ...rows.map((row) => Number(/^sub-(\d+)$/.exec(row.code)?.[1] ?? 0)));
  const fresh = wanted
    .filter((key) => !ids.has(key))
    .map((patientKey) => ({ id: randomUUID(), projectId, patientKey, code: `sub-${String(++last).padStart(3, '0')}` }));
  await inBatches(fresh, (some) => tx.subject.createMany({ data: some }));
  for (const row of fresh) ids.set(row.patientKey, row.id);
  return ids;
}

/** studyKey -> study id */
async function writeStudies(
  tx: Tx,
  { projectId, series }: Ingested,
  subjects: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const subjectIds = [...new Set(series.map((one) => subjects.get(one.patientKey)!))];
  const rows = await tx.study.findMany({ where: { subjectId: { in: subjectIds } } });
  const ids = new Map(rows.map((row) => [row.studyKey, row.id]));
  const last = new Map<string, number>();
  for (const row of rows) last.set(row.subjectId, Math.max(row.number, last.get(row.subjectId) ?? 0));
  const fresh = [];
  for (const { studyKey, patientKey } of series) {
    if (ids.has(studyKey)) continue;
    const subjectId = subjects.get(patientKey)!;
    const number = (last.get(subjectId) ?? 0) + 1;
    last.set(subjectId, number);
    const id = randomUUID();
    ids.set(studyKey, id);
    fresh.push({ id, projectId, subjectId, studyKey, number });
  }
  await inBatches(fresh, (some) => tx.study.createMany({ data: some }));
  return new Map(series.map((one) => [one.studyKey, ids.get(one.studyKey)!]));
}

interface KnownSeries {
  readonly id: string;
  readonly state: SeriesState;
  readonly isNew: boolean;
  /** How many instances came with this upload that were not there before. */
  added: number;
}

/** seriesKey -> its row; new rows are written with their instances. */
async function writeSeries(
  tx: Tx,
  { projectId, series }: Ingested,
  studies: ReadonlyMap<string, string>,
): Promise<Map<string, KnownSeries>> {
  const rows = await tx.series.findMany({
    where: { studyId: { in: [...studies.values()] } },
    select: { id: true, state: true, seriesKey: true, studyId: true, number: true },
  });
  const known = new Map<string, KnownSeries>(
    rows.map((row) => [row.seriesKey, { id: row.id, state: row.state as SeriesState, isNew: false, added: 0 }]),
  );
  const last = new Map<string, number>();
  for (const row of rows) last.set(row.studyId, Math.max(row.number, last.get(row.studyId) ?? 0));
  const fresh = [];
  for (const one of series) {
    if (known.has(one.seriesKey)) continue;
    const studyId = studies.get(one.studyKey)!;
    const number = (last.get(studyId) ?? 0) + 1;
    last.set(studyId, number);
    const state: SeriesState = one.risk === null ? 'received' : step(seriesMachine, 'received', 'quarantine');
    const id = randomUUID();
    known.set(one.seriesKey, { id, state, isNew: true, added: 0 });
    fresh.push({
      id,
      projectId,
      studyId,
      number,
      seriesKey: one.seriesKey,
      kind: one.kind,
      modality: one.modality,
      state,
      why: one.risk,
    });
  }
  await inBatches(fresh, (some) => tx.series.createMany({ data: some }));
  return known;
}

/** Writes the instances. Those that an earlier upload brought are not written again; their count is returned. */
async function writeInstances(
  tx: Tx,
  { files, series, fates }: Ingested,
  known: ReadonlyMap<string, KnownSeries>,
): Promise<number> {
  let repeated = 0;
  for (const one of series) {
    const row = known.get(one.seriesKey)!;
    const before = row.isNew
      ? []
      : await tx.instance.findMany({ where: { seriesId: row.id }, select: { instanceKey: true, number: true } });
    const there = new Set(before.map((instance) => instance.instanceKey));
    let number = Math.max(0, ...before.map((instance) => instance.number));
    const fresh = one.instances.filter((instance) => !there.has(instance.instanceKey));
    row.added = fresh.length;
    const data = fresh.map(({ file, instanceKey }) => {
      const { id: fileId, rawKey, sha256 } = files[file]!;
      number += 1;
      return { seriesId: row.id, fileId, instanceKey, number, rawKey, sha256 };
    });
    await inBatches(data, (some) => tx.instance.createMany({ data: some }));
    const again = one.instances
      .filter((instance) => there.has(instance.instanceKey))
      .map(({ file }) => files[file]!.id);
    repeated += again.length;
    const accepted = again.filter((id) => fates.get(id)?.event === 'accept');
    await inBatches(accepted, (some) =>
      tx.uploadFile.updateMany({
        where: { id: { in: some } },
        data: { state: 'duplicate', reason: 'This instance is in the project already.' },
      }),
    );
  }
  return repeated;
}

/** New series begin; series that grew begin again, whatever had become of them. */
async function startSeries(
  transaction: Transaction,
  { projectId, series }: Ingested,
  known: ReadonlyMap<string, KnownSeries>,
): Promise<void> {
  const { tx, audit, afterCommit } = transaction;
  const profileVersionId = series.length === 0 ? null : await newestProfile(tx, projectId);
  for (const one of series) {
    const { id, state, isNew, added } = known.get(one.seriesKey)!;
    if (isNew && one.risk !== null)
      audit({ type: 'series.moved', seriesId: id, from: 'received', to: state, why: one.risk }, { projectId });
    if (added === 0 || (isNew && one.risk !== null)) continue;
    if (!isNew) await restart(transaction, projectId, id, state);
    await queueStage(tx, audit, afterCommit, {
      stage: 'deidentify',
      unitId: id,
      projectId,
      seriesId: id,
      profileVersionId,
    });
  }
}

const GREW = 'More files of this series arrived, so it starts again.';

async function restart({ tx, audit }: Transaction, projectId: string, id: string, from: SeriesState): Promise<void> {
  // Whoever works on the series now has not seen the new files: its result is dropped when it comes.
  await tx.stageRun.updateMany({
    where: { unitId: id, state: { in: ['queued', 'running'] } },
    data: { state: 'cancelled', finishedAt: new Date() },
  });
  if (from === 'received') return;
  const to = step(seriesMachine, from, 'reprocess');
  await tx.series.update({ where: { id }, data: { state: to, why: GREW, answers: {}, faceRisk: true } });
  audit({ type: 'series.moved', seriesId: id, from, to, why: GREW }, { projectId });
}
