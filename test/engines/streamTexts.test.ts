// Names in the comments of compressed pixels: they go, whatever the codec, the fragments and the way the file is read, and every
// pixel stays what it was.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { residualScan } from '@/domain/deid/residual';
import type { DicomFile, EncapsulatedElement } from '@/domain/dicom/dataset';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { writeParts } from '@/domain/dicom/write';
import { frameBytes, type PixelLayout } from '@/domain/pixels/layout';
import { streamSayings } from '@/domain/pixels/streamSayings';
import { deidKeys, withDicomFile } from '@/engines/dicomFiles';
import { withFolder } from '@/engines/files';
import { openPixels } from '@/engines/framePixels';
import { bytesOf } from '../fixtures/dicom';
import { encapsulated, layoutOf, packed, sent } from '../fixtures/images';
import { jpegOf } from '../fixtures/pictures';

const keys = deidKeys(new Uint8Array(32));
const NAME = 'SILVESTER^HILDE 19570312';
const SYNTAXES = ['.4.50', '.4.57', '.4.70', '.4.80', '.4.90', '.4.201'] as const;
type Suffix = (typeof SYNTAXES)[number];

const pixelsOf = (file: DicomFile) => file.dataset.elements.get(TAG.PixelData) as EncapsulatedElement;
const clean = (file: DicomFile) => deidentify(file, presets.basic.profile, keys, { subjectCode: 'sub-001' }).file;
const segment = (marker: number, text: string) =>
  Buffer.concat([
    Buffer.of(0xff, marker, (text.length + 2) >> 8, (text.length + 2) & 0xff),
    Buffer.from(text, 'latin1'),
  ]);

function frames(layout: PixelLayout): Uint8Array[] {
  return Array.from({ length: layout.frames }, (_, n) =>
    Uint8Array.from({ length: frameBytes(layout) }, (_, i) => (i * 31 + n * 17 + (i >> 5)) & 0xff),
  );
}

async function streams(layout: PixelLayout, suffix: Suffix): Promise<Uint8Array[]> {
  if (suffix === '.4.50') return Promise.all(frames(layout).map((bytes) => jpegOf(bytes, layout)));
  return [...pixelsOf(await packed(layout, suffix, frames(layout))).fragments];
}

/** Says something in the main header, in the first tile's header and behind the end. */
function told(stream: Uint8Array, text: string, where: 'header' | 'tile' | 'behind', marker: number): Uint8Array {
  if (where === 'behind') return Buffer.concat([stream, Buffer.from(`${text}${text.length % 2 ? 'x' : ''}`)]);
  const bytes = Buffer.from(stream);
  if (bytes[1] === 0xd8) return Buffer.concat([bytes.subarray(0, 2), segment(marker, text), bytes.subarray(2)]);
  const comment = segment(0x64, `\0\x01${text}`);
  const [siz, sot] = [4 + bytes.readUInt16BE(4), bytes.indexOf(Buffer.of(0xff, 0x90))];
  if (where === 'header') return Buffer.concat([bytes.subarray(0, siz), comment, bytes.subarray(siz)]);
  const length = bytes.readUInt32BE(sot + 6);
  if (length > 0) bytes.writeUInt32BE(length + comment.length, sot + 6);
  return Buffer.concat([bytes.subarray(0, sot + 12), comment, bytes.subarray(sot + 12)]);
}

function inFragments(stream: Uint8Array, parts: number): Uint8Array[] {
  const size = 2 * Math.ceil(stream.length / 2 / parts);
  return Array.from({ length: Math.ceil(stream.length / size) }, (_, i) => stream.subarray(i * size, (i + 1) * size));
}

async function decoded(file: DicomFile): Promise<Buffer> {
  const { frame, layout } = openPixels(file);
  const all = await Promise.all(Array.from({ length: layout.frames }, (_, i) => frame(i)));
  return Buffer.concat(all.map(({ bytes }) => bytes));
}

/** As the pipeline cleans it: pixels stay on the disk and are passed on in pieces. */
function cleanFromDisk(file: DicomFile): Promise<Uint8Array> {
  return withFolder(undefined, async (folder) => {
    const path = join(folder, 'in.dcm');
    await writeFile(path, bytesOf(file));
    return withDicomFile(path, 'whole', (far) => {
      const parts = writeParts(clean(far), {});
      return Buffer.concat(parts.flatMap((part) => (part instanceof Uint8Array ? [part.slice()] : [...copies(part)])));
    });
  });
}

function* copies({ pieces }: { pieces(): Iterable<Uint8Array> }): Generator<Uint8Array> {
  for (const piece of pieces()) yield piece.slice();
}

