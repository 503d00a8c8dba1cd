import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGeometry, slicePlaces } from '../../../src/domain/dicom/geometry';
import { checkPixelLength } from '../../../src/domain/dicom/pixelLength';
import { readDicom } from '../../../src/domain/dicom/read';
import { headPhantom } from '../../../src/domain/phantom/head';
import { phantomIdentifiers, phantomSeries, planted } from '../../fixtures/dicom';

const grid = { dims: [50, 57, 60], spacingMm: [4, 4, 4] } as const;
const volumeMl = (count: number) => (count * 64) / 1000;

test('a head is the same for the same seed and another for another', () => {
  const make = (seed: number) => headPhantom({ ...grid, contrast: 't1', seed });
  assert.deepEqual(make(1), make(1));
  assert.notDeepEqual(make(1), make(2));
});

test('a head is as large as an adult one, its skull around a brain of 1.1 to 1.6 litres', () => {
  for (const seed of [1, 2, 3]) {
    const voxels = headPhantom({ ...grid, contrast: 'ct', seed });
    const [nx, ny] = grid.dims;
    const head = voxels.filter((hu) => hu > -300).length;
    assert.ok(volumeMl(head) > 3000 && volumeMl(head) < 6000, `${volumeMl(head)} ml`);
    let brain = 0;
    // From the middle of the brain outwards, up to the bone: a flood without the neck.
    const seen = new Uint8Array(voxels.length);
    const start = 25 + nx * (28 + ny * 38);
    const queue = [start];
    seen[start] = 1;
    while (queue.length > 0) {
      const at = queue.pop()!;
      brain++;
      for (const step of [1, -1, nx, -nx, nx * ny, -nx * ny]) {
        const next = at + step;
        if (seen[next] || !(voxels[next]! > -60 && voxels[next]! < 160)) continue;
        seen[next] = 1;
        queue.push(next);
      }
    }
    assert.ok(volumeMl(brain) > 1100 && volumeMl(brain) < 1600, `${volumeMl(brain)} ml`);
  }
});

test('the nose is what stands out furthest in front, in the middle, below the eyes', () => {
  const voxels = headPhantom({ ...grid, contrast: 't1', seed: 4 });
  const [nx, ny, nz] = grid.dims;
  let tip = { x: 0, y: -1, z: 0 };
  for (let z = 0; z < nz; z++)
    for (let y = ny - 1; y > tip.y; y--)
      for (let x = 0; x < nx; x++) if (voxels[x + nx * (y + ny * z)]! > 150 && y > tip.y) tip = { x, y, z };
  const mm = (at: number, count: number) => (at - (count - 1) / 2) * 4;
  assert.ok(Math.abs(mm(tip.x, nx)) <= 8);
  assert.ok(mm(tip.y, ny) > 84);
  assert.ok(mm(tip.z, nz) - 34 > -100 && mm(tip.z, nz) - 34 < -60);
});

test('a series is sound DICOM with every identifier planted in every file', () => {
  for (const modality of ['MR', 'CT'] as const)
    for (const head of [true, false]) {
      const identifiers = phantomIdentifiers(head ? 21 : 22);
      const series = phantomSeries({ modality, slices: 6, rows: 24, columns: 20, identifiers, seed: 9, head });
      const files = series.map(({ bytes }) => readDicom(bytes));
      assert.deepEqual(checkGeometry(files.flatMap(slicePlaces)), []);
      assert.ok(files.every((file) => checkPixelLength(file) === null && file.trailing.length > 0));
      assert.equal(new Set(series.map(({ name }) => name)).size, 6);
      for (const { bytes } of series)
        for (const value of planted(identifiers)) assert.ok(Buffer.from(bytes).includes(value), value);
    }
});

test('people differ from seed to seed', () => {
  const ids = Array.from({ length: 50 }, (_, seed) => phantomIdentifiers(seed));
  assert.equal(new Set(ids.map(({ patientId }) => patientId)).size, 50);
  assert.equal(new Set(ids.map(({ uidRoot }) => uidRoot)).size, 50);
});
