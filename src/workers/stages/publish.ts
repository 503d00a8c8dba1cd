// publish: lays accepted series out as BIDS under release/, looks again at every byte, and makes the version public. Fails closed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { RemovedValue } from '@/domain/deid/removed';
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { releaseMachine } from '@/domain/machines';
import { type PlannedVolume, planDataset } from '@/domain/release/dataset';
import { type DatasetFacts, fixedWords, manifest, topFiles } from '@/domain/release/texts';
import { SOFTWARE_VERSION } from '@/domain/release/version';
import { lookAgainAtSidecar, lookAgainAtText, lookAgainAtVolume } from '@/engines/lookAgain';
import { lookAgainAtPicture } from '@/engines/pictures';
import { db } from '@/server/db';
import type { Finished } from '@/server/stageRuns';
import { localPath, put, type ReleaseKey, releaseKey } from '@/server/storage';
import type { Stage, Work } from '../work';
import { profileOf } from './originals';
import { assertReleasable, type Picked, type PickedVolume, pickedSeries } from './picked';

interface Written {
  readonly path: string;
  readonly key: ReleaseKey;
  readonly size: number;
  readonly sha256: string;
  readonly seriesId: string | null;
}
const MANIFEST = 'manifest-sha256.txt';

export const publishStage: Stage = async (work) => {
  const releaseId = work.ticket.unitId;
  await assertReleasable(db, releaseId);
  const picked = await pickedSeries(work, releaseId);
  if (picked.length === 0) throw new DomainError('INVALID', 'No series was picked for this version.');
  const plan = planDataset(picked.flatMap((one) => one.volumes));
  const written: Written[] = [];
  for (const [index, volume] of plan.entries()) {
    work.signal.throwIfAborted();
    written.push(...(await writeVolume(work, volume)));
    work.progress(0.5 + (0.4 * index) / plan.length);
  }
  written.push(...(await writeTexts(work, releaseId, picked, plan)));
  const list = await writeText(work, MANIFEST, manifest(written), []);
  return finished(releaseId, [...written, list], list.sha256);
};

async function writeVolume(work: Work, { volume, copies, sidecar }: PlannedVolume<PickedVolume>): Promise<Written[]> {
  const written: Written[] = [];
  const paths = new Map<string, string>();
  for (const { part, path } of copies) {
    const from = volume.files[part];
    if (from === null)
      throw new DomainError('NOT_FOUND', 'A file of an accepted series is no longer there. Reprocess it.');
    const key = keyOf(work, path);
    const stored = await put(key, createReadStream(from));
    const copy = await localPath(key);
    // What counts is what lies in the release, so that is what is measured and looked at.
    if ((await sha256Of(copy)) !== stored.sha256)
      throw new DomainError('UNSAFE', 'A file changed while it was copied.');
    paths.set(part, copy);
    written.push({ path, key, ...stored, seriesId: volume.seriesId });
  }
  lookAgainAtSidecar(volume.sidecar, volume.removed);
  const picture = paths.get('picture');
  if (picture !== undefined) await lookAgainAtPicture(picture);
  else await lookAgainAtImages(paths, volume);
  const fixed = Object.keys(volume.sidecar).join(' ');
  const text = await writeText(work, sidecar.path, sidecar.text, volume.removed, fixed);
  written.push({ ...text, seriesId: volume.seriesId });
  return written;
}

async function lookAgainAtImages(paths: ReadonlyMap<string, string>, volume: PickedVolume): Promise<void> {
  const files = {
    nifti: paths.get('nifti')!,
    sidecar: volume.sidecar,
    bval: paths.get('bval') ?? null,
    bvec: paths.get('bvec') ?? null,
  };
  await lookAgainAtVolume(files, volume.removed);
}

async function writeTexts(
  work: Work,
  releaseId: string,
  picked: readonly Picked[],
  plan: readonly PlannedVolume<PickedVolume>[],
): Promise<Written[]> {
  const facts = await datasetFacts(releaseId, picked);
  const people = new Map(picked.map((one) => [one.participant.code, one.participant]));
  const removed = picked.flatMap((one) => one.removed);
  const parts = [facts, [...people.values()], plan.map((one) => one.kind)] as const;
  const fixed = fixedWords(...parts);
  const written: Written[] = [];
  for (const { path, text } of topFiles(...parts)) written.push(await writeText(work, path, text, removed, fixed));
  return written;
}

async function writeText(
  work: Work,
  path: string,
  text: string,
  removed: readonly RemovedValue[],
  fixed = '',
): Promise<Written> {
  const key = keyOf(work, path);
  const stored = await put(key, Buffer.from(text, 'utf8'));
  lookAgainAtText(await readFile(await localPath(key), 'utf8'), removed, 'a text file of the dataset', fixed);
  return { path, key, ...stored, seriesId: null };
}

async function datasetFacts(releaseId: string, picked: readonly Picked[]): Promise<DatasetFacts> {
  const { version, title, notes, license, project } = await db.release.findUniqueOrThrow({
    where: { id: releaseId },
    include: { project: { select: { name: true, description: true } } },
  });
  const profiles = new Set(await Promise.all(picked.map(async (one) => (await profileOf(one.profileVersionId)).name)));
  const models = (of: (one: Picked) => string | null) =>
    [...new Set(picked.flatMap((one) => of(one) ?? []))].sort().join(', ') || 'none';
  return {
    name: project.name,
    description: project.description,
    version: String(version),
    title,
    notes,
    date: new Date().toISOString().slice(0, 10),
    license,
    softwareVersion: SOFTWARE_VERSION,
    modelVersion: models((one) => one.modelVersion),
    modelHash: models((one) => one.modelHash),
    profile: [...profiles].sort().join(', '),
  };
}

function finished(releaseId: string, written: readonly Written[], manifestSha256: string): Finished {
  const byteCount = written.reduce((sum, file) => sum + file.size, 0);
  return {
    outcome: { files: written.length, bytes: byteCount },
    also: async (transaction) => {
      const { tx, audit } = transaction;
      await assertReleasable(tx, releaseId);
      const release = await tx.release.findUniqueOrThrow({ where: { id: releaseId } });
      const state = step(releaseMachine, release.state as 'building', 'publish');
      await tx.releaseFile.createMany({
        data: written.map(({ path, key, size, sha256, seriesId }) => ({
          releaseId,
          path,
          key,
          size: BigInt(size),
          sha256,
          seriesId,
        })),
      });
      await tx.release.update({
        where: { id: releaseId },
        data: {
          state,
          publishedAt: new Date(),
          manifestSha256,
          fileCount: written.length,
          byteCount: BigInt(byteCount),
        },
      });
      const event = {
        type: 'release.published',
        releaseId,
        version: release.version,
        files: written.length,
        manifestSha256,
      } as const;
      audit(event, { projectId: release.projectId });
    },
  };
}

/** Like outputs under work/, those of each attempt lie apart. */
function keyOf(work: Work, path: string): ReleaseKey {
  return releaseKey(work.ticket.unitId, `a${work.ticket.attempt}/${path}`);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
