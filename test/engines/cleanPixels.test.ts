// Boxes blacked out of real files: exact in every lossless syntax, honest where loss was before, refused in plain words else.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import type { DicomFile, EncapsulatedElement } from '@/domain/dicom/dataset';
import { makeElement } from '@/domain/dicom/make';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, text } from '@/domain/dicom/values';
import { blackedBox, blackout } from '@/domain/pixels/blackout';
import { frameBytes, type PixelLayout } from '@/domain/pixels/layout';
import { cleanPixels } from '@/engines/cleanPixels';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { contextFor, fileOf } from '../fixtures/dicom';
import { encapsulated, imageElements, layoutOf, native, packed, ROOT, sent } from '../fixtures/images';
import { SYNTAXES } from '../fixtures/layouts';
import { sampleFiles, samplesMissing } from '../samples';

const BOX = { x: 2, y: 3, width: 9, height: 5 };

/** A picture that compresses, with every value in the range of its stored bits. */
function picture(layout: PixelLayout, seed: number): Uint8Array {
  const bytes = new Uint8Array(frameBytes(layout));
  const words = bytes.length / (layout.bitsAllocated / 8);
  const range = 2 ** layout.bitsStored;
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < words; i++) {
    const wave = (Math.sin(i / 7 + seed) + 1) / 2;
    const value = Math.floor(wave * (range - 1) * 0.9) + (((i * 7919 + seed) % 11) * range) / 256;
    const signed = Math.floor(Math.min(range - 1, value)) - (layout.signed ? range / 2 : 0);
    if (layout.bitsAllocated === 8) bytes[i] = signed;
    else if (layout.bitsAllocated === 16) view.setUint16(2 * i, signed & 0xffff, true);
    else view.setUint32(4 * i, signed >>> 0, true);
  }
  return bytes;
}

const pixelsOf = (file: DicomFile) => file.dataset.elements.get(TAG.PixelData) as EncapsulatedElement;
const said = (file: DicomFile, tag: number) => text(file.dataset, tag, contextOf(file));
const reason = (pattern: RegExp) => (error: Error) => {
  assert.match(error.message, pattern);
  return true;
};

