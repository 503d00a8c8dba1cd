// The model's training from end to end on a doll's head: labels, painted scans, steps, export, evaluation by the product's engine.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createFaceModel } from '@/engines/faceModel';

const training = join(import.meta.dirname, '..', '..', 'models', 'deface', 'training');
const scratch = await mkdtemp(join(tmpdir(), 'training-test-'));
after(() => rm(scratch, { recursive: true, force: true }));

const PACKAGES = 'import torch, onnx, nibabel, scipy, numpy';
/** Debian's own first: another Python in the path need not have its packages. */
const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', PACKAGES]).status === 0);

function step(script: string, ...more: string[]): string {
  const done = spawnSync(python!, [join(training, script), ...more], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  assert.equal(done.status, 0, `${script}: ${done.stderr}`);
  return done.stdout;
}

test('a model is trained, resumed, exported and measured by one command each', {
  skip: python === undefined && 'python3-torch is not installed',
}, async () => {
  const [data, runs, out] = ['data', 'runs', 'model'].map((name) => join(scratch, name)) as [string, string, string];
  step('doll.py', data);
  const folders = ['--data', data, '--runs', runs];
  for (const steps of ['1', '2']) step('train.py', ...folders, '--size', '32', '--steps', steps, '--workers', '0');
  step('export.py', '--runs', runs, '--size', '32', '--out', out);
  step('facing.py', ...folders, '--out', out, '--heads', '1', '--held', '1', '--steps', '1', '--workers', '1');
  const model = await createFaceModel(out, { threads: 1 });
  await model.dispose();
  assert.equal(model.manifest.spacingMm, 8);
  step(
    'evaluate.py',
    ...folders,
    '--model',
    out,
    '--draws',
    '1',
    '--size',
    '48',
    '--only',
    'heldOutPainted',
    '--write',
  );
  const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
  assert.equal(manifest.sha256, model.modelHash);
  assert.deepEqual(
    manifest.training.stages.map(({ from, to }: { from: number; to: number }) => [from, to]),
    [
      [0, 1],
      [1, 2],
    ],
  );
  const { all, byContrast } = manifest.figures.heldOutPainted;
  assert.equal(all.scans, Object.keys(byContrast).length);
  for (const key of ['t1', 't2', 'flair', 'pd', 'ct', 'pet']) assert.equal(byContrast[key].scans, 1);
  const [mean, worst] = all.faceRemoved;
  assert.ok(worst >= 0 && worst <= mean && mean <= 1);
  // Two steps teach nothing: such a model must not be trusted with a single scan.
  assert.equal(all.passed, 0);
});
