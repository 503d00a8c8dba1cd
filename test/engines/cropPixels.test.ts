// Files cut to a box: what remains is the same bit by bit in every layout and syntax that is blacked out, and nothing else is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DicomFile } from '@/domain/dicom/dataset';
import { makeElement } from '@/domain/dicom/make';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, number, text } from '@/domain/dicom/values';
import { clipBox } from '@/domain/pixels/boxes';
import { cropArea, croppedLayout } from '@/domain/pixels/crop';
import { frameBytes, type PixelLayout, sampleAt } from '@/domain/pixels/layout';
import { cropPixels } from '@/engines/cropPixels';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { cutToPlan } from '@/engines/maskBurnedIn';
import { contextFor, fileOf } from '../fixtures/dicom';
import { imageElements, layoutOf, native, packed, ROOT, sent } from '../fixtures/images';
import { GREY, SYNTAXES } from '../fixtures/layouts';
import { sampleFiles, samplesMissing } from '../samples';

const NATIVE: readonly Partial<PixelLayout>[] = [
  ...GREY,
  { bitsAllocated: 32 },
  { photometric: 'PALETTE COLOR' },
  { photometric: 'MONOCHROME1' },
  { samples: 3 },
  { samples: 3, planar: true },
  { samples: 3, photometric: 'YBR_FULL' },
  { samples: 3, photometric: 'YBR_FULL_422', subsampled: true },
];

function picture(layout: PixelLayout, seed: number): Uint8Array {
  const bytes = new Uint8Array(frameBytes(layout));
  const view = new DataView(bytes.buffer);
  const range = 2 ** layout.bitsStored;
  for (let i = 0; i < bytes.length / (layout.bitsAllocated / 8); i++) {
    const value = Math.floor(((Math.sin(i / 7 + seed) + 1) / 2) * (range - 1)) - (layout.signed ? range / 2 : 0);
    if (layout.bitsAllocated === 8) bytes[i] = value;
    else if (layout.bitsAllocated === 16) view.setUint16(2 * i, value & 0xffff, true);
    else view.setUint32(4 * i, value >>> 0, true);
  }
  return bytes;
}

/** Each sample of the cropped file is the sample of the file at the same place. */
async function assertSame(
  before: DicomFile,
  after: DicomFile,
  box: { x: number; y: number; width: number; height: number },
) {
  const [was, is] = [openPixels(before), openPixels(after)];
  const area = cropArea(box, was.layout);
  assert.deepEqual([is.layout.rows, is.layout.columns, is.layout.frames], [area.height, area.width, was.layout.frames]);
  for (let frame = 0; frame < was.layout.frames; frame++) {
    const [a, b] = [await was.frame(frame), await is.frame(frame)];
    assert.equal(b.bytes.length, frameBytes(croppedLayout(a.layout, area)));
    const wide = a.layout.bitsAllocated / 8;
    for (let y = 0; y < area.height; y++)
      for (let x = 0; x < area.width; x++)
        for (let sample = 0; sample < a.layout.samples; sample++) {
          const [from, to] = [sampleAt(a.layout, x + area.x, y + area.y, sample), sampleAt(b.layout, x, y, sample)];
          for (let byte = 0; byte < wide; byte++) assert.equal(b.bytes[to + byte], a.bytes[from + byte]);
        }
  }
}

const cases = (layouts: readonly Partial<PixelLayout>[], least: number) =>
  fc.tuple(
    fc.constantFrom(...layouts),
    fc.record({
      rows: fc.integer({ min: 4, max: 24 }),
      columns: fc.integer({ min: 2, max: 12 }).map((half) => 2 * half),
    }),
    fc.nat(1000),
    fc.integer({ min: 1, max: 3 }),
    fc.record({
      x: fc.nat(24),
      y: fc.nat(24),
      width: fc.integer({ min: least, max: 30 }),
      height: fc.integer({ min: least, max: 30 }),
    }),
  );

/** Whether some of the image, not less than `least` pixels each way, is in the box. */
function leaves(
  box: { x: number; y: number; width: number; height: number },
  layout: PixelLayout,
  least: number,
): boolean {
  const part = clipBox(box, layout);
  if (part === null || (layout.subsampled && part.width < 3)) return false;
  return Math.min(part.width, part.height) >= least;
}

