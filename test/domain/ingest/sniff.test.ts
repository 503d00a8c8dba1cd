// Telling files by content, never by name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sniff } from '@/domain/ingest/sniff';
import { isSystemFile } from '@/domain/ingest/systemFiles';
import { writeNifti } from '@/domain/nifti/write';

const text = (s: string) => new TextEncoder().encode(s);
const nifti = writeNifti({
  shape: [2, 2, 2],
  affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  datatype: 2,
  data: new Uint8Array(8),
});

test('DICOM with preamble, ZIP, gzip and NIfTI are known by their marks', () => {
  const dicom = new Uint8Array(140);
  dicom.set(text('DICM'), 128);
  assert.equal(sniff(dicom).kind, 'dicom');
  assert.equal(sniff(new Uint8Array([0x50, 0x4b, 3, 4, 0, 0])).kind, 'zip');
  assert.equal(sniff(new Uint8Array([0x1f, 0x8b, 8, 0])).kind, 'gzip');
  assert.equal(sniff(nifti).kind, 'nifti');
  for (const magic of [
    [0xff, 0xd8, 0xff],
    [0x89, 0x50, 0x4e, 0x47],
    [0x49, 0x49, 42, 0],
    [0x4d, 0x4d, 0, 42],
  ])
    assert.equal(sniff(new Uint8Array(magic)).kind, 'picture');
});

test('what is no image is refused in words that name its format', () => {
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /empty/],
    [text('Patient: Jane Doe\nborn 1970\n'), /text file/],
    [text('%PDF-1.7 ...'), /PDF/],
    [new Uint8Array(400).fill(0xfe), /neither DICOM nor NIfTI/],
  ];
  for (const [bytes, words] of cases) {
    const content = sniff(bytes);
    assert.equal(content.kind, 'none');
    if (content.kind === 'none') {
      assert.match(content.reason, words);
      assert.doesNotMatch(content.reason, /Jane/);
    }
  }
});

test('half of a header and image pair is refused with what to do', () => {
  const half = nifti.slice();
  half.set(text('ni1'), 344);
  const content = sniff(half);
  assert.ok(content.kind === 'none' && /one \.nii file/.test(content.reason));
});

test('never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      assert.ok(['dicom', 'zip', 'gzip', 'nifti', 'picture', 'json', 'none'].includes(sniff(bytes).kind));
    }),
  );
});

test('leftovers of operating systems are passed over', () => {
  for (const path of ['a/.DS_Store', '__MACOSX/a/b.dcm', 'a/._b.dcm', 'Thumbs.db']) assert.ok(isSystemFile(path), path);
  for (const path of ['a/b.dcm', 'IM0001', 'DS_Store/x']) assert.ok(!isSystemFile(path), path);
});
