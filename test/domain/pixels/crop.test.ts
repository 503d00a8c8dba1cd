// The header of a cropped image: a pixel that remains lies where it lay, in millimetres, in regions, overlays and shutters alike.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { DataSet, DicomFile, Element } from '@/domain/dicom/dataset';
import { makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, items, number, numbers } from '@/domain/dicom/values';
import { type Box, clipBox } from '@/domain/pixels/boxes';
import { croppedHeader } from '@/domain/pixels/cropHeader';
import { contextFor, fileOf } from '../../fixtures/dicom';

const context = contextFor('little');
const SIZE = { rows: 40, columns: 50 };
const area = fc
  .record({
    x: fc.nat(49),
    y: fc.nat(39),
    width: fc.integer({ min: 1, max: 50 }),
    height: fc.integer({ min: 1, max: 40 }),
  })
  .map((box) => clipBox(box, SIZE)!);
const ds = (tag: number, values: readonly number[]) =>
  makeElement(
    tag,
    'DS',
    values.map((value) => String(Number(value.toPrecision(9)))),
    context,
  );
const us = (tag: number, value: number) => makeElement(tag, 'US', [value], context);

const plane = fc
  .record({
    position: fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -900, max: 900, noNaN: true }))),
    angles: fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -1.5, max: 1.5, noNaN: true })),
    spacing: fc.tuple(fc.double({ min: 0.05, max: 9, noNaN: true }), fc.double({ min: 0.05, max: 9, noNaN: true })),
  })
  .map(({ position, angles: [a, b], spacing }) => ({
    position,
    spacing,
    orientation: [Math.cos(a), Math.sin(a), 0, -Math.sin(a) * Math.cos(b), Math.cos(a) * Math.cos(b), Math.sin(b)],
  }));

const image = (elements: readonly Element[]): DicomFile =>
  fileOf([us(TAG.Rows, SIZE.rows), us(TAG.Columns, SIZE.columns), ...elements]);

/** Where the pixel of column x and row y lies, by the numbers in the file. */
function place(
  position: readonly number[],
  orientation: readonly number[],
  spacing: readonly number[],
  x: number,
  y: number,
) {
  return position.map((p, i) => p + x * spacing[1]! * orientation[i]! + y * spacing[0]! * orientation[i + 3]!);
}

function assertNear(a: readonly number[], b: readonly number[]) {
  assert.equal(a.length, 3);
  for (const [i, value] of a.entries()) assert.ok(Math.abs(value - b[i]!) < 1e-6, `${a} ${b}`);
}

