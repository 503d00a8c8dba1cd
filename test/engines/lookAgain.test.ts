// Looking again at a volume: whatever was put back into any part of it is found.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DomainError } from '@/domain/errors';
import { writeNifti } from '@/domain/nifti/write';
import { lookAgainAtText, lookAgainAtVolume, type VolumeFiles, withoutRemoved } from '@/engines/lookAgain';

const removed = [
  { text: 'Lovelace^Augusta', kind: 'name' },
  { text: 'MRN-771204', kind: 'id' },
  { text: '19151210', kind: 'date' },
] as const;
const clean = writeNifti({
  shape: [8, 8, 8],
  affine: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  datatype: 2,
  data: new Uint8Array(512).fill(7),
});

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-again-'));
});
after(() => rm(root, { recursive: true, force: true }));

async function volume(bytes: Uint8Array, over: Partial<VolumeFiles> = {}): Promise<VolumeFiles> {
  const nifti = join(root, 'v.nii.gz');
  await writeFile(nifti, gzipSync(bytes));
  return { nifti, sidecar: { EchoTime: 0.003 }, bval: null, bvec: null, ...over };
}

async function isUnsafe(files: VolumeFiles): Promise<void> {
  await assert.rejects(lookAgainAtVolume(files, removed), (error) => {
    assert.ok(error instanceof DomainError && error.code === 'UNSAFE');
    assert.doesNotMatch(error.message, /Lovelace|771204/);
    return true;
  });
}

test('a clean volume passes', async () => {
  await lookAgainAtVolume(await volume(clean), removed);
});

test('free text in the header, a removed value among the voxels, and bytes behind them are found', async () => {
  const described = clean.slice();
  described.set(Buffer.from('any words'), 148);
  await isUnsafe(await volume(described));
  const painted = clean.slice();
  painted.set(Buffer.from('MRN-771204'), 400);
  await isUnsafe(await volume(painted));
  await isUnsafe(await volume(Buffer.concat([clean, Buffer.from('tail')])));
});

test('a name in the gzip header, and bytes behind the gzip stream, are found', async () => {
  const files = await volume(clean);
  const packed = gzipSync(clean);
  await writeFile(files.nifti, Buffer.concat([packed, Buffer.from('Augusta')]));
  await isUnsafe(files);
  const named = Buffer.concat([packed.subarray(0, 10), Buffer.from('Augusta.nii\0'), packed.subarray(10)]);
  named[3] = 8;
  await writeFile(files.nifti, named);
  await isUnsafe(files);
});

test('a sidecar key or value outside of the allow-list is found', async () => {
  await isUnsafe(await volume(clean, { sidecar: { PatientName: 'x' } }));
  await isUnsafe(await volume(clean, { sidecar: { Manufacturer: 'Lovelace Imaging' } }));
});

test('words in a gradient table are found', async () => {
  const bval = join(root, 'v.bval');
  await writeFile(bval, '0 1000 Augusta\n');
  await isUnsafe(await volume(clean, { bval }));
  await writeFile(bval, '0 1000 1e3 -2.5\n');
  await lookAgainAtVolume(await volume(clean, { bval }), removed);
});

test('a text with a removed value is refused, a sidecar loses the key in which one stands', () => {
  assert.throws(() => lookAgainAtText('README: thanks to augusta lovelace', removed, 'a text'), DomainError);
  lookAgainAtText('README: thanks to nobody', removed, 'a text');
  // A person may be called like a word of ours: then only what people wrote is searched for it.
  lookAgainAtText('About Lovelace heads', removed, 'a text', 'About Lovelace heads');
  assert.throws(
    () => lookAgainAtText('About Lovelace, MRN-771204', removed, 'a text', 'About Lovelace heads'),
    DomainError,
  );
  const kept = withoutRemoved({ EchoTime: 0.003, Manufacturer: 'Lovelace' }, removed);
  assert.deepEqual(kept, { EchoTime: 0.003 });
});
