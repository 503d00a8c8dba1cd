// A series that defacing left in doubt, mended by hand, reviewed and released: through the real model and the services people use.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LABEL, packLabels, unpackLabels } from '@/domain/deface/labelRuns';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, items, numbers, text } from '@/domain/dicom/values';
import type { Vec3 } from '@/domain/nifti/affine';
import { readNifti } from '@/domain/nifti/volume';
import { type DefaceOutcome, defaceOutcome } from '@/domain/outcomes';
import { pixelValues } from '@/domain/pixels/paint';
import type { Actor } from '@/domain/policy';
import { openPixels } from '@/engines/framePixels';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import { listFiles, openFile } from '@/server/downloads';
import { mendMask } from '@/server/mending';
import { listReleases, publishRelease } from '@/server/releases';
import { decide, reviewItem } from '@/server/reviews';
import { localPath, parseReleaseKey, parseWorkKey } from '@/server/storage';
import { uploadFolder } from '@/workers/uploadFolder';
import '../server/database';
import { makePeople, type People, workAll } from './people';
import { PLANTED, scan } from './scan';

const SHAPE: Vec3 = [32, 32, 12];
const SIZE = 32 * 32 * 12;

async function volumeAt(key: string, parse: typeof parseWorkKey | typeof parseReleaseKey = parseWorkKey) {
  return readNifti(gunzipSync(await readFile(await localPath(parse(key)))));
}
async function downloaded(actor: Actor, releaseId: string, path: string): Promise<Buffer> {
  const file = await openFile(actor, releaseId, path);
  assert.ok(!('unsatisfiable' in file));
  return Buffer.concat(await file.stream!.toArray());
}
async function newest(seriesId: string): Promise<{ id: string; outcome: DefaceOutcome }> {
  const run = await db.stageRun.findFirstOrThrow({
    where: { unitId: seriesId, stage: 'deface' },
    orderBy: { createdAt: 'desc' },
  });
  return { id: run.id, outcome: defaceOutcome.parse(run.outcome) };
}