for (const suffix of SYNTAXES) {
  test(`1.2.840.10008.1.2${suffix}: what comments say is gone, in memory and from the disk, and pixels are the same`, async () => {
    const cases = fc.record({
      frames: fc.integer({ min: 1, max: 3 }),
      parts: fc.integer({ min: 1, max: 4 }),
      where: fc.constantFrom('header' as const, 'tile' as const, 'behind' as const),
      marker: fc.constantFrom(0xfe, 0xe1, 0xe2, 0xed, 0xe0, 0xef),
      text: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme-ascii' }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ frames: count, parts, where, marker, text }) => {
        const layout = layoutOf({ frames: count, rows: 32, columns: 48 });
        const plain = await streams(layout, suffix);
        const saying = plain.map((stream, i) =>
          i === count - 1 ? told(stream, `${NAME}${text}`, where, marker) : stream,
        );
        const before = sent(encapsulated(layout, suffix, plain));
        assert.equal(clean(before).dataset.elements.get(TAG.PixelData), pixelsOf(before));
        const file = sent(
          encapsulated(
            layout,
            suffix,
            saying.flatMap((stream) => inFragments(stream, parts)),
          ),
        );
        assert.ok(residualScan(bytesOf(file), []).some(({ kind }) => kind === 'comment'));
        const bytes = bytesOf(clean(file));
        assert.ok(!Buffer.from(bytes).includes('SILVESTER'));
        assert.deepEqual(residualScan(bytes, []), []);
        assert.equal(Buffer.compare(await cleanFromDisk(file), bytes), 0);
        assert.deepEqual(
          pixelsOf(readDicom(bytes)).fragments.map(({ length }) => length),
          pixelsOf(file).fragments.map(({ length }) => length),
        );
        // Decoders of JPEG 2000 are given streams that end where they end.
        if (where !== 'behind' || !/\.4\.(90|201)/.test(suffix))
          assert.equal(Buffer.compare(await decoded(readDicom(bytes)), await decoded(before)), 0);
      }),
      { numRuns: 20 },
    );
  });
}

test('what decoding needs stays: JFIF without its small picture, the transform of Adobe, the colours of JPEG-LS', async () => {
  const layout = layoutOf({ rows: 32, columns: 48 });
  const [jpeg, ls] = [(await streams(layout, '.4.50'))[0]!, (await streams(layout, '.4.80'))[0]!];
  const within = (stream: Uint8Array, marker: number, text: string) => told(stream, text, 'header', marker);
  const says = (stream: Uint8Array) =>
    streamSayings(stream, 'jpeg').map(({ from, to }) => Buffer.from(stream.subarray(from, to)).toString('latin1'));
  const bare = Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(20)]);
  const jfif = 'JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01';
  assert.deepEqual(says(within(bare, 0xe0, jfif)), []);
  assert.deepEqual(says(within(bare, 0xe0, `${jfif}abc`)), ['abc']);
  assert.deepEqual(says(within(bare, 0xee, 'Adobe\0\x64\0\0\0\0\x01')), []);
  assert.deepEqual(says(within(bare, 0xee, 'Adobe\0\x64\0\0\0\0\x01HILDE')), ['HILDE']);
  assert.deepEqual(says(within(ls, 0xe8, 'mrfx\x01')), []);
  assert.deepEqual(says(within(ls, 0xe8, 'other\x01')), ['other\x01']);
});

test('names of encoders stay, anything more than that goes', async () => {
  const [stream] = await streams(layoutOf({ rows: 32, columns: 48 }), '.4.90');
  const says = (text: string) => streamSayings(told(stream!, text, 'header', 0), 'jpeg2000').length;
  for (const text of ['Created by OpenJPEG version 2.5.0', 'Created by GDCM/OpenJPEG version 2.0', 'Kakadu-v7.10.2'])
    assert.equal(says(text), 0, text);
  for (const text of ['Created by OpenJPEG version 2.5.0 for HILDE', 'Kakadu-19570312', 'HILDE'])
    assert.equal(says(text), 1, text);
});

test('a stream that is none, one that is cut, another number of frames and a video are refused in plain words', async () => {
  const layout = layoutOf({ rows: 32, columns: 48 });
  for (const suffix of SYNTAXES) {
    const [stream] = await streams(layout, suffix);
    const refused = (parts: readonly Uint8Array[], words: RegExp) =>
      assert.throws(() => clean(sent(encapsulated(layout, suffix, parts))), words, suffix);
    refused([Buffer.from(NAME)], /damaged: it does not begin like/);
    refused([stream!.subarray(0, stream!.length - 10)], /damaged/);
    refused([stream!, stream!], /another number of compressed frames/);
    for (let cut = 3; cut < 60; cut += 1) refused([stream!.subarray(0, cut)], /damaged/);
  }
  for (const suffix of ['.4.102', '.4.107', '.4.110'])
    assert.throws(() => clean(sent(encapsulated(layout, suffix, [Buffer.from(NAME)]))), /in which texts can hide/);
});
