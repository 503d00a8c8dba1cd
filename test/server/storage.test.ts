import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat as statFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import * as storage from '@/server/storage';

const folder = mkdtempSync(path.join(tmpdir(), 'cloakroom-storage-'));
process.env.DATA_DIR = folder;
process.env.DATABASE_URL = 'postgresql://unused';
process.env.SITE_KEY = '0'.repeat(64);
process.env.NEXTAUTH_SECRET = 'x'.repeat(32);
after(() => rmSync(folder, { recursive: true, force: true }));

const run = randomUUID();
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
async function* pieces(...all: Uint8Array[]) {
  yield* all;
}
const drafts = () => readdirSync(path.join(folder, 'drafts'));

describe('put and get', () => {
  it('return the bytes that went in, with their size and SHA-256', async () => {
    const [a, b] = [randomBytes(70_000), randomBytes(3)];
    const key = storage.workKey(run, 'sub-001/anat/image.nii.gz');
    const whole = Buffer.concat([a, b]);
    assert.deepEqual(await storage.put(key, pieces(a, b)), { size: whole.length, sha256: sha256(whole) });
    assert.deepEqual(await bytesOf(await storage.get(key)), whole);
    assert.deepEqual(await storage.stat(key), { size: whole.length });
  });

  it('cut ranges with both ends included', async () => {
    const bytes = randomBytes(1000);
    const key = storage.workKey(run, 'range');
    await storage.put(key, bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(999), fc.nat(999), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        assert.deepEqual(await bytesOf(await storage.get(key, { start, end })), bytes.subarray(start, end + 1));
      }),
      { numRuns: 40 },
    );
  });

  it('leave the old object and no half of the new one when the source breaks off', async () => {
    const key = storage.workKey(run, 'kept');
    await storage.put(key, Buffer.from('old'));
    async function* broken() {
      yield randomBytes(100_000);
      throw new Error('the line was cut');
    }
    await assert.rejects(storage.put(key, broken()), /the line was cut/);
    assert.equal((await bytesOf(await storage.get(key))).toString(), 'old');
    assert.deepEqual(drafts(), []);
  });

  it('take over a finished upload', async () => {
    const file = path.join(folder, 'upload');
    await writeFile(file, 'image');
    const key = storage.rawKey(run, sha256(Buffer.from('image')));
    await storage.putFile(key, file);
    await assert.rejects(statFile(file), { code: 'ENOENT' });
    assert.equal((await bytesOf(await storage.getRaw(key))).toString(), 'image');
    assert.equal(await readFile(await storage.localPath(key), 'utf8'), 'image');
  });

  it('keep what they store from other accounts of the machine', async () => {
    const key = storage.workKey(run, 'closed');
    await storage.put(key, Buffer.from('x'));
    assert.equal((await statFile(await storage.localPath(key))).mode & 0o077, 0);
  });

  it('say plainly that an object is not there', async () => {
    await assert.rejects(storage.get(storage.workKey(run, 'absent')), { code: 'NOT_FOUND' });
    assert.equal(await storage.stat(storage.workKey(run, 'absent')), null);
    await storage.remove(storage.workKey(run, 'absent'));
  });
});

describe('list and removeAll', () => {
  it('know one run from another', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    for (const name of ['b', 'a/c', 'a/b']) await storage.put(storage.workKey(mine, name), Buffer.from(name));
    await storage.put(storage.workKey(other, 'b'), Buffer.from('b'));
    assert.deepEqual(
      await storage.list('work', mine),
      ['a/b', 'a/c', 'b'].map((name) => storage.workKey(mine, name)),
    );
    await storage.removeAll('work', mine);
    assert.deepEqual(await storage.list('work', mine), []);
    assert.equal((await storage.list('work', other)).length, 1);
  });
});

describe('keys', () => {
  it('never lead out of their room', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', '%2e', 'a'), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), part, (parts, owner) => {
        const name = parts.join('/');
        for (const make of [
          () => storage.releaseKey(run, name),
          () => storage.releaseKey(owner, name),
          () => storage.parseReleaseKey(`release/${run}/${name}`),
          () => storage.parseReleaseKey(name),
        ]) {
          let key: string;
          try {
            key = make();
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'INVALID');
            continue;
          }
          assert.ok(path.posix.normalize(key) === key && key.startsWith(`release/${run}/`), key);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('of one room are not keys of another', () => {
    const raw = storage.rawKey(run, 'a'.repeat(64));
    assert.throws(() => storage.parseWorkKey(raw), { code: 'INVALID' });
    assert.throws(() => storage.parseReleaseKey(raw), { code: 'INVALID' });
    assert.equal(storage.parseRawKey(raw), raw);
    // @ts-expect-error a raw key cannot be opened for a route
    assert.ok(() => storage.get(raw));
  });
});

describe('a full disk', () => {
  it('is told plainly and leaves nothing half-written', {
    skip: process.platform !== 'linux' && 'needs ulimit',
  }, async () => {
    // A limit on file size stands in for the full disk: the write fails half-way in the same place.
    const script = path.join(folder, 'fill.mts');
    writeFileSync(
      script,
      `import { put, workKey } from '${path.resolve('src/server/storage.ts')}';
       put(workKey('${run}', 'big'), Buffer.alloc(4_000_000)).catch((e) => console.log(e.code, e.message));`,
    );
    const command = `ulimit -f 1000; exec ${process.execPath} --import tsx ${script}`;
    const { stdout } = await promisify(execFile)('bash', ['-c', command]);
    assert.match(stdout, /^STORAGE_FULL The storage is full/);
    assert.deepEqual(drafts(), []);
    assert.equal(await storage.stat(storage.workKey(run, 'big')), null);
  });
});
