// Going on with an upload: what the server has meets what is on the disk.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchFiles } from '@/app/projects/[slug]/upload/matching';

const listed = fc.uniqueArray(
  fc.record({
    fileId: fc.uuid(),
    path: fc.constantFrom('a', 'b', 'c', 'd/e', 'd/f', 'g'),
    size: fc.nat(3),
    state: fc.constantFrom('expected', 'stored', 'quarantined', 'duplicate'),
  }),
  { selector: (file) => file.path },
);
const onDisk = fc.uniqueArray(fc.record({ path: fc.constantFrom('a', 'b', 'c', 'd/e', 'd/f', 'h'), size: fc.nat(3) }), {
  selector: (file) => file.path,
});

describe('matchFiles', () => {
  it('accounts for every file of the upload exactly once', () => {
    fc.assert(
      fc.property(listed, onDisk, (files, disk) => {
        const { toSend, already, missing } = matchFiles(files, disk);
        assert.equal(toSend.length + already.files + missing, files.length);
      }),
    );
  });

  it('sends only what the server still expects, and only when path and size agree', () => {
    fc.assert(
      fc.property(listed, onDisk, (files, disk) => {
        for (const { fileId, found } of matchFiles(files, disk).toSend) {
          const file = files.find((one) => one.fileId === fileId);
          assert.deepEqual([file?.state, file?.path, file?.size], ['expected', found.path, found.size]);
        }
      }),
    );
  });

  it('knows another folder: nothing of the list is in it', () => {
    const file = { fileId: '1', path: 'scans/1', size: 7, state: 'expected' };
    assert.equal(matchFiles([file], [{ path: 'other/1', size: 7 }]).known, 0);
    assert.equal(matchFiles([file], [{ path: 'scans/1', size: 8 }]).known, 0);
    assert.equal(matchFiles([{ ...file, state: 'stored' }], [{ path: 'scans/1', size: 7 }]).known, 1);
  });
});
