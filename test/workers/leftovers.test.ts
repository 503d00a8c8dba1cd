// Text that the black boxes leave is found again on the blacked-out copies, whatever they are packed in, and goes back to a person.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { writeDicom } from '@/domain/dicom/write';
import { storedValues } from '@/domain/nifti/datatypes';
import { readNifti } from '@/domain/nifti/volume';
import { convertOutcome } from '@/domain/outcomes';
import type { PixelPlan } from '@/domain/pixels/plan';
import { codecOf } from '@/engines/pixelCodecs';
import { db } from '@/server/db';
import { confirmPixels, savePixelBoxes } from '@/server/pixelBoxes';
import { pixelReview } from '@/server/pixelReview';
import { localPath, parseWorkKey } from '@/server/storage';
import { uploadFolder } from '@/workers/uploadFolder';
import '../server/database';
import { burntSeries, type Writing } from '../fixtures/burntSeries';
import { contextFor } from '../fixtures/dicom';
import { layoutOf, ROOT } from '../fixtures/images';
import { makePeople, type People, workAll } from './people';

const SIDE = 128;
/** Brighter than anything in a phantom, in 12 bits. */
const INK = 4000;
const NAME: Writing = { text: 'VOGEL HILDE', x: 12, y: 8, scale: 1, ink: () => INK };
const layout = layoutOf({ rows: SIDE, columns: SIDE });
const context = contextFor('little');

/** Eight bits a pixel, packed in another transfer syntax. */
type Pack = (pixels: Uint8Array) => Promise<Uint8Array>;

async function lossyJpeg(): Promise<Pack> {
  const { default: factory } = await import('@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs');
  const { JPEGEncoder } = (await factory({ print: () => {}, printErr: () => {} })) as {
    JPEGEncoder: new () => {
      getDecodedBuffer(info: object): Uint8Array;
      getEncodedBuffer(): Uint8Array;
      encode(): void;
      setQuality?(quality: number): void;
    };
  };
  return async (pixels) => {
    const encoder = new JPEGEncoder();
    const info = { width: SIDE, height: SIDE, bitsPerSample: 8, componentCount: 1, isSigned: false };
    encoder.getDecodedBuffer(info).set(pixels);
    encoder.setQuality?.(92);
    encoder.encode();
    return Uint8Array.from(encoder.getEncodedBuffer());
  };
}

function lossless(suffix: string): Pack {
  const stream = { width: SIDE, height: SIDE, components: 1, bits: 8, signed: false, interleave: 0 };
  return (bytes) => codecOf(`${ROOT}${suffix}`).encode!({ bytes, layout, stream });
}

async function repacked(bytes: Uint8Array, suffix: string, pack: Pack): Promise<Uint8Array> {
  const file = readDicom(bytes);
  const pixels = file.dataset.elements.get(TAG.PixelData) as { bytes: Uint8Array };
  const words = new Uint16Array(pixels.bytes.slice().buffer);
  const fragment = await pack(Uint8Array.from(words, (word) => word >> 4));
  const even = fragment.length % 2 === 0 ? fragment : Uint8Array.of(...fragment, 0);
  const us = (tag: number, value: number) => makeElement(tag, 'US', [value], context);
  const changed: Element[] = [
    us(TAG.BitsAllocated, 8),
    us(TAG.BitsStored, 8),
    us(TAG.HighBit, 7),
    { kind: 'encapsulated', tag: TAG.PixelData, vr: 'OB', offsetTable: new Uint8Array(0), fragments: [even] },
  ];
  const uid = makeElement(TAG.TransferSyntaxUID, 'UI', `${ROOT}${suffix}`, context);
  const packed: DicomFile = {
    ...file,
    meta: makeDataSet([...file.meta.elements.values(), uid]),
    transferSyntaxUid: `${ROOT}${suffix}`,
    dataset: makeDataSet([...file.dataset.elements.values(), ...changed]),
  };
  return Buffer.concat(writeDicom(packed));
}

/** As it is, packed without loss, packed with loss. */
const syntaxes = ['.1', '.4.80', '.4.50'] as const;

