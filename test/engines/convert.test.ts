import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DomainError, type ErrorCode } from '@/domain/errors';
import { readNifti } from '@/domain/nifti/volume';
import { cleanNiftiFile, convertSeries } from '@/engines/convert';
import { scrubLog } from '@/engines/dcm2niixLog';
import { madeNifti } from '../domain/nifti/made';
import { sampleFiles, samplesDir, samplesMissing } from '../samples';

const scratch = await mkdtemp(join(tmpdir(), 'convert-test-'));
after(() => rm(scratch, { recursive: true, force: true }));

async function folders(): Promise<{ outDir: string; tempDir: string }> {
  const outDir = await mkdtemp(join(scratch, 'out-'));
  const tempDir = await mkdtemp(join(scratch, 'temp-'));
  return { outDir, tempDir };
}
const isError = (code: ErrorCode) => (error: unknown) => error instanceof DomainError && error.code === code;

/** Series whose reference is every output that dcm2niix gave, in the order of its names. */
const SERIES = [
  'mr_siemens_mosaic_epi',
  'mr_siemens_xa30_t1_enh_face',
  'mr_siemens_xa10_enh_fmri',
  'mr_philips_enh_fieldmap',
  'mr_philips_fmri',
  'mr_siemens_t1_sag_face',
  'mr_siemens_phase',
  'mr_uih_dti',
  'mr_ge_dwi',
  'mr_canon_enh_dti',
  'mr_siemens_agfa_private',
  'mr_hyperfine',
  'mr_hitachi',
];

for (const name of SERIES) {
  test(`${name}: voxels, affine, scaling and gradients are those of the reference`, {
    skip: samplesMissing(),
  }, async () => {
    const { outDir, tempDir } = await folders();
    const { volumes, log } = await convertSeries({ files: sampleFiles(`series/${name}/dicom`), outDir, tempDir });
    const ref = join(samplesDir()!, 'series', name, 'ref');
    const expected = (await readdir(ref)).filter((file) => file.endsWith('.nii.gz')).sort();
    assert.equal(volumes.length, expected.length);
    for (const [n, volume] of volumes.entries()) {
      const bytes = gunzipSync(await readFile(volume.niftiPath));
      const want = gunzipSync(await readFile(join(ref, expected[n]!)));
      const { data, ...facts } = readNifti(bytes);
      const { data: wanted, ...wantedFacts } = readNifti(want);
      assert.deepEqual(facts, wantedFacts);
      assert.equal(Buffer.compare(data, wanted), 0);
      assert.deepEqual(volume.shape, facts.shape);
      // Free text: descrip (148..227), aux_file (228..251), intent_name (328..343), db_name (14..31).
      for (const [from, to] of [
        [14, 32],
        [148, 252],
        [328, 344],
      ] as const)
        assert.ok(bytes.subarray(from, to).every((b) => b === 0));
      const stem = expected[n]!.slice(0, -'.nii.gz'.length);
      for (const [path, end] of [
        [volume.bvalPath, 'bval'],
        [volume.bvecPath, 'bvec'],
      ] as const) {
        const has = (await readdir(ref)).includes(`${stem}.${end}`);
        assert.equal(path !== undefined, has);
        if (path !== undefined)
          assert.equal(await readFile(path, 'utf8'), await readFile(join(ref, `${stem}.${end}`), 'utf8'));
      }
      await assertNothingIdentifying(ref, stem, volume.sidecar, log);
    }
    assert.deepEqual(await readdir(tempDir), []);
  });
}

async function assertNothingIdentifying(
  ref: string,
  stem: string,
  sidecar: Record<string, unknown>,
  log: readonly string[],
): Promise<void> {
  const raw = JSON.parse(await readFile(join(ref, `${stem}.json`), 'utf8')) as Record<string, unknown>;
  const left = JSON.stringify([sidecar, log]);
  assert.ok(Object.keys(sidecar).length > 5);
  for (const key of [
    'InstitutionName',
    'InstitutionAddress',
    'DeviceSerialNumber',
    'StationName',
    'AcquisitionTime',
    'ProtocolName',
    'StudyDescription',
    'SeriesDescription',
  ]) {
    assert.ok(!(key in sidecar));
    const value = raw[key];
    // One vendor fills the station's name with its model's.
    if (typeof value === 'string' && value.length > 3 && value !== raw.ManufacturersModelName)
      assert.ok(!left.includes(value), key);
  }
}

test('a tilted gantry gives the corrected volume alone, with its sidecar', { skip: samplesMissing() }, async () => {
  const { outDir } = await folders();
  const { volumes, log } = await convertSeries({ files: sampleFiles('series/ct_philips_tilt/dicom'), outDir });
  assert.equal(volumes.length, 1);
  assert.equal(volumes[0]!.corrected, 'tilt');
  assert.equal(volumes[0]!.sidecar.Modality, 'CT');
  assert.match(log.join(), /tilted/);
  assert.deepEqual(await readdir(outDir), ['volume1.nii.gz']);
});

