// cloakroom run: everything, from originals to a BIDS dataset whose heads have no faces.

import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemovedValue } from '@/domain/deid/removed';
import type { ReleaseVolume } from '@/domain/release/bids';
import { planDataset, type VolumePart } from '@/domain/release/dataset';
import { ageInYears, fixedWords, manifest, type Participant, sexOf, topFiles } from '@/domain/release/texts';
import { SOFTWARE_VERSION } from '@/domain/release/version';
import { defaceSeries } from '@/engines/defaceSeries';
import { lookAgainAtText, lookAgainAtVolume } from '@/engines/lookAgain';
import type { Gathered, SeriesInput } from './gather';
import { modelDir } from './packageRoot';
import type { Session } from './session';
import { type MadeSeries, makeVolumes } from './volumes';

interface ReadyVolume extends ReleaseVolume {
  readonly nifti: string;
  readonly bval: string | null;
  readonly bvec: string | null;
}
/** Pictures wait for a person, so that none comes this way. */
type Copied = Exclude<VolumePart, 'picture'>;
interface Model {
  readonly modelHash: string;
  readonly modelVersion: string;
}
interface Dataset {
  readonly volumes: ReadyVolume[];
  readonly participants: Map<string, Participant>;
  readonly removed: RemovedValue[];
  model: Model | null;
}

export async function runAll(session: Session, gathered: Gathered): Promise<void> {
  const dataset: Dataset = { volumes: [], participants: new Map(), removed: [], model: null };
  for (const [index, series] of gathered.series.entries()) {
    session.progress.show('Working', index, gathered.series.length);
    await oneSeries(session, series, join(session.unfinished, `run-${index}`), dataset);
    await session.crosswalk?.save();
  }
  session.progress.show('Working', gathered.series.length, gathered.series.length);
  if (dataset.volumes.length > 0) await writeDataset(session, dataset);
}

async function oneSeries(session: Session, series: SeriesInput, folder: string, dataset: Dataset): Promise<void> {
  const made = await makeVolumes(session, series, folder);
  if (made === null) return;
  const outDir = join(folder, 'defaced');
  await mkdir(outDir);
  const { signal, unfinished } = session;
  const defaced = await defaceSeries({
    volumes: made.volumes.map((volume) => volume.nifti),
    outDir,
    modelDir: modelDir(),
    facts: made.head,
    tempDir: unfinished,
    signal,
  });
  dataset.model ??= defaced;
  if (defaced.kind === 'held') {
    session.leave(series, 'head', defaced.reason);
    return;
  }
  const after = defaced.volumes.map((volume) => volume.after!);
  dataset.volumes.push(...(await readyVolumes(series, made, after)));
  for (const value of made.removed) dataset.removed.push(value);
  addParticipant(dataset, series, made);
  session.finish(series.files.length);
}

async function readyVolumes(series: SeriesInput, made: MadeSeries, after: readonly string[]): Promise<ReadyVolume[]> {
  const ready = made.volumes.map((volume, index) => ({ ...volume, nifti: after[index]! }));
  for (const volume of ready) await lookAgainAtVolume(volume, made.removed);
  const { subjectCode, session, modality } = series;
  return ready.map((volume) => ({
    ...volume,
    subjectCode,
    session,
    modality,
    hasBval: volume.bval !== null && volume.bvec !== null,
  }));
}

function addParticipant({ participants }: Dataset, { subjectCode }: SeriesInput, { sex, age }: MadeSeries): void {
  const known = participants.get(subjectCode);
  participants.set(subjectCode, {
    code: subjectCode,
    sex: known?.sex ?? sexOf(sex),
    age: known?.age ?? ageInYears(age),
  });
}

async function writeDataset(session: Session, dataset: Dataset): Promise<void> {
  const planned = planDataset(dataset.volumes);
  const written: { path: string; sha256: string }[] = [];
  const write = async (path: string, text: string, fixed: string) => {
    lookAgainAtText(text, dataset.removed, 'a text file', fixed);
    await session.handOnText(path, text);
    written.push({ path, sha256: sha256(Buffer.from(text)) });
  };
  for (const { volume, copies, sidecar } of planned) {
    for (const { part, path } of copies) {
      const from = volume[part as Copied]!;
      written.push({ path, sha256: sha256(await readFile(from)) });
      await session.handOn(from, path);
    }
    await write(sidecar.path, sidecar.text, Object.keys(volume.sidecar).join(' '));
  }
  const facts = {
    name: 'De-identified images',
    description: '',
    version: '1.0.0',
    title: '',
    notes: '',
    date: new Date().toISOString().slice(0, 10),
    license: 'Not stated',
    softwareVersion: SOFTWARE_VERSION,
    modelVersion: dataset.model?.modelVersion ?? 'none',
    modelHash: dataset.model?.modelHash ?? 'none',
    profile: session.profile.name,
  };
  const parts = [facts, [...dataset.participants.values()], planned.map((p) => p.kind)] as const;
  const fixed = fixedWords(...parts);
  for (const file of topFiles(...parts)) await write(file.path, file.text, fixed);
  await session.handOnText('manifest-sha256.txt', manifest(written));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
