import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { rotation, TURNS } from '@/domain/deface/facing';
import { DomainError } from '@/domain/errors';
import { type Affine, transform, type Vec3 } from '@/domain/nifti/affine';
import { storedValues } from '@/domain/nifti/datatypes';
import { readNifti } from '@/domain/nifti/volume';
import { deface } from '@/engines/defaceVolume';
import { headAt, INTENSITY, type Kind, readKinds, scanOf } from '../domain/deface/head';
import { type Made, madeNifti } from '../domain/nifti/made';
import { madeModel } from './madeModel';

const scratch = await mkdtemp(join(tmpdir(), 'deface-test-'));
after(() => rm(scratch, { recursive: true, force: true }));

// Left-posterior-superior, turned by some 10 degrees: not the grid's own axes.
const SHAPE: Vec3 = [76, 76, 76];
const AFFINE: Affine = [-3, 0.5, 0, 95, 0.5, 3, 0.2, -135, 0, -0.2, 3, -105, 0, 0, 0, 1];

/** The made network works on 4 mm, so that of the sharp rim of the made face a few voxels of 3 mm may stay. */
const RIM = 0.01;

let count = 0;
async function run(made: Partial<Made>, more: object = {}, model = madeModel(), what: (place: Vec3) => Kind = headAt) {
  const name = join(scratch, `scan${count++}`);
  const bytes = madeNifti({ dims: SHAPE, sform: AFFINE.slice(0, 12), values: scanOf(SHAPE, AFFINE, what), ...made });
  await writeFile(`${name}.nii.gz`, gzipSync(bytes));
  const paths = { input: `${name}.nii.gz`, output: `${name}.after.nii.gz`, maskOutput: `${name}.mask.nii.gz` };
  const result = await deface({ ...paths, modelDir: 'unused', ...more }, model);
  const read = async (path: string) => (existsSync(path) ? Uint8Array.from(gunzipSync(await readFile(path))) : null);
  return { result, bytes, after: await read(paths.output), mask: await read(paths.maskOutput), model };
}

function kindsLeft(after: Uint8Array, volumeIndex = 0, scaled = (v: number) => v): Record<Kind, number> {
  const volume = readNifti(after);
  const size = SHAPE[0] * SHAPE[1] * SHAPE[2];
  const values = storedValues(volume.data, volume.datatype, volume.littleEndian).subarray(
    volumeIndex * size,
    (volumeIndex + 1) * size,
  );
  const left: Record<Kind, number> = { background: 0, head: 0, face: 0, brain: 0 };
  for (const v of values) left[(Object.keys(INTENSITY) as Kind[]).find((kind) => INTENSITY[kind] === scaled(v))!]++;
  return left;
}
const ORIGINAL = kindsLeft(madeNifti({ dims: SHAPE, sform: AFFINE.slice(0, 12), values: scanOf(SHAPE, AFFINE) }));

test('a head loses its face and keeps its brain, voxel by voxel, and the mask says where', async () => {
  const { result, bytes, after: out, mask, model } = await run({});
  assert.equal(result.outcome, 'defaced', result.reason);
  assert.equal(model.asked, 2);
  const left = kindsLeft(out!);
  assert.equal(left.brain, ORIGINAL.brain);
  assert.ok(ORIGINAL.face > 10000 && left.face < ORIGINAL.face * RIM, `${left.face}`);
  assert.ok(left.head > ORIGINAL.head * 0.9);
  const masked = readNifti(mask!);
  assert.deepEqual(masked.shape, SHAPE);
  masked.affine.forEach((n, k) => {
    assert.ok(Math.abs(n - AFFINE[k]!) < 1e-5);
  });
  const [was, is] = [readNifti(bytes), readNifti(out!)];
  for (let n = 0; n < masked.data.length; n++) {
    if (masked.data[n] === 0)
      assert.deepEqual([is.data[2 * n], is.data[2 * n + 1]], [was.data[2 * n], was.data[2 * n + 1]]);
  }
  assert.deepEqual(out!.subarray(0, 352), bytes.subarray(0, 352));
  assert.equal(result.figures!.brainVoxelsAltered, 0);
  for (const value of Object.values(result.figures!)) assert.ok(['number', 'boolean', 'object'].includes(typeof value));
  assert.ok(JSON.stringify(result).length < 3000);
});

