// The tree of what was found before anything is sent.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Folder, folderTree, isJunk, sortOut } from '@/app/projects/[slug]/upload/folderTree';

interface Plain {
  path: string;
  size: number;
}

const name = fc.constantFrom('ct', 'mr', '1.dcm', '2.dcm', '10.dcm', 'x');
const file = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  size: fc.nat(1_000_000),
});

const everyFile = (folder: Folder<Plain>): Plain[] => [...folder.files, ...folder.folders.flatMap(everyFile)];

describe('folderTree', () => {
  it('holds every file exactly once, and every folder counts what is below it', () => {
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const check = (folder: Folder<Plain>): void => {
          const below = everyFile(folder);
          assert.equal(folder.fileCount, below.length);
          assert.equal(
            folder.bytes,
            below.reduce((sum, one) => sum + one.size, 0),
          );
          for (const one of below) assert.ok(folder.path === '' || one.path.startsWith(`${folder.path}/`));
          folder.folders.forEach(check);
        };
        const tree = folderTree(files);
        check(tree);
        const order = (list: Plain[]) => list.map((one) => `${one.path} ${one.size}`).toSorted();
        assert.deepEqual(order(everyFile(tree)), order(files));
      }),
    );
  });

  it('sorts 2 before 10', () => {
    const tree = folderTree(['a/10.dcm', 'a/2.dcm'].map((path) => ({ path, size: 1 })));
    assert.deepEqual(
      tree.folders[0]?.files.map((one) => one.path),
      ['a/2.dcm', 'a/10.dcm'],
    );
  });
});

describe('sortOut', () => {
  it('leaves out what systems leave behind and nothing else', () => {
    const junk = ['s/.DS_Store', 's/Thumbs.db', '__MACOSX/s/1.dcm', 's/._1.dcm', 's/desktop.ini'];
    const wanted = [
      's/1.dcm',
      's/DICOMDIR',
      's/IM000001',
      's/.hidden/2',
      's/scan.zip',
      's/brain.nii.gz',
      's/notes.txt',
    ];
    const sorted = sortOut([...junk, ...wanted].map((path) => ({ path })));
    assert.deepEqual(
      sorted.junk.map((one) => one.path),
      junk,
    );
    assert.deepEqual(
      sorted.wanted.map((one) => one.path),
      wanted,
    );
  });

  it('never loses a file and never gives two files one path', () => {
    fc.assert(
      fc.property(fc.array(file), (files) => {
        const { wanted, junk } = sortOut(files);
        assert.equal(wanted.length + junk.length, files.length);
        assert.equal(new Set(wanted.map((one) => one.path)).size, wanted.length);
        assert.ok(!wanted.some((one) => isJunk(one.path)));
      }),
    );
  });
});
