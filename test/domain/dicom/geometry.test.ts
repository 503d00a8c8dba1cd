import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Orientation, Vec3 } from '../../../src/domain/dicom/facts';
import { checkGeometry, type SlicePlace, slicePlaces } from '../../../src/domain/dicom/geometry';
import { makeElement, makeItem, makeSequence } from '../../../src/domain/dicom/make';
import { readDicom } from '../../../src/domain/dicom/read';
import { TAG } from '../../../src/domain/dicom/tags';
import { contextFor, fileOf } from '../../fixtures/dicom';
import { sampleFiles, samplesDir, samplesMissing } from '../../samples';

/** An orientation turned by two angles, and the normal of its slices. */
function turned(a: number, b: number): { orientation: Orientation; normal: Vec3 } {
  const row: Vec3 = [Math.cos(a), Math.sin(a), 0];
  const column: Vec3 = [-Math.sin(a) * Math.cos(b), Math.cos(a) * Math.cos(b), Math.sin(b)];
  const normal: Vec3 = [Math.sin(a) * Math.sin(b), -Math.cos(a) * Math.sin(b), Math.cos(b)];
  return { orientation: [...row, ...column], normal };
}

const AXIAL = turned(0, 0);

function slice(position: Vec3, { orientation = AXIAL.orientation, ...rest }: Partial<SlicePlace> = {}): SlicePlace {
  return {
    position,
    orientation,
    pixelSpacing: [1, 1],
    rows: 64,
    columns: 64,
    sliceThickness: null,
    wholeVolume: false,
    localizer: false,
    ...rest,
  };
}

/** A straight stack: n slices, gap mm apart, leaning sideways by `lean` mm a slice. */
function stack(n: number, gap: number, { orientation, normal } = AXIAL, lean = 0): SlicePlace[] {
  return Array.from({ length: n }, (_, i) => {
    const at = (axis: 0 | 1 | 2) => Number((normal[axis] * gap * i + orientation[axis] * lean * i - 40).toFixed(5));
    return slice([at(0), at(1), at(2)], { orientation });
  });
}

const kinds = (slices: readonly SlicePlace[]) => checkGeometry(slices).map(({ kind, count }) => [kind, count]);
const anyStack = fc.record({
  n: fc.integer({ min: 3, max: 60 }),
  gap: fc.double({ min: 0.3, max: 9, noNaN: true }),
  a: fc.double({ min: -3, max: 3, noNaN: true }),
  b: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  volumes: fc.integer({ min: 1, max: 4 }),
});

test('a straight, even stack is fine in every direction, any order, one volume or several', () => {
  fc.assert(
    fc.property(anyStack, fc.infiniteStream(fc.nat()), ({ n, gap, a, b, volumes }, shuffle) => {
      const all = Array.from({ length: volumes }, () => stack(n, gap, turned(a, b))).flat();
      const keyed = all.map((one) => [shuffle.next().value, one] as const).sort(([x], [y]) => x - y);
      assert.deepEqual(kinds(keyed.map(([, one]) => one)), []);
    }),
  );
});

test('slices left out of the middle are counted', () => {
  fc.assert(
    fc.property(anyStack, fc.integer({ min: 1, max: 3 }), fc.nat(), ({ n, gap, a, b }, missing, where) => {
      const all = stack(n + missing + 2, gap, turned(a, b));
      all.splice(1 + (where % (n - 1)), missing);
      assert.deepEqual(kinds(all), [['missingSlices', missing]]);
    }),
  );
});

test('several gaps are added up, also when most slices are gone', () => {
  const all = stack(20, 3);
  const [first, ...others] = checkGeometry(all.filter((_, i) => i < 2 || i % 3 === 0));
  assert.deepEqual([first?.kind, first?.count, others.length], ['missingSlices', 11, 0]);
  assert.match(first!.message, /^11 slices are missing/);
});

test('uneven gaps are found', () => {
  const all = stack(12, 5).map((one, i) =>
    slice([one.position![0], one.position![1], one.position![2] + (i > 6 ? 1.7 : 0)]),
  );
  assert.deepEqual(kinds(all), [['unevenSpacing', 1]]);
});

