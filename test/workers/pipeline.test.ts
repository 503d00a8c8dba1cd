// The pipeline from a dropped folder to a published version, on a real database, through the services people use.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { presets } from '@/domain/deid/presets';
import { makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { readNifti } from '@/domain/nifti/volume';
import { writeNifti } from '@/domain/nifti/write';
import { convertOutcome, deidentifyOutcome } from '@/domain/outcomes';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import { confirmPixels, savePixelBoxes } from '@/server/pixelBoxes';
import { pixelReview } from '@/server/pixelReview';
import { publishRelease } from '@/server/releases';
import { decide, reviewItem } from '@/server/reviews';
import { decideHeld, reprocess } from '@/server/series';
import { localPath, parseReleaseKey, parseWorkKey } from '@/server/storage';
import { uploadStatus } from '@/server/uploads';
import { uploadFolder } from '@/workers/uploadFolder';
import { writeText } from '../fixtures/writtenText';
import { dataDir } from '../server/database';
import { badFiles, zipOf } from './badFiles';
import { makePeople, type People, workAll } from './people';
import { PLANTED, scan, slice } from './scan';

const other = '1.2.826.0.1.3680043.10.1.50';

async function bytesOf(key: string): Promise<Buffer> {
  return readFile(await localPath(parseWorkKey(key)));
}

async function lastRun(seriesId: string, stage: string) {
  return db.stageRun.findFirstOrThrow({ where: { unitId: seriesId, stage }, orderBy: { createdAt: 'desc' } });
}

function assertNothingPlanted(bytes: Uint8Array, where: string): void {
  const text = Buffer.from(bytes).toString('latin1').toLowerCase();
  for (const value of PLANTED) assert.ok(!text.includes(value.toLowerCase()), `a planted identifier is in ${where}`);
}

describe('an upload of good and bad files', () => {
  let people: People;
  let uploadId: string;
  before(async () => {
    people = await makePeople();
    const bad = await badFiles();
    const inZip = await zipOf(Object.fromEntries(scan({ series: other, slices: 8 }).map((f) => [f.path, f.bytes])));
    const good = scan();
    const files = [
      ...good,
      ...bad,
      { path: 'drop/more.zip', bytes: inZip },
      { path: 'drop/copy', bytes: good[3]!.bytes },
    ];
    uploadId = await uploadFolder(people.coordinator, people.projectId, [
      ...files,
      { path: 'drop/empty.dcm', bytes: new Uint8Array(0) },
    ]);
    await workAll('ingest');
  });

  it('keeps each bad file back with a plain reason, and none sinks the rest', async () => {
    const { files, state } = await uploadStatus(people.coordinator, uploadId);
    assert.equal(state, 'ingested');
    const byPath = new Map(files.map((file) => [file.path, file]));
    for (const { path, reason } of await badFiles()) {
      const row = byPath.get(path);
      assert.equal(row?.state, 'quarantined', path);
      assert.match(row.reason ?? '', reason, path);
      for (const value of [...PLANTED, 'evil', path])
        assert.ok(!row.reason?.includes(value), `${path}: the reason tells too much`);
    }
    assert.equal(byPath.get('drop/empty.dcm')?.state, 'quarantined');
    assert.equal(byPath.get('drop/more.zip')?.state, 'unpacked');
    assert.equal(files.filter((file) => file.state === 'accepted').length, 12 + 8);
    assert.equal(files.filter((file) => file.state === 'duplicate').length, 1);
  });

  it('groups the good ones into one subject, one study and two series, whose keys tell nothing', async () => {
    const subjects = await db.subject.findMany({
      where: { projectId: people.projectId },
      include: { studies: { include: { series: { include: { instances: true } } } } },
    });
    assert.deepEqual(
      subjects.map((subject) => subject.code),
      ['sub-001'],
    );
    assert.equal(subjects[0]!.studies.length, 1);
    const counts = subjects[0]!.studies[0]!.series.map((series) => series.instances.length);
    assert.deepEqual(
      counts.sort((a, b) => a - b),
      [8, 12],
    );
    assertNothingPlanted(Buffer.from(JSON.stringify(subjects)), 'the rows');
  });

  it('leaves nothing of a refused archive outside its place', async () => {
    const all = await readdir(dataDir, { recursive: true });
    assert.ok(!all.some((path) => path.includes('evil')));
  });

  it('cleans every header, and nothing planted is in any byte of it', async () => {
    await workAll('deidentify');
    const series = await db.series.findMany({ where: { projectId: people.projectId } });
    for (const { id, state } of series) {
      assert.equal(state, 'deidentified');
      const run = await lastRun(id, 'deidentify');
      const outcome = deidentifyOutcome.parse(run.outcome);
      assert.ok(
        outcome.changes.some((change) => change.keyword === 'PatientName' && change.count === outcome.instances),
      );
      assertNothingPlanted(Buffer.from(JSON.stringify(outcome)), 'the outcome');
      const folder = join(dataDir, 'work', run.id, 'a1', 'dicom');
      const names = await readdir(folder);
      assert.equal(names.length, outcome.instances);
      for (const name of names) {
        const bytes = await readFile(join(folder, name));
        assertNothingPlanted(bytes, name);
        readDicom(bytes);
      }
    }
  });

  it('converts from the original: every voxel is where and what it was', async () => {
    await workAll('convert');
    const series = await db.series.findFirstOrThrow({
      where: { projectId: people.projectId, instances: { some: { number: 12 } } },
    });
    assert.equal(series.state, 'converted');
    const outcome = convertOutcome.parse((await lastRun(series.id, 'convert')).outcome);
    assert.deepEqual(
      outcome.volumes.map((volume) => volume.shape),
      [[32, 32, 12]],
    );
    const volume = readNifti(gunzipSync(await bytesOf(outcome.volumes[0]!.nifti)));
    const voxels = new Uint16Array(Uint8Array.from(volume.data).buffer);
    // dcm2niix stores rows from posterior to anterior: y is turned over against DICOM.
    const at = (x: number, y: number, z: number) => voxels[x + 32 * (31 - y) + 1024 * z];
    for (const [x, y, z] of [
      [0, 0, 0],
      [5, 9, 3],
      [31, 0, 11],
      [7, 31, 6],
    ] as const) {
      assert.equal(at(x, y, z), 100 + ((x * 7 + y * 13 + z * 29) % 300));
    }
    assertNothingPlanted(await bytesOf(outcome.volumes[0]!.sidecar), 'the sidecar');
  });

  it('skips what a person says is no head, and records the reason', async () => {
    // The answer a reviewer gives to a held series, given beforehand: what the model thinks of a test pattern is not the point.
    await db.series.updateMany({ where: { projectId: people.projectId }, data: { answers: { head: 'notHead' } } });
    await workAll('deface');
    for (const series of await db.series.findMany({ where: { projectId: people.projectId } })) {
      assert.equal(series.state, 'inReview', series.why ?? '');
      assert.equal(series.faceRisk, false);
      assert.ok((series.why ?? '').length > 0);
    }
  });

  it('publishes what was accepted as BIDS, every byte looked at again', async () => {
    const series = await db.series.findMany({ where: { projectId: people.projectId } });
    for (const { id } of series) {
      const { stageRunId } = await reviewItem(people.reviewer, id);
      await decide(people.reviewer, id, { decision: 'accept', stageRunId: stageRunId! });
    }
    const { releaseId } = await publishRelease(people.lead, people.projectId, {
      title: 'First',
      notes: '',
      license: 'CC-BY-4.0',
      seriesIds: series.map((s) => s.id),
    });
    await workAll();
    const release = await db.release.findUniqueOrThrow({ where: { id: releaseId }, include: { files: true } });
    assert.equal(release.state, 'published');
    assert.equal(release.fileCount, release.files.length);
    const paths = release.files.map((file) => file.path).sort();
    for (const name of [
      'dataset_description.json',
      'participants.tsv',
      'participants.json',
      'README',
      'CHANGES',
      'LICENSE',
      'manifest-sha256.txt',
      'sub-001/ses-01/anat/sub-001_ses-01_run-01_T1w.nii.gz',
    ]) {
      assert.ok(paths.includes(name), `${name} is missing of ${paths.join(' ')}`);
    }
    for (const file of release.files) {
      const bytes = await readFile(await localPath(parseReleaseKey(file.key)));
      assert.equal(createHash('sha256').update(bytes).digest('hex'), file.sha256);
      assertNothingPlanted(file.path.endsWith('.gz') ? gunzipSync(bytes) : bytes, file.path);
    }
    const participants = release.files.find((file) => file.path === 'participants.tsv')!;
    assert.match(await readFile(await localPath(parseReleaseKey(participants.key)), 'utf8'), /^sub-001\tF\t36$/m);
  });

  it('wrote an unbroken audit trail without identifiers', async () => {
    assert.equal((await verifyAudit()).ok, true);
    const events = await db.auditEvent.findMany();
    assertNothingPlanted(Buffer.from(JSON.stringify(events)), 'the audit trail');
  });
});

describe('NIfTI', () => {
  it('goes through with a clean header, one subject for each folder', async () => {
    const people = await makePeople();
    const shape = [6, 5, 4] as const;
    const affine = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] as const;
    const data = Uint8Array.from({ length: 120 }, (_, i) => i);
    const telling = writeNifti({ shape, affine, datatype: 2, data }).slice();
    telling.set(Buffer.from('Lovelace Augusta'), 148);
    await uploadFolder(people.coordinator, people.projectId, [
      { path: 'drop/p1/t1.nii.gz', bytes: gzipSync(telling) },
      { path: 'drop/p2/t1.nii', bytes: writeNifti({ shape, affine, datatype: 2, data: data.map((n) => n + 1) }) },
    ]);
    await workAll('ingest');
    await workAll('deidentify');
    await workAll('convert');
    const series = await db.series.findMany({ where: { projectId: people.projectId } });
    assert.deepEqual(
      series.map(({ state, kind }) => ({ state, kind })),
      Array(2).fill({ state: 'converted', kind: 'nifti' }),
    );
    assert.equal(await db.subject.count({ where: { projectId: people.projectId } }), 2);
    const kept = new Set<string>();
    for (const { id } of series) {
      const [volume] = convertOutcome.parse((await lastRun(id, 'convert')).outcome).volumes;
      const bytes = gunzipSync(await bytesOf(volume!.nifti));
      assertNothingPlanted(bytes, 'the volume');
      kept.add(Buffer.from(readNifti(bytes).data).toString('hex'));
    }
    assert.ok(kept.has(Buffer.from(data).toString('hex')), 'the voxels are not what was uploaded');
  });
});

