// Looking into files of unknown origin: bad ones are answers in plain words, never errors.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { DomainError } from '@/domain/errors';
import { writeNifti } from '@/domain/nifti/write';
import { ahead } from '@/engines/ahead';
import { lookInto, reasonOf } from '@/engines/lookInto';
import { badFiles } from '../workers/badFiles';
import { PLANTED, slice } from '../workers/scan';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-look-'));
});
after(() => rm(root, { recursive: true, force: true }));

async function look(bytes: Uint8Array) {
  const path = join(root, 'file');
  await writeFile(path, bytes);
  return lookInto(path);
}

test('an image is known with and without preamble, whatever its name', async () => {
  const whole = slice(0);
  const bare = whole.slice(132);
  for (const bytes of [whole, bare]) assert.equal((await look(bytes)).kind, 'image');
});

test('NIfTI is known plain and compressed; a compressed DICOM file is named', async () => {
  const volume = writeNifti({
    shape: [2, 2, 2],
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    datatype: 2,
    data: new Uint8Array(8),
  });
  assert.equal((await look(volume)).kind, 'nifti');
  assert.equal((await look(gzipSync(volume))).kind, 'nifti');
  const packed = await look(gzipSync(slice(0)));
  assert.ok(packed.kind === 'quarantined' && /Unpack it/.test(packed.reason));
});

test('bad files are quarantined in words that tell nothing of them', async () => {
  for (const { path, bytes, reason } of await badFiles()) {
    if (path.endsWith('.zip')) continue;
    const answer = await look(bytes);
    assert.equal(answer.kind, 'quarantined', path);
    if (answer.kind !== 'quarantined') continue;
    assert.match(answer.reason, reason, path);
    for (const value of PLANTED) assert.ok(!answer.reason.includes(value));
  }
});

test('an image cut or bent anywhere never throws', async () => {
  const whole = slice(0, { size: 8 });
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
      const bent = whole.slice(0, cut ? at : whole.length);
      if (!cut) bent[at] = byte;
      const answer = await look(bent);
      assert.ok(['image', 'quarantined', 'ignored', 'nifti', 'zip'].includes(answer.kind));
    }),
    { numRuns: 300 },
  );
});

test('a full disk is not the fault of the file', () => {
  assert.throws(() => reasonOf(new DomainError('STORAGE_FULL', 'full')), DomainError);
  assert.throws(() => reasonOf(Object.assign(new Error('gone'), { code: 'EIO', syscall: 'read' })));
  assert.equal(reasonOf(new DomainError('UNREADABLE', 'Cut short.')), 'Cut short.');
  assert.doesNotMatch(reasonOf(new TypeError('Lovelace')), /Lovelace/);
});

test('reading ahead keeps the order, and an error belongs to its item', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), async (delays, depth) => {
      const seen: number[] = [];
      let open = 0;
      let most = 0;
      const load = async (turns: number) => {
        most = Math.max(most, ++open);
        for (let n = 0; n < turns; n++) await null;
        open -= 1;
        if (turns === 5) throw new Error('bad');
        return turns;
      };
      for await (const answer of ahead(delays, load, depth)) {
        assert.equal(answer.ok, delays[answer.index] !== 5);
        if (answer.ok) assert.equal(answer.value, delays[answer.index]);
        seen.push(answer.index);
      }
      assert.deepEqual(seen, [...delays.keys()]);
      assert.ok(most <= depth + 1);
    }),
  );
});