test('big-endian, floating, unsigned, scaled, NIfTI-2 and 4D scans are defaced alike', async () => {
  for (const made of [
    { littleEndian: false },
    { datatype: 16 },
    { datatype: 512, littleEndian: false },
    { version: 2 as const },
    { slope: 0.5, inter: -3 },
  ]) {
    const { result, after: out } = await run(made);
    assert.equal(result.outcome, 'defaced', JSON.stringify(made));
    const left = kindsLeft(out!);
    assert.equal(left.brain, ORIGINAL.brain);
    assert.ok(left.face < ORIGINAL.face * RIM);
  }
  const one = scanOf(SHAPE, AFFINE);
  const { result, after: out } = await run({ dims: [...SHAPE, 2], values: [...one, ...one] });
  assert.equal(result.outcome, 'defaced');
  assert.deepEqual(kindsLeft(out!, 0), kindsLeft(out!, 1));
  assert.ok(kindsLeft(out!, 1).face < ORIGINAL.face * RIM);
});

test('free text in the header does not reach the output', async () => {
  const { after: out } = await run({ text: 'DOE^JANE', extension: 'DOE^JANE', trailing: 'DOE^JANE' });
  assert.ok(!Buffer.from(out!).includes('DOE'));
});

const nothing = (): Kind => 'background';
const knee = (p: Vec3): Kind => (Math.hypot(p[0], p[1]) < 60 ? 'head' : 'background');

test('in doubt nothing is written: no head without the header saying so, a face without a brain, a brain without a face', async () => {
  const faceless = (p: Vec3): Kind => (headAt(p) === 'face' ? 'background' : headAt(p));
  const brainless = (p: Vec3): Kind => (headAt(p) === 'brain' ? 'head' : headAt(p));
  for (const [what, facts] of [
    [knee, {}],
    [knee, { bodyPartExamined: 'HEAD' }],
    [faceless, {}],
    [brainless, {}],
    [headAt, { bodyPartExamined: 'KNEE' }],
    [nothing, {}],
  ] as const) {
    const {
      result,
      after: out,
      mask,
    } = await run(
      {},
      { facts },
      madeModel((image) => readScaled(image, what)),
      what,
    );
    assert.deepEqual([result.outcome, result.hold], ['held', 'head'], result.reason);
    assert.ok(result.reason.length > 20);
    assert.equal(out, null);
    assert.equal(mask, null);
  }
});

test('a knee that header and image agree on passes with every voxel as it was', async () => {
  const {
    result,
    bytes,
    after: out,
  } = await run(
    {},
    { facts: { bodyPartExamined: 'KNEE' } },
    madeModel((image) => readScaled(image, knee)),
    knee,
  );
  assert.equal(result.outcome, 'skipped');
  assert.deepEqual(Buffer.from(out!), Buffer.from(bytes));
});

test("a person's word replaces the decision but never the judgement", async () => {
  const skipped = await run({}, { force: 'notHead' });
  assert.equal(skipped.result.outcome, 'skipped');
  assert.equal(skipped.model.asked, 0);
  assert.deepEqual(Buffer.from(skipped.after!), Buffer.from(skipped.bytes));
  const held = await run(
    {},
    { force: 'head' },
    madeModel((image) => readScaled(image, knee)),
    knee,
  );
  assert.deepEqual([held.result.outcome, held.result.hold], ['held', 'deface']);
  assert.equal(held.after, null);
  const unplaced = await run({ sform: null, pixdim: [1, 3, 3, 3, 1, 1, 1, 1] }, { force: 'head' });
  assert.equal(unplaced.result.outcome, 'held');
});

test('a slab whose mask is doubtful is first a question about the face, and after the answer one about the mask', async () => {
  const slab = {
    dims: [76, 76, 20],
    sform: [...AFFINE.slice(0, 11), -20],
    values: scanOf([76, 76, 20], [...AFFINE.slice(0, 11), -20, 0, 0, 0, 1]),
  };
  // A network that sees the face right up to the brain.
  const tight = () =>
    madeModel((image) => {
      const out = readKinds(image);
      const size = image.length;
      for (let n = 0; n < size; n++)
        if (out[size + n]! > 0.5) for (let c = 1; c < 3; c++) out[c * size + n] = c === 2 ? 0.97 : 0.01;
      return out;
    });
  const asked = await run(slab, {}, tight());
  assert.deepEqual([asked.result.outcome, asked.result.hold], ['held', 'head'], asked.result.reason);
  const answered = await run(slab, { force: 'head' }, tight());
  assert.deepEqual([answered.result.outcome, answered.result.hold], ['held', 'deface'], answered.result.reason);
  assert.equal(answered.after, null);
});

