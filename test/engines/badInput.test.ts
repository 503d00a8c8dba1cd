// Scans that no scanner should give but some do: each is defaced or held in plain words, and never passes in silence.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { DomainError } from '@/domain/errors';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';
import { readNifti } from '@/domain/nifti/volume';
import { headPhantom } from '@/domain/phantom/head';
import { deface } from '@/engines/defaceVolume';
import { createFaceModel, type FaceModel } from '@/engines/faceModel';
import { scanOf } from '../domain/deface/head';
import { type Made, madeNifti } from '../domain/nifti/made';
import { madeModel } from './madeModel';

const scratch = await mkdtemp(join(tmpdir(), 'bad-input-test-'));
after(() => rm(scratch, { recursive: true, force: true }));

let count = 0;
async function run(bytes: Uint8Array, model: FaceModel) {
  const input = join(scratch, `scan${count++}.nii`);
  await writeFile(input, bytes);
  const paths = { input, output: `${input}.after.nii`, maskOutput: `${input}.mask.nii.gz` };
  const result = await deface({ ...paths, modelDir: 'unused' }, model);
  const mask = existsSync(paths.maskOutput) ? readNifti(gunzipSync(await readFile(paths.maskOutput))).data : null;
  return { result, mask, written: existsSync(paths.output) };
}

/** Never written unless defaced, never skipped, and a hold says what to do. */
async function defacedOrHeld(bytes: Uint8Array, model: FaceModel) {
  const done = await run(bytes, model);
  assert.notEqual(done.result.outcome, 'skipped', done.result.reason);
  assert.equal(done.written, done.result.outcome === 'defaced');
  if (!done.written) assert.match(done.result.reason, /look|person|say/i);
  return done;
}

const SIDE: Vec3 = [60, 60, 60];
const UPRIGHT: Affine = [4, 0, 0, -118, 0, 4, 0, -118, 0, 0, 4, -118, 0, 0, 0, 1];
const made = (more: Partial<Made>, affine = UPRIGHT, shape = SIDE) =>
  madeNifti({ dims: shape, sform: affine.slice(0, 12), values: scanOf(shape, affine), ...more });

/** Whether the middle of a made head's face is in the mask. */
function faceIsMasked(mask: Uint8Array, shape: Vec3, affine: Affine): boolean {
  const values = scanOf(shape, affine);
  let [face, masked] = [0, 0];
  for (let n = 0; n < mask.length; n++) {
    if (values[n] !== 200) continue;
    face++;
    masked += mask[n]!;
  }
  return face > 100 && masked > 0.97 * face;
}

test('flipped left to right, slanted and five-dimensional scans lose their face', async () => {
  const flipped: Affine = [-4, 0, 0, 118, 0, 4, 0, -118, 0, 0, 4, -118, 0, 0, 0, 1];
  const slanted: Affine = [4, 0, 0, -118, 0, 4, 0.9, -145, 0, 0, 3.9, -115, 0, 0, 0, 1];
  for (const affine of [flipped, slanted]) {
    const { result, mask } = await defacedOrHeld(made({}, affine), madeModel());
    assert.equal(result.outcome, 'defaced', result.reason);
    assert.ok(faceIsMasked(mask!, SIDE, affine));
  }
  const one = scanOf(SIDE, UPRIGHT);
  const bytes = made({ dims: [...SIDE, 2, 2], values: [...one, ...one, ...one, ...one] });
  const { result, mask } = await defacedOrHeld(bytes, madeModel());
  assert.equal(result.outcome, 'defaced', result.reason);
  assert.equal(mask!.length, one.length);
});

test('a header that swaps front and back is found out, a missing one is asked about', async () => {
  const values = scanOf(SIDE, UPRIGHT);
  const wrong = made({ values, sform: [-4, 0, 0, 118, 0, -4, 0, 118, 0, 0, 4, -118] });
  const { result, mask } = await defacedOrHeld(wrong, madeModel());
  assert.equal(result.outcome, 'defaced', result.reason);
  assert.equal(result.figures!.turned, true);
  assert.ok(faceIsMasked(mask!, SIDE, UPRIGHT));
  const none = await defacedOrHeld(made({ values, sform: null, pixdim: [1, 4, 4, 4, 1, 1, 1, 1] }), madeModel());
  assert.equal(none.result.outcome, 'held');
});

test('three slices and a single one are held', async () => {
  for (const slices of [3, 1]) {
    const affine: Affine = [...UPRIGHT.slice(0, 11), -40, 0, 0, 0, 1];
    const { result } = await defacedOrHeld(made({}, affine, [60, 60, slices]), madeModel());
    assert.equal(result.outcome, 'held');
  }
});