describe('text that a box leaves', () => {
  let people: People;
  const ids = new Map<string, string>();
  const row = (syntax: string) => db.series.findUniqueOrThrow({ where: { id: ids.get(syntax)! } });

  before(async () => {
    people = await makePeople();
    const packs: Record<string, Pack> = { '.4.80': lossless('.4.80'), '.4.50': await lossyJpeg() };
    for (const [n, syntax] of syntaxes.entries()) {
      const options = { slices: 2, side: SIDE, seed: 21, seriesNumber: n + 1, writings: [NAME] };
      const plain = burntSeries({ modality: 'MR', ...options });
      const pack = packs[syntax];
      const files = await Promise.all(
        plain.map(async ({ name, bytes }) => ({
          path: `${n}/${name}`,
          bytes: pack === undefined ? bytes : await repacked(bytes, syntax, pack),
        })),
      );
      await uploadFolder(people.coordinator, people.projectId, files);
      await workAll();
      const { id } = await db.series.findFirstOrThrow({
        where: { projectId: people.projectId },
        orderBy: { createdAt: 'desc' },
      });
      ids.set(syntax, id);
    }
  });

  const answer = async (id: string, change: (plan: PixelPlan) => PixelPlan) => {
    const { seen, plan } = await pixelReview(people.reviewer, id);
    const next = await savePixelBoxes(people.reviewer, id, { seen, plan: change(plan) });
    await confirmPixels(people.reviewer, id, next);
    await workAll('convert');
  };
  const withBoxes = (plan: PixelPlan, boxes: PixelPlan[number]['boxes']) => [{ ...plan[0]!, boxes }];

  for (const syntax of syntaxes) {
    it(`is found again and shown (${ROOT}${syntax})`, async () => {
      const { id, state, why } = await row(syntax);
      assert.equal(state, 'heldPixels', why ?? '');
      const { plan } = await pixelReview(people.reviewer, id);
      assert.ok(plan[0]!.boxes.length > 0, 'nothing was found at first');
      // The boxes are taken off the name: whoever confirms that has not looked.
      await answer(id, (now) => withBoxes(now, []));
      const held = await row(syntax);
      assert.equal(held.state, 'heldPixels', held.why ?? '');
      assert.match(held.why ?? '', /After the blacking out .* found/);
      assert.ok(!('pixelsConfirmedBy' in (held.answers as object)), 'the answer before still counts');
      const again = (await pixelReview(people.reviewer, id)).plan;
      assert.ok(again[0]!.boxes.some(({ origin }) => origin === 'left'));
      const run = await db.stageRun.findFirstOrThrow({ where: { unitId: id, stage: 'convert' } });
      const outcome = convertOutcome.parse(run.outcome);
      assert.deepEqual([outcome.volumes, outcome.leftovers > 0], [[], true]);
      // Blacked out as well, nothing is left, and it goes on without the name.
      await answer(id, (now) => now);
      const done = await row(syntax);
      assert.equal(done.state, 'converted', done.why ?? '');
      await assertNameGone(id);
    });
  }

  it('may stay when a person says so, and is not asked about again', async () => {
    const { id } = await row('.1');
    await db.series.update({ where: { id }, data: { state: 'heldPixels' } });
    await db.stageRun.updateMany({ where: { unitId: id, state: 'queued' }, data: { state: 'cancelled' } });
    await answer(id, (now) =>
      withBoxes(
        now,
        now[0]!.boxes.map((box) => ({ ...box, verdict: 'harmless' })),
      ),
    );
    assert.equal((await row('.1')).state, 'converted');
  });
});

async function assertNameGone(id: string): Promise<void> {
  const run = await db.stageRun.findFirstOrThrow({
    where: { unitId: id, stage: 'convert', state: 'succeeded' },
    orderBy: { createdAt: 'desc' },
  });
  const [volume] = convertOutcome.parse(run.outcome).volumes;
  const nifti = readNifti(gunzipSync(await readFile(await localPath(parseWorkKey(volume!.nifti)))));
  const { data, datatype, littleEndian, sclSlope, sclInter } = nifti;
  const voxels = Array.from(storedValues(data, datatype, littleEndian), (stored) => stored * sclSlope + sclInter);
  const [name, picture] = [nifti.bytesPerVoxel === 1 ? INK >> 4 : INK, Math.max(...voxels)];
  assert.ok(picture > 0 && picture < 0.9 * name, `the brightest is ${picture}, the name was ${name}`);
}