test('empty, constant, NaN and two-dimensional scans are held; colour is refused', async () => {
  const size = SHAPE[0] * SHAPE[1] * SHAPE[2];
  for (const made of [
    { values: new Float32Array(size) },
    { values: new Float32Array(size).fill(7) },
    { datatype: 16, values: new Float32Array(size).fill(Number.NaN) },
    { dims: [64, 64], values: new Float32Array(4096) },
  ]) {
    const { result, after: out } = await run(made);
    assert.equal(result.outcome, 'held');
    assert.equal(out, null);
  }
  await assert.rejects(
    run({ datatype: 128, values: new Float32Array(size) }),
    (error) => error instanceof DomainError && error.code === 'UNSUPPORTED',
  );
});

test('a head that faces any other way than its header says loses its face all the same, on its own voxels', async () => {
  // Upside down, lying on the face, looking to a side; that all 24 are alike is a property of the turns themselves (facing.test.ts).
  for (const turn of [TURNS[2]!, TURNS[4]!, TURNS[9]!]) {
    const lies = rotation(turn, [0, 0, 0]);
    const {
      result,
      bytes,
      after: out,
      mask,
    } = await run({}, {}, madeModel(), (place) => headAt(transform(lies, place)));
    assert.equal(result.outcome, 'defaced', `${JSON.stringify(turn)}: ${result.reason}`);
    assert.equal(result.figures!.turned, true);
    const left = kindsLeft(out!);
    assert.ok(Math.abs(left.brain - ORIGINAL.brain) < ORIGINAL.brain * 0.01);
    assert.ok(left.face < ORIGINAL.face * RIM, `${left.face}`);
    assert.deepEqual(out!.subarray(0, 352), bytes.subarray(0, 352));
    readNifti(mask!).affine.forEach((n, k) => {
      assert.ok(Math.abs(n - AFFINE[k]!) < 1e-5);
    });
  }
});

test('where nobody can tell which way the head faces it is held, and the header alone is not enough', async () => {
  for (const likely of [
    TURNS.map(() => 1 / 24),
    TURNS.map((_, n) => (n === 0 ? 0.4 : n === 5 ? 0.6 : 0)),
    TURNS.map((_, n) => (n === 3 ? 0.9 : 0)),
  ]) {
    const unsure = { ...madeModel(), facing: async () => ({ turn: likely.indexOf(Math.max(...likely)), likely }) };
    const { result, after: out } = await run({}, {}, unsure);
    assert.deepEqual([result.outcome, result.hold], ['held', 'deface'], result.reason);
    assert.match(result.reason, /which way the head faces/);
    assert.equal(out, null);
  }
});

test('the network is asked again around a head that lies at the edge of its grid', async () => {
  const shape: Vec3 = [80, 80, 130];
  const affine: Affine = [4, 0, 0, -160, 0, 4, 0, -160, 0, 0, 4, -330, 0, 0, 0, 1];
  // Something that is no head, above: arms raised over the head put the crown's rule off.
  const raised = (p: Vec3): Kind => (p[2] > 110 && Math.hypot(p[0] - 100, p[1]) < 40 ? 'head' : headAt(p));
  const { result, model } = await run({
    dims: shape,
    sform: affine.slice(0, 12),
    values: scanOf(shape, affine, raised),
  });
  assert.equal(result.outcome, 'defaced', result.reason);
  assert.ok(model.asked > 2);
  assert.deepEqual(result.figures!.faceCutOff, []);
  assert.ok(result.figures!.faceRemovedShare > 0.99);
});

/** A perfect network for scans of `what`, whose highest intensity need not be the brain's. */
function readScaled(image: Float32Array, what: (place: Vec3) => Kind): Float32Array {
  const kinds = new Set([what([0, 0, 20]), what([0, 70, -20]), what([0, 0, -40])]);
  return readKinds(image, Math.max(1, ...[...kinds].map((kind) => INTENSITY[kind])));
}