test('a stack that leans is found with its angle, a shifted slice as what it is', () => {
  fc.assert(
    fc.property(anyStack, fc.double({ min: 0.05, max: 0.7, noNaN: true }), ({ n, gap, a, b }, share) => {
      fc.pre(gap * share * (n - 1) > 0.2);
      const [finding, ...others] = checkGeometry(stack(n, gap, turned(a, b), gap * share));
      const degrees = (Math.atan(share) * 180) / Math.PI;
      assert.deepEqual([finding?.kind, others.length], ['gantryTilt', 0]);
      assert.ok(Math.abs(Number(/([\d.]+) degrees/.exec(finding!.message)?.[1]) - degrees) < 0.2);
    }),
  );
  const shifted = stack(9, 4);
  shifted[4] = slice([shifted[4]!.position![0] + 6, shifted[4]!.position![1], shifted[4]!.position![2]]);
  assert.deepEqual(kinds(shifted), [['unevenSpacing', 1]]);
});

test('a slice that is there twice is no 4D series', () => {
  const all = stack(10, 2);
  assert.deepEqual(kinds([...all, all[3]!, all[7]!]), [['duplicatePositions', 2]]);
});

test('a 4D series whose last volume was interrupted is incomplete', () => {
  const all = stack(10, 2);
  assert.deepEqual(kinds([...all, ...all, ...all, ...all.slice(0, 6)]), [['incompleteVolume', 4]]);
});

test('several orientations are said plainly, a localizer by its name', () => {
  const other = turned(0, Math.PI / 2);
  const mixed = [...stack(3, 10), ...stack(2, 10, other)];
  assert.deepEqual(kinds(mixed), [['mixedOrientations', 2]]);
  const [finding] = checkGeometry(mixed.map((one) => ({ ...one, localizer: true })));
  assert.match(finding!.message, /localizer/);
});

test('differing grids, missing places and nonsense orientations are found', () => {
  const all = stack(5, 2);
  assert.deepEqual(kinds([...all.slice(0, 4), { ...all[4]!, rows: 128 }]), [['differingGrids', 2]]);
  assert.deepEqual(kinds([...all.slice(0, 4), { ...all[4]!, pixelSpacing: [2, 1] }]), [['differingGrids', 2]]);
  assert.deepEqual(kinds([...all, { ...all[4]!, position: null }]), [['noGeometry', 1]]);
  assert.deepEqual(kinds([slice([0, 0, 0], { orientation: [0, 0, 0, 0, 0, 0] })]), [['noGeometry', 1]]);
  assert.deepEqual(kinds([]), []);
  assert.deepEqual(kinds([slice([0, 0, 0])]), []);
});

test('an image that holds a whole volume is not compared with its neighbours', () => {
  const mosaic = slice([0, 0, 0], { wholeVolume: true });
  assert.deepEqual(kinds([mosaic, mosaic, mosaic]), []);
});

test('frames of an enhanced image lie where their functional groups say', () => {
  const context = contextFor('big');
  const ds = (tag: number, values: readonly number[]) => makeElement(tag, 'DS', values, context);
  const macro = (tag: number, values: Parameters<typeof makeItem>[0]) => makeSequence(tag, [makeItem(values)]);
  const shared = makeItem([
    macro(TAG.PlaneOrientationSequence, [ds(TAG.ImageOrientationPatient, [1, 0, 0, 0, 1, 0])]),
    macro(TAG.PixelMeasuresSequence, [ds(TAG.PixelSpacing, [2, 3])]),
  ]);
  const frames = [0, 5, 10].map((z) =>
    makeItem([macro(TAG.PlanePositionSequence, [ds(TAG.ImagePositionPatient, [1, 2, z])])]),
  );
  const file = fileOf(
    [
      makeElement(TAG.Rows, 'US', [4], context),
      makeElement(TAG.Columns, 'US', [5], context),
      makeSequence(TAG.SharedFunctionalGroupsSequence, [shared]),
      makeSequence(TAG.PerFrameFunctionalGroupsSequence, frames),
    ],
    'big',
  );
  const places = slicePlaces(file);
  assert.deepEqual(
    places.map(({ position, orientation, pixelSpacing, rows }) => [position, orientation, pixelSpacing, rows]),
    [0, 5, 10].map((z) => [[1, 2, z], [1, 0, 0, 0, 1, 0], [2, 3], 4]),
  );
  assert.deepEqual(kinds(places), []);
});

/** What is known to be wrong with the sample series. */
const KNOWN: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  ct_philips_tilt: [['gantryTilt', 18]],
  mr_siemens_xa_interrupted: [['incompleteVolume', 8]],
};

test('of the sample series only the tilted and the interrupted one are flagged', { skip: samplesMissing() }, () => {
  const folders = readdirSync(join(samplesDir()!, 'series'), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  assert.ok(folders.length >= 15);
  for (const { name } of folders) {
    const places = sampleFiles(`series/${name}`).flatMap((path) => slicePlaces(readDicom(readFileSync(path))));
    assert.deepEqual(kinds(places), KNOWN[name] ?? [], name);
  }
});
