import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DomainError } from '@/domain/errors';
import { transform } from '@/domain/nifti/affine';
import { storedValues } from '@/domain/nifti/datatypes';
import { readNifti } from '@/domain/nifti/volume';
import { defaceFile } from '@/engines/deface';
import { madeNifti } from '../domain/nifti/made';
import { samplesDir } from '../samples';

const modelDir = join(import.meta.dirname, '..', '..', 'models', 'deface');
const scratch = await mkdtemp(join(tmpdir(), 'deface-file-test-'));
after(() => rm(scratch, { recursive: true, force: true }));
const missing =
  samplesDir() === null
    ? 'samples not present'
    : existsSync(join(modelDir, 'model.onnx'))
      ? false
      : 'model not present';

const HEADS = ['series/mr_siemens_xa30_t1_enh_face/ref/s5.nii.gz', 'series/mr_siemens_t1_sag_face/ref/s3.nii.gz'];

/** What a ruler finds on a head by intensity alone, without the network: crown, middle and, per line from the front, the first tissue. */
function ruler(bytes: Uint8Array) {
  const volume = readNifti(bytes);
  const values = storedValues(volume.data, volume.datatype, volume.littleEndian);
  const bar = Float64Array.from(values).sort()[Math.floor(values.length * 0.99)]! * 0.12;
  return { volume, values, bar };
}

for (const head of HEADS) {
  test(`a real head without its face and with its brain: ${head}`, { skip: missing }, async () => {
    const input = join(samplesDir()!, head);
    const folder = await mkdtemp(join(scratch, 'head-'));
    const [output, maskOutput] = [join(folder, 'after.nii.gz'), join(folder, 'mask.nii.gz')];
    const result = await defaceFile({
      input,
      output,
      maskOutput,
      modelDir,
      facts: { modality: 'MR', bodyPartExamined: 'HEAD' },
    });
    assert.equal(result.outcome, 'defaced', result.reason);
    assert.match(result.modelHash, /^[0-9a-f]{64}$/);
    assert.deepEqual((await readdir(folder)).sort(), ['after.nii.gz', 'mask.nii.gz']);
    const before = ruler(gunzipSync(await readFile(input)));
    const out = readNifti(gunzipSync(await readFile(output)));
    const after = storedValues(out.data, out.datatype, out.littleEndian);
    const mask = readNifti(gunzipSync(await readFile(maskOutput))).data;
    for (let n = 0; n < mask.length; n++)
      if (mask[n] === 0 && after[n] !== before.values[n]) assert.fail('a voxel outside the mask changed');

    const places = headPlaces(before);
    assert.ok(places.brain.length > 10000 / before.volume.spacingMm.reduce((a, b) => a * b, 1));
    for (const n of places.brain) assert.equal(mask[n], 0);
    let receded = 0;
    for (const line of places.face) {
      const first = line.findIndex(({ n }) => before.values[n]! > before.bar);
      const now = line.findIndex(({ n }) => after[n]! > before.bar);
      if (now < 0 || line[first]!.y - line[now]!.y >= 5) receded++;
    }
    assert.ok(places.face.length > 200 && receded / places.face.length > 0.95, `${receded} of ${places.face.length}`);
  });
}

/** Voxels of a ball inside the brain, and the lines (front first) that enter the face between brow and lips, from an upright head's crown. */
function headPlaces({ volume, values, bar }: ReturnType<typeof ruler>) {
  const [nx, ny] = volume.shape;
  const tissue: { n: number; x: number; y: number; z: number }[] = [];
  const all: typeof tissue = [];
  for (let n = 0; n < values.length; n++) {
    const [x, y, z] = transform(volume.affine, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]);
    all.push({ n, x, y, z });
    if (values[n]! > bar) tissue.push({ n, x, y, z });
  }
  const heights = tissue.map(({ z }) => z).sort((a, b) => b - a);
  const crown = heights[Math.floor(2000 / volume.spacingMm.reduce((a, b) => a * b, 1))]!;
  const skull = tissue.filter(({ z }) => z > crown - 90);
  const mean = (key: 'x' | 'y') => skull.reduce((sum, p) => sum + p[key], 0) / skull.length;
  const [cx, cy] = [mean('x'), mean('y')];
  const brain = all.filter((p) => Math.hypot(p.x - cx, p.y - cy, p.z - (crown - 70)) < 45).map(({ n }) => n);
  const lines = new Map<string, typeof all>();
  for (const p of all) {
    if (Math.abs(p.x - cx) > 30 || p.z > crown - 110 || p.z < crown - 170) continue;
    const key = `${Math.round(p.x / 2)} ${Math.round(p.z / 2)}`;
    lines.set(key, [...(lines.get(key) ?? []), p]);
  }
  const face = [...lines.values()]
    .map((line) => line.sort((a, b) => b.y - a.y))
    .filter((line) => line.some(({ n }) => values[n]! > bar));
  return { brain, face };
}

test('a damaged scan is refused by the thread in plain words, and nothing is left', async () => {
  const folder = await mkdtemp(join(scratch, 'bad-'));
  const input = join(folder, 'DOE_JANE.nii');
  await writeFile(input, madeNifti({ dims: [40, 40, 40], values: [1] }));
  await assert.rejects(defaceFile({ input, output: join(folder, 'x.nii.gz'), modelDir: folder }), (error) => {
    assert.ok(error instanceof DomainError && error.code === 'UNSAFE');
    return !error.message.includes('DOE');
  });
  assert.deepEqual(await readdir(folder), ['DOE_JANE.nii']);
  if (!existsSync(join(modelDir, 'model.onnx'))) return;
  await assert.rejects(
    defaceFile({ input, output: join(folder, 'x.nii.gz'), modelDir }),
    (error) => error instanceof DomainError && error.code === 'UNREADABLE',
  );
  assert.deepEqual(await readdir(folder), ['DOE_JANE.nii']);
});

test('an aborted defacing ends at once and leaves no output, not even one of an earlier attempt', {
  skip: missing,
}, async () => {
  const folder = await mkdtemp(join(scratch, 'abort-'));
  const output = join(folder, 'after.nii.gz');
  await writeFile(output, 'of an earlier attempt');
  const stop = new AbortController();
  const running = defaceFile({ input: join(samplesDir()!, HEADS[0]!), output, modelDir, signal: stop.signal });
  setTimeout(() => stop.abort(new Error('stopped by the test')), 1500);
  await assert.rejects(running, /stopped by the test/);
  assert.deepEqual(await readdir(folder), []);
});