test('complex and colour voxels, half of a pair and a placeless header are refused in plain words', async () => {
  const complex = made({ datatype: 32, bits: 64, values: [] });
  const whole = new Uint8Array(352 + 60 ** 3 * 8);
  whole.set(complex.subarray(0, 352));
  for (const [bytes, code] of [
    [whole, 'UNSUPPORTED'],
    [made({ datatype: 128 }), 'UNSUPPORTED'],
    [made({ magic: 'ni1' }), 'UNSUPPORTED'],
    [made({ sform: UPRIGHT.slice(0, 12).fill(Number.NaN, 0, 4) }), 'UNREADABLE'],
  ] as const) {
    await assert.rejects(run(bytes, madeModel()), (error) => error instanceof DomainError && error.code === code);
  }
});

const MODEL = join(import.meta.dirname, '..', '..', 'models', 'deface');
const DIMS: Vec3 = [96, 112, 100];
const MM: Vec3 = [2.2, 2.2, 2.4];
const FROM: Vec3 = [-105, -120, -154];
const AFFINE: Affine = [MM[0], 0, 0, FROM[0], 0, MM[1], 0, FROM[1], 0, 0, MM[2], FROM[2], 0, 0, 0, 1];

function volume(values: ArrayLike<number>, dims: Vec3 = DIMS): Uint8Array {
  return madeNifti({ dims, sform: AFFINE.slice(0, 12), values, datatype: 4 });
}

function drawn(dims: Vec3, at: (place: Vec3) => number): Float32Array {
  const out = new Float32Array(dims[0] * dims[1] * dims[2]);
  for (let n = 0; n < out.length; n++) {
    out[n] = at(
      transform(AFFINE, [n % dims[0], Math.floor(n / dims[0]) % dims[1], Math.floor(n / (dims[0] * dims[1]))]),
    );
  }
  return out;
}

test('with the delivered model: table and mask over the face, two heads, a phantom, an animal', async () => {
  const model = await createFaceModel(MODEL, { threads: 2 });
  try {
    const head = headPhantom({ dims: DIMS, spacingMm: MM, contrast: 'ct', seed: 3 });
    const front = new Float32Array(DIMS[0] * DIMS[2]).fill(-1);
    for (let n = 0; n < head.length; n++) {
      const line = (n % DIMS[0]) + DIMS[0] * Math.floor(n / (DIMS[0] * DIMS[1]));
      if (head[n]! > -300) front[line] = Math.floor(n / DIMS[0]) % DIMS[1];
    }
    // A sheet of plastic 7 mm before the skin of the face, and a table behind the head.
    const covered = head.map((v, n) => {
      const [x, y, z] = [n % DIMS[0], Math.floor(n / DIMS[0]) % DIMS[1], Math.floor(n / (DIMS[0] * DIMS[1]))];
      const gap = y - front[x + DIMS[0] * z]!;
      return y < 5 ? 150 : gap >= 3 && gap < 5 && y > 70 && z < 60 ? 90 : v;
    });
    const masked = await defacedOrHeld(volume(covered), model);
    if (masked.result.outcome === 'defaced') {
      const nose = front.reduce((best, y, line) => (y > front[best]! ? line : best), 0);
      const at = (nose % DIMS[0]) + DIMS[0] * (front[nose]! + DIMS[1] * Math.floor(nose / DIMS[0]));
      assert.equal(masked.mask![at], 1);
    }
    const wide: Vec3 = [DIMS[0] * 2, DIMS[1], DIMS[2]];
    const t1 = headPhantom({ dims: DIMS, spacingMm: MM, contrast: 't1', seed: 4 });
    const two = Float32Array.from(
      { length: t1.length * 2 },
      (_, n) => t1[(n % DIMS[0]) + DIMS[0] * Math.floor(n / wide[0])]!,
    );
    const both = await defacedOrHeld(volume(two, wide), model);
    assert.equal(both.result.outcome, 'held', 'only one of two faces would be gone');
    const bottle = drawn(DIMS, ([x, y, z]) =>
      Math.hypot(x, y) < 80 && Math.abs(z + 30) < 90 ? 400 + (x > 0 ? 30 : 0) : 5,
    );
    await defacedOrHeld(volume(bottle), model);
    // On four legs: a long snout along the scan, a small brain behind it.
    const animal = drawn(DIMS, ([x, y, z]) => {
      const brain = Math.hypot(x / 22, (y + 20) / 32, (z + 20) / 20) < 1;
      const skull = Math.hypot(x / 32, (y + 20) / 45, (z + 24) / 32) < 1;
      const snout = y > 0 && y < 100 && Math.hypot(x / (26 - y / 8), (z + 34) / (24 - y / 8)) < 1;
      return brain ? 600 : skull || snout ? 350 : 6;
    });
    await defacedOrHeld(volume(animal), model);
  } finally {
    await model.dispose();
  }
});
