// From pixels to a plan and from the plan to pixels in which nothing can be read any more.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KnownIdentifiers } from '@/domain/deid/identifiers';
import type { DicomFile } from '@/domain/dicom/dataset';
import { makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { seededRandom } from '@/domain/phantom/random';
import { boxesMeet } from '@/domain/pixels/boxes';
import { greyImage } from '@/domain/pixels/greyImage';
import { frameBytes } from '@/domain/pixels/layout';
import { masked } from '@/domain/pixels/plan';
import { cleanPixels } from '@/engines/cleanPixels';
import { findBurnedIn } from '@/engines/findBurnedIn';
import { openPixels } from '@/engines/framePixels';
import { createTextReader, type TextReader } from '@/engines/readText';
import { contextFor, fileOf } from '../fixtures/dicom';
import { encapsulated, imageElements, layoutOf, native } from '../fixtures/images';
import { textSize, writeText } from '../fixtures/writtenText';

const known: KnownIdentifiers = { words: new Set(['silvester', 'hilde']), phrases: [], initials: new Set() };
const layout = layoutOf({ rows: 150, columns: 330, frames: 3, bitsAllocated: 16, bitsStored: 12 });
const NAME = { x: 30, y: 20, ...textSize('SILVESTER HILDE', 3) };
const SCALE = { x: 30, y: 110, ...textSize('LEFT 25 MHZ', 3) };

let reader: TextReader;
before(async () => {
  reader = await createTextReader();
});
after(() => reader.close());

/** Three frames of soft noise; the name stands on the second only, the depth on all. */
function frames(): Uint8Array {
  const random = seededRandom(3);
  const words = Uint16Array.from({ length: 330 * 150 * 3 }, (_, i) => 500 + 300 * Math.sin(i / 900) + 60 * random());
  const paint = (frame: number) => (x: number, y: number) => {
    words[frame * 330 * 150 + y * 330 + x] = 3900;
  };
  writeText('SILVESTER HILDE', NAME.x, NAME.y, 3, paint(1));
  for (const frame of [0, 1, 2]) writeText('LEFT 25 MHZ', SCALE.x, SCALE.y, 3, paint(frame));
  return new Uint8Array(words.buffer);
}

const look = (file: DicomFile) =>
  findBurnedIn(
    1,
    async () => file,
    () => known,
  );

test('a name on one frame of three is blacked out, a scale stays, and a reader finds nothing else', async () => {
  const file = native(layout, frames());
  const { plan, pictures } = await look(file);
  assert.deepEqual([plan.length, plan[0]!.frames, pictures[0]!.brightest.width], [1, 3, 330]);
  const telling = pictures[0]!.telling.map(({ frame }) => frame);
  assert.ok(telling.includes(1) && !telling.includes(2), `frames with text of their own: ${telling}`);
  const boxes = plan[0]!.boxes;
  assert.ok(
    boxes.some((box) => box.verdict === 'identifying' && boxesMeet(box, NAME)),
    JSON.stringify(boxes),
  );
  assert.ok(
    boxes.some((box) => box.verdict === 'harmless' && boxesMeet(box, SCALE)),
    JSON.stringify(boxes),
  );
  assert.ok(!masked(boxes).some((box) => boxesMeet(box, SCALE)), `the scale is blacked out: ${JSON.stringify(boxes)}`);
  const clean = await cleanPixels(file, () => masked(boxes));
  const opened = openPixels(clean);
  for (const frame of [1]) {
    const { bytes, layout: lie } = await opened.frame(frame);
    const words = await reader.words(greyImage(bytes, lie), true);
    assert.ok(!words.some(({ text }) => /SILV|HILD/i.test(text)), words.map(({ text }) => text).join(' '));
  }
  assert.ok(!JSON.stringify(plan).match(/silv|hild/i), 'the plan tells what was read');
});

test('outside of the regions of an ultrasound everything is blacked out', async () => {
  const us = { ...layout, frames: 1 };
  const region = (corners: readonly number[]) =>
    makeItem(
      [0x00186018, 0x0018601a, 0x0018601c, 0x0018601e].map((tag, i) =>
        makeElement(tag, 'UL', [corners[i]!], contextFor('little')),
      ),
    );
  const elements = [...native(us, frames().subarray(0, frameBytes(us))).dataset.elements.values()];
  const { plan } = await look(fileOf([...elements, makeSequence(0x00186011, [region([10, 60, 319, 130])])]));
  const outside = plan[0]!.boxes.filter(({ verdict }) => verdict === 'outside');
  const pixels = outside.reduce((sum, { width, height }) => sum + width * height, 0);
  assert.equal(pixels, 330 * 150 - 310 * 71);
});

test('a rule of the profile comes first: its box is black in its images, text beneath is not read, and doubtful text is kept where it says so', async () => {
  const file = native(layout, frames());
  const about = { rows: 150 };
  const rules = [
    { name: 'name', match: about, do: 'mask' as const, boxes: [NAME], frames: { first: 2, last: 9 } },
    { name: 'cut', match: about, do: 'crop' as const, boxes: [{ x: 0, y: 0, width: 330, height: 140 }] },
    {
      name: 'other device',
      match: { rows: 151 },
      do: 'mask' as const,
      boxes: [{ x: 0, y: 0, width: 330, height: 150 }],
    },
  ];
  const { plan } = await findBurnedIn(
    1,
    async () => file,
    () => known,
    { rules },
  );
  const { boxes, crop } = plan[0]!;
  const byRule = boxes.filter(({ origin }) => origin === 'rule');
  assert.deepEqual(byRule, [
    { ...NAME, verdict: 'identifying', origin: 'rule', frame: 1, last: 2 },
    { x: 0, y: 140, width: 330, height: 10, verdict: 'outside', origin: 'rule' },
  ]);
  assert.deepEqual(crop, { x: 0, y: 0, width: 330, height: 140 });
  const found = boxes.filter(({ origin }) => origin === undefined);
  assert.ok(!found.some((box) => boxesMeet(box, NAME)), 'what is black anyway was read');
  assert.ok(found.some((box) => box.verdict === 'harmless' && boxesMeet(box, SCALE)));
});

test('one frame that cannot be looked at refuses the series', async () => {
  const broken = encapsulated({ ...layout, frames: 2 }, '.5', [new Uint8Array(70), new Uint8Array(70)]);
  await assert.rejects(look(broken), /Frame 1 of 2 cannot be decompressed/);
  const lying = fileOf(imageElements({ ...layout, bitsAllocated: 8 }));
  await assert.rejects(look(lying), /whole-number|contradicts/);
});

test('a picture of a few million pixels can be read', async () => {
  const [width, height] = [2600, 2000];
  assert.deepEqual(await reader.words({ width, height, data: new Uint8Array(width * height) }, true), []);
});