describe('a test pattern that a person calls a head', () => {
  let people: People;
  let seriesId: string;
  const stateOf = async () => db.series.findUniqueOrThrow({ where: { id: seriesId } });
  /** Two thirds of the slices, and a lone voxel at the other end: told apart from any cut of the network's. */
  const drawn = new Uint8Array(SIZE).fill(1, SIZE / 3);
  drawn[5] = 1;
  /** What the network takes for brain, if only in a ramp of grey: it stays. */
  let brain: Uint8Array;

  /** Half of it is air, which no network takes for brain. */
  const ramp = (z: number, y: number, x: number) => (y < 16 ? 0 : 100 + 20 * x + z + y);

  before(async () => {
    people = await makePeople();
    await uploadFolder(people.coordinator, people.projectId, scan({ pixels: ramp }));
    for (const stage of ['ingest', 'deidentify', 'convert']) await workAll(stage);
    await db.series.updateMany({ where: { projectId: people.projectId }, data: { answers: { head: 'head' } } });
    await workAll('deface');
    seriesId = (await db.series.findFirstOrThrow({ where: { projectId: people.projectId } })).id;
  });

  it('is held, with the plan of the network for whoever will mend it', async () => {
    assert.equal((await stateOf()).state, 'heldDeface');
    const { outcome } = await newest(seriesId);
    assert.equal(outcome.volumes[0]!.after, null);
    const plan = await readFile(await localPath(parseWorkKey(outcome.volumes[0]!.plan!)));
    brain = unpackLabels(plan, SHAPE).map((label) => (label === LABEL.brain ? 1 : 0));
    assert.equal((await reviewItem(people.reviewer, seriesId)).mayMend, true);
  });

  it('goes to review with exactly what was drawn removed, and every other voxel as it was', async () => {
    const { id: stageRunId } = await newest(seriesId);
    await mendMask(people.reviewer, seriesId, { stageRunId, mask: [packLabels(drawn, SHAPE)] });
    await workAll();
    const { state, why, faceRisk } = await stateOf();
    assert.equal(state, 'inReview', why ?? '');
    assert.equal(faceRisk, true);
    const { id, outcome } = await newest(seriesId);
    assert.notEqual(id, stageRunId);
    assert.equal(outcome.kind, 'defaced');
    assert.equal(outcome.mended?.by, people.reviewer.userId);
    // No face was found in it, so no figure can be in range: the reader is told, and decides.
    assert.match(outcome.mended?.warning ?? '', /person's look/);
    assert.equal(why, outcome.mended?.warning);
    assert.equal(outcome.volumes[0]!.figures!.brainVoxelsAltered, 0);
    assert.equal(outcome.volumes[0]!.figures!.wrongVoxels, 0);
    const { before: from, after, mask } = outcome.volumes[0]!;
    const [was, is, removed] = [await volumeAt(from), await volumeAt(after!), await volumeAt(mask!)];
    const wanted = drawn.map((marked, n) => (brain[n] === 1 ? 0 : marked));
    assert.deepEqual(Uint8Array.from(removed.data), wanted);
    assert.equal(
      outcome.mended?.keptForBrain,
      drawn.reduce((sum, marked, n) => sum + marked * brain[n]!, 0),
    );
    const first = wanted.indexOf(1);
    const voxel = (data: Uint8Array, n: number) => Buffer.from(data.subarray(2 * n, 2 * n + 2)).toString('hex');
    for (let n = 0; n < SIZE; n++) {
      assert.equal(voxel(is.data, n), wanted[n] === 1 ? voxel(is.data, first) : voxel(was.data, n));
    }
  });

  it('leaves only after a reader accepted this very result, and as it was seen', async () => {
    const wish = { title: 'Mended', notes: '', license: 'CC-BY-4.0', seriesIds: [seriesId], includeDicom: true };
    await assert.rejects(publishRelease(people.lead, people.projectId, wish));
    const { id: stageRunId, outcome } = await newest(seriesId);
    await decide(people.reviewer, seriesId, { decision: 'accept', stageRunId });
    const { releaseId } = await publishRelease(people.lead, people.projectId, wish);
    await workAll();
    const { state, files } = await db.release.findUniqueOrThrow({ where: { id: releaseId }, include: { files: true } });
    assert.equal(state, 'published');
    const file = files.find(({ path }) => path.endsWith('.nii.gz'))!;
    const [released, seen] = [await volumeAt(file.key, parseReleaseKey), await volumeAt(outcome.volumes[0]!.after!)];
    assert.deepEqual(released.data, seen.data);
  });

  it('leaves as DICOM with the very same pixels gone, and says so', async () => {
    const [version] = await listReleases(people.lead, people.projectId);
    assert.deepEqual(version!.withoutDicom, []);
    const rows = await listFiles(people.lead, version!.id);
    const images = rows.filter(({ path }) => /^sourcedata\/sub-001\/ses-01\/ser-001\/\d{6}\.dcm$/.test(path));
    assert.equal(images.length, SHAPE[2]);
    const { outcome } = await newest(seriesId);
    const volume = await volumeAt(outcome.volumes[0]!.after!);
    const voxels = new Uint16Array(Uint8Array.from(volume.data).buffer);
    for (const { path, sha256 } of images) {
      const bytes = await downloaded(people.lead, version!.id, path);
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
      for (const value of PLANTED) assert.ok(!bytes.toString('latin1').includes(value), 'a planted identifier');
      const file = readDicom(bytes);
      const context = contextOf(file);
      assert.equal(text(file.dataset, TAG.RecognizableVisualFeatures, context), 'NO');
      const codes = items(file.dataset, 0x00120064).map((item) => text(item, 0x00080100, context));
      assert.ok(codes.includes('113102'));
      const k = Math.round(numbers(file.dataset, TAG.ImagePositionPatient, context)[2]! / 2);
      const { bytes: pixels, layout } = await openPixels(file).frame(0);
      const values = pixelValues(pixels, layout);
      // The converter turns rows over.
      for (let n = 0; n < values.length; n++)
        assert.equal(values[n], voxels[(k * 32 + 31 - Math.floor(n / 32)) * 32 + (n % 32)]);
    }
    const part = await openFile(people.lead, version!.id, images[0]!.path, { range: 'bytes=128-131' });
    assert.ok(!('unsatisfiable' in part));
    assert.equal(Buffer.concat(await part.stream!.toArray()).toString(), 'DICM');
  });

  it('leaves without its DICOM, and says why, when that does not show what the mask was drawn on', async () => {
    const { files } = await db.release.findFirstOrThrow({
      where: { projectId: people.projectId },
      include: { files: true },
    });
    const { outcome } = await newest(seriesId);
    const path = await localPath(parseWorkKey(outcome.volumes[0]!.after!));
    const kept = await readFile(path);
    const other = Buffer.from(gunzipSync(kept));
    const { voxOffset, data } = readNifti(other);
    // A voxel that stayed is another one in the volume: which of the two is the reader's scan, nobody knows.
    const mask = await volumeAt(outcome.volumes[0]!.mask!);
    const voxel = mask.data.lastIndexOf(0);
    other.writeUInt16LE((data[2 * voxel]! + 977) % 4096, voxOffset + 2 * voxel);
    await writeFile(path, gzipSync(other));
    try {
      const wish = { title: 'Again', notes: '', license: 'CC-BY-4.0', seriesIds: [seriesId], includeDicom: true };
      await publishRelease(people.lead, people.projectId, wish);
      await workAll();
      const [version] = await listReleases(people.lead, people.projectId);
      assert.equal(version!.state, 'published');
      assert.equal(version!.fileCount, files.length - SHAPE[2]);
      assert.equal(version!.withoutDicom[0]!.series, 'sub-001/ses-01/ser-001');
      assert.match(version!.withoutDicom[0]!.reason, /does not agree, in place or pixels/);
    } finally {
      await writeFile(path, kept);
    }
  });

  it('left an unbroken trail that names nobody', async () => {
    assert.equal((await verifyAudit()).ok, true);
    const rows = JSON.stringify([await db.auditEvent.findMany(), await db.stageRun.findMany(), await stateOf()]);
    for (const value of PLANTED) assert.ok(!rows.toLowerCase().includes(value.toLowerCase()), 'a planted identifier');
  });
});
