import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { DomainError } from '@/domain/errors';
import { deflateRaw, deidKeys, inflateRaw, readDicomFile, writeDicomFile } from '@/engines/dicomFiles';
import { createFaceModel } from '@/engines/faceModel';
import { moveInto, sha256, withFolder, writeAtomic } from '@/engines/files';

const scratch = await mkdtemp(join(tmpdir(), 'files-test-'));
after(() => rm(scratch, { recursive: true, force: true }));

test('a file is there whole or not at all, and a full disk says so', async () => {
  const folder = await mkdtemp(join(scratch, 'f-'));
  const target = join(folder, 'a.dcm');
  await writeAtomic(target, [Buffer.from('old')]);
  async function* fills() {
    yield Buffer.from('half of the new');
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
  await assert.rejects(
    writeAtomic(target, fills()),
    (error) => error instanceof DomainError && error.code === 'STORAGE_FULL',
  );
  assert.equal(await readFile(target, 'utf8'), 'old');
  assert.deepEqual(await readdir(folder), ['a.dcm']);
  await writeDicomFile(target, [Buffer.from('ne'), Buffer.alloc(0), Buffer.from('w')]);
  assert.equal(await readFile(target, 'utf8'), 'new');
  await assert.rejects(writeAtomic(join(folder, 'missing', 'b'), [Buffer.from('x')]), { code: 'ENOENT' });
});

test('a private folder goes, whether its work succeeded or not', async () => {
  let seen = '';
  await withFolder(scratch, async (folder) => {
    seen = folder;
    await writeFile(join(folder, 'x'), 'x');
    await moveInto(join(folder, 'x'), join(scratch, 'moved'));
  });
  await assert.rejects(stat(seen));
  assert.equal(await readFile(join(scratch, 'moved'), 'utf8'), 'x');
  await assert.rejects(
    withFolder(scratch, async (folder) => {
      seen = folder;
      throw new Error('no');
    }),
    /no/,
  );
  await assert.rejects(stat(seen));
});

test('raw deflate goes there and back; damage and bombs are refused in plain words', () => {
  const plain = randomBytes(5000);
  assert.deepEqual(Buffer.from(inflateRaw(deflateRaw(plain))), plain);
  assert.throws(
    () => inflateRaw(Buffer.from('this is no deflate stream')),
    (error) => error instanceof DomainError && error.code === 'UNREADABLE',
  );
  assert.throws(
    () => inflateRaw(deflateRawSync(plain).subarray(0, 100)),
    (error) => error instanceof DomainError && error.code === 'UNREADABLE',
  );
});

test('what is no DICOM file is a DomainError', async () => {
  for (const content of ['', 'a letter, not an image', randomBytes(400)]) {
    const path = join(scratch, 'x.dcm');
    await writeFile(path, content);
    await assert.rejects(readDicomFile(path), (error) => error instanceof DomainError);
  }
});

test('the keyed hash is HMAC-SHA-256 of label, zero byte, text', () => {
  // RFC 4231, test case 2, whose data is "what do ya want for nothing?": label and text around a zero byte differ from it.
  const keys = deidKeys(Buffer.from('Jefe'));
  assert.equal(keys.hmac('uid', '1.2').length, 32);
  assert.notDeepEqual(keys.hmac('uid', '1.2'), keys.hmac('uid1', '.2'));
  assert.notDeepEqual(keys.hmac('uid', '1.2'), deidKeys(Buffer.from('Jeff')).hmac('uid', '1.2'));
  assert.deepEqual(keys.hmac('uid', '1.2'), deidKeys(Buffer.from('Jefe')).hmac('uid', '1.2'));
});

test('a model that is missing, changed or not a model is refused', async () => {
  const refused = (error: unknown) =>
    error instanceof DomainError && error.code === 'UNSAFE' && !error.message.includes(scratch);
  const folder = await mkdtemp(join(scratch, 'model-'));
  await assert.rejects(createFaceModel(folder, { threads: 1 }), refused);
  const bytes = randomBytes(2000);
  const manifest = {
    name: 'n',
    version: '1',
    sha256: sha256(Buffer.from('another')),
    input: {
      name: 'image',
      shape: [1, 1, 64, 64, 64],
      orientation: 'RAS',
      spacingMm: 4,
      normalisation: { clipBelow: -1024, percentiles: [0.5, 99.5] },
    },
    output: { name: 'probabilities', classes: ['background', 'head', 'face', 'brain'] },
  };
  await writeFile(join(folder, 'model.onnx'), bytes);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await assert.rejects(createFaceModel(folder, { threads: 1 }), refused);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, sha256: sha256(bytes) }));
  await assert.rejects(createFaceModel(folder, { threads: 1 }), refused);
  await writeFile(join(folder, 'manifest.json'), '{');
  await assert.rejects(createFaceModel(folder, { threads: 1 }), refused);
});