test('an interrupted series gives each part, told apart', { skip: samplesMissing() }, async () => {
  const { outDir } = await folders();
  const { volumes } = await convertSeries({ files: sampleFiles('series/mr_siemens_xa_interrupted/dicom'), outDir });
  assert.deepEqual(volumes.map(({ shape }) => shape[2]).sort(), [26, 34]);
});

test('what is no DICOM, nothing at all, and a truncated file are refused in plain words and leave nothing', async () => {
  const { outDir, tempDir } = await folders();
  const text = join(scratch, 'text.dcm');
  const empty = join(scratch, 'empty.dcm');
  await writeFile(text, 'Dear Doe^Jane, this is a letter. '.repeat(100));
  await writeFile(empty, '');
  for (const files of [[], [text], [empty], [text, empty]]) {
    await assert.rejects(convertSeries({ files, outDir, tempDir }), (error) => {
      assert.ok(error instanceof DomainError && (error.code === 'UNREADABLE' || error.code === 'UNSUPPORTED'));
      assert.ok(!error.message.includes('Doe') && !error.message.includes('text') && !error.message.includes(scratch));
      return true;
    });
  }
  assert.deepEqual(await readdir(outDir), []);
  assert.deepEqual(await readdir(tempDir), []);
});

test('an aborted conversion ends at once and leaves nothing behind', { skip: samplesMissing() }, async () => {
  const { outDir, tempDir } = await folders();
  const stop = new AbortController();
  const running = convertSeries({
    files: sampleFiles('series/ct_philips_tilt/dicom'),
    outDir,
    tempDir,
    signal: stop.signal,
  });
  setTimeout(() => stop.abort(new Error('stopped by the test')), 150);
  await assert.rejects(running, /stopped by the test/);
  assert.deepEqual(await readdir(outDir), []);
  assert.deepEqual(await readdir(tempDir), []);
});

test('the process keeps its exit code', { skip: samplesMissing() }, async () => {
  const { outDir } = await folders();
  const before = process.exitCode;
  await convertSeries({ files: sampleFiles('series/mr_hitachi/dicom'), outDir });
  assert.equal(process.exitCode, before);
});

test('no path or value of a log line survives', () => {
  const lines = [
    'Warning: Interslice distance varies in this volume /vault/DOE_JANE/1.dcm',
    'Error: Unable to open DOE^JANE 19570312',
    'Conversion of DOE^JANE',
  ];
  const { log } = scrubLog(lines);
  assert.equal(log.length, 2);
  assert.ok(!/doe|jane|vault|1957/i.test(log.join()));
  assert.ok(scrubLog(['No space left on device']).full);
});

test('an uploaded NIfTI loses its free text and keeps its voxels; damaged ones are refused', async () => {
  const { outDir } = await folders();
  const bytes = madeNifti({
    dims: [4, 4, 3],
    text: 'DOE^JANE',
    extension: 'DOE^JANE',
    trailing: 'DOE^JANE',
    values: Array.from({ length: 48 }, (_, n) => n),
  });
  for (const [name, content] of [
    ['a.nii', bytes],
    ['b.nii.gz', gzipSync(bytes)],
  ] as const) {
    const input = join(scratch, name);
    const output = join(outDir, `${name}.clean.nii.gz`);
    await writeFile(input, content);
    assert.deepEqual(await cleanNiftiFile({ input, output }), { shape: [4, 4, 3], volumes: 1 });
    const clean = gunzipSync(await readFile(output));
    assert.ok(!clean.includes('DOE'));
    assert.deepEqual(Buffer.from(readNifti(clean).data), Buffer.from(readNifti(bytes).data));
  }
  const packed = gzipSync(bytes);
  const flipped = Buffer.from(packed);
  flipped[packed.length - 6]! ^= 1;
  const bomb = gzipSync(Buffer.concat([bytes, Buffer.alloc(2 ** 27)]));
  for (const [name, content] of [
    ['cut.nii.gz', packed.subarray(0, -20)],
    ['flipped.nii.gz', flipped],
    ['short.nii', bytes.subarray(0, 380)],
    ['none.nii', Buffer.alloc(0)],
  ] as const) {
    await writeFile(join(scratch, name), content);
    await assert.rejects(
      cleanNiftiFile({ input: join(scratch, name), output: join(outDir, 'x.nii.gz') }),
      isError('UNREADABLE'),
      name,
    );
  }
  await writeFile(join(scratch, 'bomb.nii.gz'), bomb);
  await cleanNiftiFile({ input: join(scratch, 'bomb.nii.gz'), output: join(outDir, 'bomb.nii.gz') });
  assert.equal(gunzipSync(await readFile(join(outDir, 'bomb.nii.gz'))).length, readNifti(bytes).voxOffset + 96);
  assert.ok(!(await readdir(outDir)).includes('x.nii.gz'));
});
