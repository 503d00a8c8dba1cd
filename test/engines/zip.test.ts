// The ZIP reader against archives made to do harm.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import yazl from 'yazl';
import { DomainError } from '@/domain/errors';
import { unpackZip, ZIP_LIMITS } from '@/engines/zip';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloakroom-zip-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function zipOf(files: Record<string, Buffer>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(content, name);
  zip.end();
  return buffer(zip.outputStream);
}

/** Writes another name of the same length into the headers of an archive, which the writer itself refuses to do. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

async function refusal(zip: Buffer, limits = ZIP_LIMITS): Promise<DomainError> {
  let refused: unknown;
  await inFolder(async (folder) => {
    await writeFile(join(folder, 'a.zip'), zip);
    refused = await unpackZip(join(folder, 'a.zip'), join(folder, 'out'), limits).then(
      () => null,
      (error: unknown) => error,
    );
    assert.deepEqual((await readdir(folder)).sort(), ['a.zip'], 'nothing of a refused archive stays');
  });
  assert.ok(refused instanceof DomainError, 'the archive was not refused');
  return refused;
}

test('unpacks files under running numbers and leaves folders out', async () => {
  await inFolder(async (folder) => {
    const zip = await zipOf({ 'a/one.dcm': Buffer.from('one'), 'a/b/two': Buffer.from('second') });
    await writeFile(join(folder, 'a.zip'), zip);
    const files = await unpackZip(join(folder, 'a.zip'), join(folder, 'out'));
    assert.deepEqual(
      files.map(({ name, size }) => ({ name, size })),
      [
        { name: 'a/one.dcm', size: 3 },
        { name: 'a/b/two', size: 6 },
      ],
    );
    assert.deepEqual((await readdir(join(folder, 'out'))).sort(), ['000001', '000002']);
    assert.equal(await readFile(files[1]!.path, 'utf8'), 'second');
  });
});

test('refuses paths that climb out of the archive', async () => {
  const zip = renamed(await zipOf({ 'aa/evil.txt': Buffer.from('x') }), 'aa/evil.txt', '../evil.txt');
  const error = await refusal(zip);
  assert.equal(error.code, 'UNREADABLE');
  assert.match(error.message, /point outside/);
  assert.doesNotMatch(error.message, /evil/);
});

test('refuses absolute paths', async () => {
  const error = await refusal(renamed(await zipOf({ 'aetc/evil': Buffer.from('x') }), 'aetc/evil', '/etc/evil'));
  assert.match(error.message, /point outside/);
});

test('refuses a bomb by its own list of sizes, before unpacking', async () => {
  const error = await refusal(await zipOf({ zeros: Buffer.alloc(80 * 2 ** 20) }));
  assert.equal(error.code, 'TOO_LARGE');
  assert.match(error.message, /ZIP bomb/);
});

test('stops a bomb that lies about its size', async () => {
  const zip = await zipOf({ zeros: Buffer.alloc(2 ** 20) });
  const size = Buffer.alloc(4);
  size.writeUInt32LE(2 ** 20);
  const lie = Buffer.alloc(4);
  lie.writeUInt32LE(1000);
  const lying = Buffer.from(
    zip.toString('latin1').replaceAll(size.toString('latin1'), lie.toString('latin1')),
    'latin1',
  );
  assert.equal((await refusal(lying)).code, 'UNREADABLE');
});

test('refuses too many files and too many bytes', async () => {
  const zip = await zipOf({ a: Buffer.from('12345'), b: Buffer.from('12345'), c: Buffer.from('1') });
  assert.equal((await refusal(zip, { ...ZIP_LIMITS, entries: 2 })).code, 'TOO_LARGE');
  assert.equal((await refusal(zip, { ...ZIP_LIMITS, totalBytes: 10 })).code, 'TOO_LARGE');
});

test('refuses entries that overlap to unpack the same bytes again and again', async () => {
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * i * 31 + i) >> 3));
  const zip = await zipOf({ a: Buffer.from('first'), b: noise });
  const directory = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
  const many = Array.from({ length: 400 }, () =>
    zip.subarray(directory, zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))),
  );
  const end = Buffer.from(zip.subarray(zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))));
  const list = Buffer.concat(many);
  end.writeUInt16LE(many.length, 8);
  end.writeUInt16LE(many.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(directory, 16);
  const error = await refusal(Buffer.concat([zip.subarray(0, directory), list, end]));
  assert.match(error.message, /ZIP bomb/);
});

test('a damaged or cut archive is refused in plain words', async () => {
  const zip = await zipOf({ a: Buffer.alloc(5000, 'abc') });
  assert.match((await refusal(zip.subarray(0, zip.length - 30))).message, /damaged or incomplete/);
  const bent = Buffer.from(zip);
  bent.fill(0xff, 40, 60);
  assert.match((await refusal(bent)).message, /damaged or incomplete/);
});