describe('series that need a person', () => {
  const burnt = makeElement(0x00280301, 'CS', 'YES', { bigEndian: false, charsets: [] });

  it('holds a series with a missing slice until its geometry is confirmed', async () => {
    const people = await makePeople();
    await uploadFolder(people.coordinator, people.projectId, scan({ missing: 5 }));
    await workAll();
    const series = await db.series.findFirstOrThrow({ where: { projectId: people.projectId } });
    assert.equal(series.state, 'heldGeometry');
    assert.match(series.why ?? '', /slice/i);
    await decideHeld(people.reviewer, series.id, 'confirmGeometry', 'Known gap.');
    await workAll('convert');
    assert.equal((await db.series.findUniqueOrThrow({ where: { id: series.id } })).state, 'converted');
  });

  it('starts a series again when more of its files arrive, and drops the work under way', async () => {
    const people = await makePeople();
    const files = scan({ slices: 10 });
    await uploadFolder(people.coordinator, people.projectId, files.slice(0, 6));
    await workAll('ingest');
    await workAll('deidentify');
    await uploadFolder(people.coordinator, people.projectId, files.slice(4));
    await workAll('ingest');
    const series = await db.series.findFirstOrThrow({
      where: { projectId: people.projectId },
      include: { instances: true, runs: true },
    });
    assert.equal(series.state, 'received');
    assert.equal(series.instances.length, 10);
    assert.equal(series.runs.filter((run) => run.stage === 'convert' && run.state === 'cancelled').length, 1);
    await workAll('deidentify');
    assert.equal((await lastRun(series.id, 'deidentify')).state, 'succeeded');
  });

  it('blacks out burned-in text, waits for a person, and converts what was blacked out', async () => {
    const people = await makePeople();
    const inName = new Set<number>();
    writeText('LOVELACE', 8, 20, 2, (x, y) => inName.add(y * 128 + x));
    const pixels = (z: number, y: number, x: number) =>
      inName.has(y * 128 + x) ? 4000 : Math.round(900 + 60 * Math.sin(x / 9 + z) * Math.cos(y / 7));
    const files = Array.from({ length: 6 }, (_, z) => ({
      path: `drop/${z}`,
      bytes: slice(z, { size: 128, slices: 6, pixels }, [burnt]),
    }));
    await uploadFolder(people.coordinator, people.projectId, files);
    await workAll();
    const { id, state, why } = await db.series.findFirstOrThrow({ where: { projectId: people.projectId } });
    assert.equal(state, 'heldPixels', why ?? '');
    assert.match(why ?? '', /looked for in 6 images: \d+ places? (was|were) blacked out/);
    const { pixels: found } = deidentifyOutcome.parse((await lastRun(id, 'deidentify')).outcome);
    assert.deepEqual([found!.plan.length, found!.plan[0]!.frames], [1, 6]);
    assert.equal((await bytesOf(found!.pictures[0]!.brightest)).subarray(1, 4).toString(), 'PNG');
    await assert.rejects(decideHeld(people.reviewer, id, 'confirmGeometry'), { code: 'CONFLICT' });
    const { plan, pictures, mayDecide, seen } = await pixelReview(people.reviewer, id);
    assert.deepEqual([mayDecide, pictures.length], [true, 1]);
    const drawn = { x: 100, y: 100, width: 50, height: 10, verdict: 'identifying' } as const;
    const edited = [{ ...plan[0]!, boxes: [...plan[0]!.boxes, drawn] }];
    await assert.rejects(savePixelBoxes(people.coordinator, id, { seen, plan: edited }), { code: 'FORBIDDEN' });
    await assert.rejects(savePixelBoxes(people.reviewer, id, { seen, plan: [{ ...edited[0]!, rows: 1 }] }), {
      code: 'INVALID',
    });
    for (const _press of [1, 2]) await savePixelBoxes(people.reviewer, id, { seen, plan: edited });
    assert.deepEqual((await pixelReview(people.reviewer, id)).plan[0]!.boxes.at(-1), { ...drawn, width: 28 });
    const shown = (await pixelReview(people.reviewer, id)).seen;
    await confirmPixels(people.reviewer, id, shown);
    await assert.rejects(savePixelBoxes(people.reviewer, id, { seen: shown, plan }), { code: 'CONFLICT' });
    await workAll('convert');
    const [volume] = convertOutcome.parse((await lastRun(id, 'convert')).outcome).volumes;
    const { data } = readNifti(gunzipSync(await bytesOf(volume!.nifti)));
    const voxels = new Int16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    assert.equal(voxels.length, 128 * 128 * 6);
    assert.ok(!voxels.includes(4000), 'the name is in the volume');
    assert.ok(
      voxels.some((value) => value > 800),
      'the picture is gone',
    );
    // NIfTI counts rows from below.
    assert.equal(voxels[(127 - 105) * 128 + 110], 0, 'the box that was drawn is not black');
    assert.notEqual(voxels[(127 - 105) * 128 + 90], 0, 'what lies beside it is');
    const folder = join(dataDir, 'work', (await lastRun(id, 'convert')).id);
    const left = await readdir(folder, { recursive: true });
    assert.ok(!left.some((path) => path.endsWith('.dcm')), 'copies of originals were left behind');
    // Begun anew, nobody has looked any more.
    await reprocess(people.lead, id);
    await workAll();
    assert.equal((await db.series.findUniqueOrThrow({ where: { id } })).state, 'heldPixels');
  });

  it('quarantines them where the profile does not clean pixels, and reprocessing leads no way around it', async () => {
    const people = await makePeople();
    const { profile } = presets.research;
    const options = { ...profile.options, cleanPixelData: false };
    await db.profileVersion.updateMany({
      where: { projectId: people.projectId },
      data: { profile: { ...profile, options } },
    });
    await uploadFolder(people.coordinator, people.projectId, [{ path: 'drop/a', bytes: slice(0, {}, [burnt]) }]);
    await workAll();
    const series = await db.series.findFirstOrThrow({ where: { projectId: people.projectId } });
    assert.equal(series.state, 'quarantined');
    await reprocess(people.lead, series.id);
    await workAll();
    const again = await db.series.findFirstOrThrow({ where: { projectId: people.projectId } });
    assert.equal(again.state, 'quarantined');
    assert.match(again.why ?? '', /text/);
  });
});