for (const [suffix, layouts] of Object.entries(SYNTAXES)) {
  test(`${ROOT}${suffix}: blacked out in the same syntax, exactly, and untouched frames byte for byte`, async () => {
    const least = /\.4\.(90|20)/.test(suffix) ? 2 : 1;
    const cases = fc.tuple(
      fc.constantFrom(...layouts),
      fc.record({ rows: fc.integer({ min: least, max: 40 }), columns: fc.integer({ min: least, max: 40 }) }),
      fc.nat(1000),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
      fc.record({ x: fc.integer({ min: -5, max: 40 }), y: fc.nat(40), width: fc.nat(20), height: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([part, size, seed, touched, box]) => {
        const layout = layoutOf({ ...part, ...size, frames: touched.length });
        const frames = touched.map((_, frame) => picture(layout, seed + frame));
        const file = sent(await packed(layout, suffix, frames));
        const clean = await cleanPixels(file, (frame) => (touched[frame] ? [box] : []));
        if (blackedBox(box, layout) === null || !touched.includes(true)) assert.equal(clean, file);
        const again = sent(clean);
        assert.equal(again.transferSyntaxUid, `${ROOT}${suffix}`);
        const opened = openPixels(again);
        for (const [frame, bytes] of frames.entries()) {
          const { bytes: found, layout: decoded } = await opened.frame(frame);
          const expected = touched[frame] ? blackout(bytes, decoded, [box], 'zero') : bytes;
          assert.equal(Buffer.compare(found, expected), 0);
          if (!touched[frame])
            assert.equal(Buffer.compare(pixelsOf(again).fragments[frame]!, pixelsOf(file).fragments[frame]!), 0);
        }
      }),
      { numRuns: 25 },
    );
  });
}

test('an uncompressed image of several frames changes in the touched frame only', async () => {
  const layout = layoutOf({ bitsAllocated: 16, bitsStored: 12, frames: 3 });
  const frames = [0, 1, 2].map((seed) => picture(layout, seed));
  const clean = sent(await cleanPixels(native(layout, Buffer.concat(frames)), (frame) => (frame === 1 ? [BOX] : [])));
  for (const [frame, bytes] of frames.entries()) {
    const expected = frame === 1 ? blackout(bytes, layout, [BOX], 'zero') : bytes;
    assert.equal(Buffer.compare((await openPixels(clean).frame(frame)).bytes, expected), 0);
  }
});

test('bytes in turned-round words are found where they are', async () => {
  const layout = layoutOf({ rows: 3, columns: 4, bigEndian: true });
  const straight = Uint8Array.from({ length: 12 }, (_, i) => i + 1);
  const turned = Uint8Array.from(Buffer.from(straight).swap16());
  const big = contextFor('big');
  const elements = imageElements(layout).map((element) =>
    element.kind === 'bytes' && element.vr === 'US' ? { ...element, bytes: element.bytes.slice().reverse() } : element,
  );
  const file = fileOf([...elements, makeElement(TAG.PixelData, 'OW', turned, big)], 'big');
  const clean = sent(await cleanPixels(file, () => [{ x: 1, y: 1, width: 2, height: 1 }]));
  const { bytes } = await openPixels(clean).frame(0);
  assert.deepEqual([...bytes], [1, 2, 3, 4, 5, 0, 0, 8, 9, 10, 11, 12]);
});

test('a table of offsets is written anew, basic or extended, and frames of several fragments keep theirs', async () => {
  const layout = layoutOf({ frames: 3 });
  const frames = [0, 1, 2].map((seed) => picture(layout, seed));
  const one = pixelsOf(await packed(layout, '.5', frames)).fragments;
  const parts = [one[0]!, one[1]!, one[2]!.subarray(0, 100), one[2]!.subarray(100)];
  const starts = [0, 8 + one[0]!.length, 16 + one[0]!.length + one[1]!.length];
  const file = sent(encapsulated(layout, '.5', parts, starts));
  const clean = sent(await cleanPixels(file, (frame) => (frame === 0 ? [BOX] : [])));
  const { fragments } = pixelsOf(clean);
  assert.deepEqual(
    fragments.slice(1).map((part) => part.length),
    parts.slice(1).map((part) => part.length),
  );
  assert.equal(Buffer.compare((await openPixels(clean).frame(2)).bytes, frames[2]!), 0);
  const extended = Buffer.alloc(24);
  starts.forEach((start, i) => {
    extended.writeBigUInt64LE(BigInt(start), 8 * i);
  });
  const elements = [...encapsulated(layout, '.5', parts).dataset.elements.values()];
  const table = makeElement(0x7fe00001, 'OV', extended, contextFor('little'));
  const wide = sent(fileOf([...elements, table], 'little', `${ROOT}.5`));
  const cleanWide = sent(await cleanPixels(wide, (frame) => (frame === 0 ? [BOX] : [])));
  assert.equal(Buffer.compare((await openPixels(cleanWide).frame(2)).bytes, frames[2]!), 0);
});

type Lossy = new () => {
  getDecodedBuffer(info: object): Uint8Array;
  getEncodedBuffer(): Uint8Array;
  encode(): void;
  setNearLossless?(error: number): void;
  setQuality?(quality: number): void;
};
let jpeg: (pixels: Uint8Array, layout: PixelLayout) => Uint8Array;

before(async () => {
  const { default: factory } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs');
  const { JPEGEncoder } = (await factory({ print: () => {}, printErr: () => {} })) as { JPEGEncoder: Lossy };
  jpeg = (pixels, { rows: height, columns: width, samples: componentCount }) => {
    const encoder = new JPEGEncoder();
    encoder.getDecodedBuffer({ width, height, bitsPerSample: 8, componentCount, isSigned: false }).set(pixels);
    encoder.setQuality?.(90);
    encoder.encode();
    return Uint8Array.from(encoder.getEncodedBuffer());
  };
});

test('loss before: the whole file becomes uncompressed, tells its loss, and other pixels stay as they were decoded', async () => {
  for (const samples of [1, 3] as const) {
    const layout = layoutOf({
      rows: 32,
      columns: 48,
      frames: 2,
      samples,
      photometric: samples === 3 ? 'YBR_FULL_422' : 'MONOCHROME2',
    });
    const fragments = [0, 1].map((seed) => jpeg(picture(layout, seed), layout));
    const file = sent(encapsulated(layout, '.4.50', fragments));
    assert.equal(await cleanPixels(file, () => []), file);
    const clean = sent(await cleanPixels(file, (frame) => (frame === 1 ? [BOX] : [])));
    assert.equal(clean.transferSyntaxUid, `${ROOT}.1`);
    assert.equal(said(clean, TAG.PhotometricInterpretation), samples === 3 ? 'RGB' : 'MONOCHROME2');
    assert.equal(said(clean, 0x00282110), '01');
    assert.equal(said(clean, 0x00282114), 'ISO_10918_1');
    assert.ok(Number(said(clean, 0x00282112)) > 1);
    for (const frame of [0, 1]) {
      const { bytes, layout: decoded } = await openPixels(file).frame(frame);
      const expected = frame === 1 ? blackout(bytes, decoded, [BOX], 'zero') : bytes;
      assert.equal(Buffer.compare((await openPixels(clean).frame(frame)).bytes, expected), 0);
    }
  }
});

test('a frame that cannot be decompressed refuses the file and says which', async () => {
  const layout = layoutOf({ bitsAllocated: 16, bitsStored: 12, frames: 40 });
  for (const suffix of ['.5', '.4.70', '.4.80', '.4.90', '.4.201', '.8.1']) {
    const file = await packed(
      layout,
      suffix,
      Array.from({ length: 40 }, (_, seed) => picture(layout, seed)),
    );
    const fragments = pixelsOf(file).fragments.map((part, i) => (i === 16 ? part.slice(0, part.length >> 2) : part));
    const broken = sent(encapsulated(layout, suffix, fragments));
    await assert.rejects(
      cleanPixels(broken, () => [BOX]),
      reason(/^Frame 17 of 40 cannot be decompressed/),
      suffix,
    );
    // A codec that met damage still does its work afterwards.
    await cleanPixels(sent(file), () => [BOX]);
  }
});

test('fragments that do not match frames, and tables that lie, are refused in plain words', async () => {
  const layout = layoutOf({ frames: 2 });
  const { fragments } = pixelsOf(await packed(layout, '.5', [picture(layout, 0), picture(layout, 1)]));
  const clean = (parts: readonly Uint8Array[], starts: readonly number[]) =>
    cleanPixels(sent(encapsulated(layout, '.5', parts, starts)), () => [BOX]);
  await assert.rejects(clean([...fragments, fragments[0]!], []), reason(/fragments do not match its frames/));
  await assert.rejects(clean(fragments, [0, 4]), reason(/table of frames does not match/));
  await assert.rejects(clean(fragments, [8, 8 + fragments[0]!.length]), reason(/table of frames does not match/));
  await assert.rejects(clean(fragments, [0]), reason(/table of frames does not match/));
  await clean(fragments, [0, 8 + fragments[0]!.length]);
});

test('headers that cannot be, and sizes that cannot be held, are refused in plain words', async () => {
  const clean = (layout: PixelLayout) =>
    cleanPixels(sent(encapsulated(layout, '.5', [new Uint8Array(64)])), () => [BOX]);
  await assert.rejects(clean(layoutOf({ bitsStored: 12 })), reason(/stores more bits than it makes room for/));
  await assert.rejects(clean(layoutOf({ rows: 30_000, columns: 30_000 })), reason(/larger than 268 million/));
  await assert.rejects(clean(layoutOf({ photometric: 'HSV', samples: 3 })), reason(/colours/));
  await assert.rejects(clean(layoutOf({ bitsAllocated: 16, bitsStored: 12, highBit: 15 })), reason(/lowest bit/));
  await assert.rejects(clean(layoutOf({ rows: 25 })), reason(/cannot be decompressed/));
});

test('a lossy JPEG of 12 bits is refused in plain words', async () => {
  const twelve = Uint8Array.of(0xff, 0xd8, 0xff, 0xc1, 0, 11, 12, 0, 20, 0, 30, 1, 1, 0x11, 0, 0xff, 0xd9, 0);
  const layout = layoutOf({ bitsAllocated: 16, bitsStored: 12 });
  await assert.rejects(
    cleanPixels(sent(encapsulated(layout, '.4.51', [twelve])), () => [BOX]),
    reason(/12 bits/),
  );
});

test('the same CT slice in every lossless syntax decodes to the same pixels', { skip: samplesMissing() }, async () => {
  const files = sampleFiles('dicom/transfer_syntaxes').filter((path) => /CTImage/.test(path));
  const plain = await readDicomFile(files.find((path) => path.endsWith('CTImage.dcm'))!);
  const { bytes: expected } = await openPixels(plain).frame(0);
  const lossless = files.filter((path) => /4\.(57|70|80|90)\.dcm$|1\.2\.5\.dcm$|\.1\.99\.dcm$/.test(path));
  assert.ok(lossless.length >= 5);
  for (const path of lossless) {
    const file = await readDicomFile(path);
    const { bytes, layout } = await openPixels(file).frame(0);
    assert.equal(Buffer.compare(bytes, expected), 0, path.split('_').at(-1));
    const clean = await cleanPixels(file, () => [{ x: 10, y: 10, width: 200, height: 40 }]);
    assert.equal(clean.transferSyntaxUid, file.transferSyntaxUid);
    const black = blackout(expected, layout, [{ x: 10, y: 10, width: 200, height: 40 }], 'zero');
    assert.equal(Buffer.compare((await openPixels(clean).frame(0)).bytes, black), 0);
  }
});