describe('position in the patient', () => {
  test('always stays that of each remaining pixel, in a classic image', () => {
    fc.assert(
      fc.property(plane, area, ({ position, orientation, spacing }, cut) => {
        const file = image([ds(0x00200032, position), ds(0x00200037, orientation), ds(TAG.PixelSpacing, spacing)]);
        const after = croppedHeader(file, cut);
        assert.deepEqual(
          [number(after.dataset, TAG.Rows, context), number(after.dataset, TAG.Columns, context)],
          [cut.height, cut.width],
        );
        assertPlaces(file.dataset, after.dataset, cut, [file.dataset, file.dataset]);
        assert.deepEqual(after.dataset.elements.get(TAG.PixelSpacing), file.dataset.elements.get(TAG.PixelSpacing));
      }),
    );
  });

  test('always stays that of each remaining pixel of every frame, whether spacing and direction are shared or not', () => {
    fc.assert(
      fc.property(fc.array(plane, { minLength: 1, maxLength: 3 }), fc.boolean(), area, (planes, shared, cut) => {
        const about = ({ orientation, spacing }: (typeof planes)[number]) => [
          makeSequence(0x00209116, [makeItem([ds(0x00200037, orientation)])]),
          makeSequence(0x00289110, [makeItem([ds(TAG.PixelSpacing, spacing)])]),
        ];
        const frames = planes.map((one) =>
          makeItem([
            makeSequence(0x00209113, [makeItem([ds(0x00200032, one.position)])]),
            ...(shared ? [] : about(one)),
          ]),
        );
        const file = image([
          ...(shared ? [makeSequence(TAG.SharedFunctionalGroupsSequence, [makeItem(about(planes[0]!))])] : []),
          makeSequence(TAG.PerFrameFunctionalGroupsSequence, frames),
        ]);
        const after = croppedHeader(file, cut);
        const groups = (one: DicomFile) => items(one.dataset, TAG.PerFrameFunctionalGroupsSequence);
        assert.equal(groups(after).length, planes.length);
        for (const [i, group] of groups(after).entries()) {
          const source = shared ? items(file.dataset, TAG.SharedFunctionalGroupsSequence)[0]! : groups(file)[i]!;
          const [from, to] = [groups(file)[i]!, group].map((one) => items(one, 0x00209113)[0]!);
          assertPlaces(from!, to!, cut, [items(source, 0x00209116)[0]!, items(source, 0x00289110)[0]!]);
        }
      }),
    );
  });

  test('an image that says where it lies but not how large its pixels are, and one of tiles, are refused', () => {
    const cut = { x: 1, y: 1, width: 9, height: 9 };
    assert.throws(() => croppedHeader(image([ds(0x00200032, [1, 2, 3])]), cut), /how large its pixels are/);
    croppedHeader(image([ds(0x00200032, [1, 2, 3])]), { ...cut, x: 0, y: 0 });
    const tiles = makeElement(0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\M\\MOSAIC', context);
    assert.throws(() => croppedHeader(image([tiles]), cut), /tiles/);
  });

  function assertPlaces(before: DataSet, after: DataSet, cut: Box, [oriented, spaced]: readonly [DataSet, DataSet]) {
    const [was, is] = [before, after].map((one) => numbers(one, 0x00200032, context));
    const [orientation, spacing] = [numbers(oriented, 0x00200037, context), numbers(spaced, TAG.PixelSpacing, context)];
    for (const [x, y] of [
      [0, 0],
      [cut.width - 1, 0],
      [0, cut.height - 1],
      [cut.width - 1, cut.height - 1],
    ] as const)
      assertNear(place(is!, orientation, spacing, x, y), place(was!, orientation, spacing, x + cut.x, y + cut.y));
  }
});

test('ultrasound regions keep their pixels and their reference point; those cut off are gone', () => {
  const corner = fc.tuple(fc.nat(49), fc.nat(39), fc.nat(30), fc.nat(30));
  fc.assert(
    fc.property(fc.array(corner, { minLength: 1, maxLength: 3 }), area, (corners, cut) => {
      const regions = corners.map(([x, y, w, h]) =>
        makeItem([
          ...[x, y, x + w, y + h].map((value, i) => makeElement(0x00186018 + 2 * i, 'UL', [value], context)),
          makeElement(0x00186020, 'SL', [7], context),
          makeElement(0x00186022, 'SL', [-3], context),
        ]),
      );
      const after = croppedHeader(image([makeSequence(0x00186011, regions)]), cut);
      const expected = corners.flatMap(([x, y, w, h]) => {
        const part = clipBox(
          { x: x - cut.x, y: y - cut.y, width: w + 1, height: h + 1 },
          { rows: cut.height, columns: cut.width },
        );
        // The reference point is counted from the corner of its region.
        return part === null
          ? []
          : [
              [
                part.x,
                part.y,
                part.x + part.width - 1,
                part.y + part.height - 1,
                x + 7 - (part.x + cut.x),
                y - 3 - (part.y + cut.y),
              ],
            ];
      });
      const found = items(after.dataset, 0x00186011).map((item) =>
        [0x00186018, 0x0018601a, 0x0018601c, 0x0018601e, 0x00186020, 0x00186022].map((tag) =>
          number(item, tag, context),
        ),
      );
      assert.deepEqual(found, expected);
    }),
  );
});

test('overlay bits stay at their pixels; an overlay that lies beside the area is gone with all it says', () => {
  const overlay = fc.record({
    top: fc.integer({ min: -10, max: 50 }),
    left: fc.integer({ min: -10, max: 60 }),
    rows: fc.integer({ min: 1, max: 20 }),
    columns: fc.integer({ min: 1, max: 20 }),
    frames: fc.integer({ min: 1, max: 2 }),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(overlay, area, ({ top, left, rows, columns, frames, seed }, cut) => {
      const bytes = Uint8Array.from(
        { length: 2 * Math.ceil((rows * columns * frames) / 16) },
        (_, i) => (i * 73 + seed) & 0xff,
      );
      const file = image([
        us(0x60000010, rows),
        us(0x60000011, columns),
        makeElement(0x60000015, 'IS', String(frames), context),
        makeElement(0x60000022, 'LO', 'words', context),
        makeElement(0x60000050, 'SS', [top, left], context),
        makeElement(0x60003000, 'OW', bytes, context),
      ]);
      const after = croppedHeader(file, cut).dataset;
      const was = bitsOf(file.dataset);
      const is = bitsOf(after);
      for (let frame = 0; frame < frames; frame++)
        for (let y = 0; y < cut.height; y++)
          for (let x = 0; x < cut.width; x++) assert.equal(is(frame, x, y), was(frame, x + cut.x, y + cut.y));
      const touches = clipBox(
        { x: left - 1 - cut.x, y: top - 1 - cut.y, width: columns, height: rows },
        { rows: cut.height, columns: cut.width },
      );
      assert.equal(after.elements.has(0x60000022), touches !== null);
    }),
  );

  /** The bit of an overlay over a pixel of the image; undefined beside the overlay. */
  function bitsOf(dataset: DataSet) {
    const [top = 1, left = 1] = numbers(dataset, 0x60000050, context);
    const [rows, columns] = [number(dataset, 0x60000010, context) ?? 0, number(dataset, 0x60000011, context) ?? 0];
    const data = dataset.elements.get(0x60003000) as { bytes: Uint8Array } | undefined;
    return (frame: number, x: number, y: number) => {
      const [row, column] = [y - top + 1, x - left + 1];
      if (data === undefined || row < 0 || column < 0 || row >= rows || column >= columns) return undefined;
      const at = (frame * rows + row) * columns + column;
      return (data.bytes[at >> 3]! >> (at & 7)) & 1;
    };
  }
});

test('shutters move with the pixels, and thumbnails and counts of what was cut off are gone', () => {
  const is = (tag: number, values: readonly number[]) => makeElement(tag, 'IS', values.map(String), context);
  const file = image([
    is(0x00181602, [5]),
    is(0x00181608, [30]),
    is(0x00181610, [20, 25]),
    is(0x00181620, [1, 2, 3, 4, 5, 6]),
    us(0x00280107, 4000),
    makeSequence(0x00880200, [makeItem([us(TAG.Rows, 8)])]),
  ]);
  const { dataset } = croppedHeader(file, { x: 3, y: 10, width: 20, height: 20 });
  const values = (tag: number) => numbers(dataset, tag, contextOf(file));
  assert.deepEqual([values(0x00181602), values(0x00181608), values(0x00181610)], [[2], [20], [10, 22]]);
  assert.deepEqual(values(0x00181620), [-9, -1, -7, 1, -5, 3]);
  assert.ok(!dataset.elements.has(0x00280107) && !dataset.elements.has(0x00880200));
});
