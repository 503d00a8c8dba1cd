// A mask out of a file, applied to a made head: the same checks as for the network's own, and never the brain.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LABEL, packLabels, unpackLabels } from '@/domain/deface/labelRuns';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';
import { readNifti } from '@/domain/nifti/volume';
import { deface } from '@/engines/defaceVolume';
import { mend } from '@/engines/mendVolume';
import { headAt, scanOf } from '../domain/deface/head';
import { type Made, madeNifti } from '../domain/nifti/made';
import { madeModel } from './madeModel';

const scratch = await mkdtemp(join(tmpdir(), 'mend-test-'));
after(() => rm(scratch, { recursive: true, force: true }));

/** Left-posterior-superior, turned by some 10 degrees, of unequal spacing. */
const SHAPE: Vec3 = [58, 76, 57];
const AFFINE: Affine = [-4, 0.5, 0, 95, 0.5, 3, 0.2, -135, 0, -0.2, 4, -105, 0, 0, 0, 1];
const SIZE = SHAPE[0] * SHAPE[1] * SHAPE[2];
const scan = madeNifti({ dims: SHAPE, sform: AFFINE.slice(0, 12), values: scanOf(SHAPE, AFFINE) });

function marking(wanted: (place: Vec3) => boolean): Uint8Array {
  const labels = new Uint8Array(SIZE);
  for (let k = 0, n = 0; k < SHAPE[2]; k++)
    for (let j = 0; j < SHAPE[1]; j++)
      for (let i = 0; i < SHAPE[0]; i++, n++) if (wanted(transform(AFFINE, [i, j, k]))) labels[n] = LABEL.cut;
  return labels;
}
/** Everything in front of y = 20 mm: face, some of the head, and a good part of the brain. */
const inFront = marking(([, y]) => y > 20);

let count = 0;
async function run(drawn: Uint8Array, bytes = scan) {
  const name = join(scratch, `scan${count++}`);
  const paths = {
    input: `${name}.nii`,
    drawn: `${name}.drawn`,
    output: `${name}.after.nii.gz`,
    maskOutput: `${name}.mask.nii.gz`,
    planOutput: `${name}.runs`,
  };
  await writeFile(paths.input, bytes);
  await writeFile(paths.drawn, drawn);
  const result = await mend({ ...paths, modelDir: 'unused' }, madeModel());
  const read = async (path: string) => (existsSync(path) ? readNifti(gunzipSync(await readFile(path))) : null);
  return { result, paths, out: await read(paths.output), mask: await read(paths.maskOutput) };
}
const asNifti = (values: ArrayLike<number>, more: Partial<Made> = {}) =>
  madeNifti({ dims: SHAPE, sform: AFFINE.slice(0, 12), datatype: 2, values, ...more });

test('what is marked goes, less the brain; every other byte stays; runs and NIfTI of any datatype mean the same', async () => {
  const was = readNifti(scan);
  const masks = [
    packLabels(inFront, SHAPE),
    asNifti(inFront),
    gzipSync(asNifti(inFront)),
    asNifti(
      Array.from(inFront, (v) => -3 * v),
      { datatype: 16, littleEndian: false },
    ),
  ];
  for (const drawn of masks) {
    const { result, out, mask, paths } = await run(drawn);
    assert.equal(result.outcome, 'defaced', result.reason);
    assert.ok(result.mended!.keptForBrain > 1000);
    assert.deepEqual([result.figures!.brainVoxelsAltered, result.figures!.wrongVoxels], [0, 0]);
    const plan = unpackLabels(await readFile(paths.planOutput), SHAPE);
    for (let n = 0; n < SIZE; n++) {
      const wanted = inFront[n] === LABEL.cut && plan[n] !== LABEL.brain ? 1 : 0;
      if (mask!.data[n] !== wanted) assert.fail(`voxel ${n} of the mask`);
      const same = out!.data[2 * n] === was.data[2 * n] && out!.data[2 * n + 1] === was.data[2 * n + 1];
      if (wanted === 0 && !same) assert.fail(`voxel ${n} changed`);
    }
  }
});

test("the plan beside a mask is the network's: its own cut, and the brain with its margin", async () => {
  const { result, paths } = await run(packLabels(inFront, SHAPE));
  assert.equal(result.mended!.warning === null, false, 'too much of the head is gone not to be told');
  const again = { ...paths, output: `${paths.output}.2.nii.gz`, planOutput: `${paths.planOutput}.2` };
  const { outcome } = await deface({ ...again, modelDir: 'unused' }, madeModel());
  assert.equal(outcome, 'defaced');
  const [theirs, ours] = [await readFile(again.planOutput), await readFile(paths.planOutput)];
  assert.deepEqual(ours, theirs);
  const plan = unpackLabels(ours, SHAPE);
  const applied = readNifti(gunzipSync(await readFile(again.maskOutput)));
  for (let n = 0; n < SIZE; n++) if ((plan[n] === LABEL.cut ? 1 : 0) !== applied.data[n]) assert.fail(`voxel ${n}`);
  const brain = marking((place) => headAt(place) === 'brain');
  for (let n = 0; n < SIZE; n++) if (brain[n] === 1 && plan[n] !== LABEL.brain) assert.fail(`voxel ${n} is brain`);
});

test('a mask of another grid, empty, of all, or on the brain alone is held in plain words, and nothing is written', async () => {
  const cases: [Uint8Array, RegExp][] = [
    [packLabels(new Uint8Array(SIZE), SHAPE), /Nothing is marked/],
    [packLabels(new Uint8Array(SIZE).fill(1), SHAPE), /Nearly the whole/],
    [packLabels(new Uint8Array(SIZE).fill(1, 9), [SHAPE[2], SHAPE[1], SHAPE[0]]), /another volume/],
    [packLabels(inFront, SHAPE).subarray(0, 900), /damaged/],
    [asNifti(inFront, { sform: [...AFFINE.slice(0, 11), -103] }), /other voxels/],
    [asNifti(inFront, { sform: AFFINE.slice(0, 12).map((v, n) => (n === 0 ? -v : v)) }), /other voxels/],
    [asNifti([...inFront, ...inFront], { dims: [...SHAPE, 2] }), /one 3D volume/],
    [Buffer.from('no mask'), /not a readable NIfTI/],
    [
      packLabels(
        marking((place) => headAt(place) === 'brain'),
        SHAPE,
      ),
      /on the brain/,
    ],
  ];
  for (const [drawn, words] of cases) {
    const { result, out } = await run(drawn);
    assert.deepEqual([result.outcome, result.hold, out], ['held', 'deface', null], String(words));
    assert.match(result.reason, words);
  }
});

test('all volumes of a 4D scan lose the same voxels', async () => {
  const one = scanOf(SHAPE, AFFINE);
  const values = new Float32Array(2 * SIZE);
  values.set(one);
  values.set(one, SIZE);
  const bytes = madeNifti({ dims: [...SHAPE, 2], sform: AFFINE.slice(0, 12), values });
  const { result, out } = await run(packLabels(inFront, SHAPE), bytes);
  assert.equal(result.outcome, 'defaced', result.reason);
  assert.equal(Buffer.compare(out!.data.subarray(0, 2 * SIZE), out!.data.subarray(2 * SIZE)), 0);
});