for (const [suffix, layouts] of Object.entries(SYNTAXES))
  test(`${ROOT}${suffix}: cut in the same syntax, exactly`, async () => {
    const least = /\.4\.(90|20)/.test(suffix) ? 2 : 1;
    await fc.assert(
      fc.asyncProperty(cases(layouts, least), async ([part, size, seed, frames, box]) => {
        const layout = layoutOf({ ...part, ...size, frames });
        fc.pre(leaves(box, layout, least));
        const images = Array.from({ length: frames }, (_, frame) => picture(layout, seed + frame));
        const file = sent(await packed(layout, suffix, images));
        const cropped = sent(await cropPixels(file, box));
        assert.equal(cropped.transferSyntaxUid, file.transferSyntaxUid);
        await assertSame(file, cropped, box);
      }),
      { numRuns: 20 },
    );
  });

test('uncompressed: every layout, chroma that is shared included', async () => {
  await fc.assert(
    fc.asyncProperty(cases(NATIVE, 1), async ([part, size, seed, frames, box]) => {
      const layout = layoutOf({ ...part, ...size, frames });
      fc.pre(leaves(box, layout, 1));
      const images = Array.from({ length: frames }, (_, frame) => picture(layout, seed + frame));
      const whole = Buffer.concat(images);
      const file = sent(native(layout, whole.length % 2 === 0 ? whole : Buffer.concat([whole, Buffer.alloc(1)])));
      await assertSame(file, sent(await cropPixels(file, box)), box);
    }),
    { numRuns: 150 },
  );
});

test('bytes in turned-round words are cut where they are', async () => {
  const layout = layoutOf({ rows: 3, columns: 4, bigEndian: true });
  const turned = Uint8Array.from(Buffer.from(Uint8Array.from({ length: 12 }, (_, i) => i + 1)).swap16());
  const elements = imageElements(layout).map((element) =>
    element.kind === 'bytes' && element.vr === 'US' ? { ...element, bytes: element.bytes.slice().reverse() } : element,
  );
  const file = fileOf([...elements, makeElement(TAG.PixelData, 'OW', turned, contextFor('big'))], 'big');
  const cropped = sent(await cropPixels(file, { x: 1, y: 1, width: 3, height: 1 }));
  assert.deepEqual([...(await openPixels(cropped).frame(0)).bytes].slice(0, 3), [6, 7, 8]);
});

test('a box around all of an image changes nothing, and one beside it is refused in plain words', async () => {
  const layout = layoutOf();
  const file = native(layout, picture(layout, 1));
  assert.equal(await cropPixels(file, { x: 0, y: 0, width: 999, height: 999 }), file);
  await assert.rejects(cropPixels(file, { x: 500, y: 0, width: 9, height: 9 }), /a place that is not in it/);
  const plan = (columns: number) => [
    { rows: 20, columns, frames: 1, boxes: [], crop: { x: 3, y: 4, width: 5, height: 6 } },
  ];
  assert.equal(await cutToPlan(file, plan(31)), file, 'a plan for another size says nothing');
  const cut = await cutToPlan(file, plan(30));
  assert.deepEqual(
    [TAG.Rows, TAG.Columns].map((tag) => number(cut.dataset, tag, contextOf(cut))),
    [6, 5],
  );
});

test('sample files of every syntax are cut, lossy ones uncompressed and telling so', {
  skip: samplesMissing(),
}, async () => {
  let [exact, lossy] = [0, 0];
  for (const path of sampleFiles('dicom/transfer_syntaxes')) {
    const file = await readDicomFile(path).catch(() => null);
    const opened = file && (await openFirst(file));
    if (!opened || opened.layout.rows < 16 || opened.layout.columns < 16) continue;
    const box = { x: 4, y: 6, width: opened.layout.columns - 7, height: opened.layout.rows - 9 };
    const cropped = await cropPixels(file, box).catch((error: Error) => error);
    if (cropped instanceof Error) {
      assert.match(cropped.message, /cannot be|tiles|2 GB/, path);
      continue;
    }
    await assertSame(file, cropped, box);
    if (cropped.transferSyntaxUid === file.transferSyntaxUid) exact += 1;
    else {
      lossy += 1;
      assert.equal(text(cropped.dataset, 0x00282110, contextOf(cropped)), '01');
    }
  }
  assert.ok(exact >= 8 && lossy >= 2, `${exact} exact, ${lossy} lossy`);
});

async function openFirst(file: DicomFile) {
  try {
    const opened = openPixels(file);
    await opened.frame(0);
    return opened.layout.frames > 4 ? null : opened;
  } catch {
    return null;
  }
}
