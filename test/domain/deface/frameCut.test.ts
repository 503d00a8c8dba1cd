// What goes from a DICOM frame is what went from the volume, at the very place, whatever way the head lay and however values were scaled.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DefacedVolume, Frame } from '@/domain/deface/frame';
import { frameCut } from '@/domain/deface/frameCut';
import { allJudged } from '@/domain/deface/judged';
import { transform, type Vec3 } from '@/domain/nifti/affine';
import { type Placed, placedVolume, placeOfSlice, voxelAt } from '../../fixtures/placedFrames';

const FILL = 37;
const plain = { slope: 1, intercept: 0 };

interface Case {
  readonly placed: Placed;
  readonly seed: number;
  readonly share: number;
  readonly volumes: number;
  readonly slope: number;
  readonly intercept: number;
}
const cases = fc.record({
  placed: placedVolume,
  seed: fc.nat(1000),
  /** Of the voxels, how many of ten the mask takes. */
  share: fc.nat(10),
  volumes: fc.integer({ min: 1, max: 3 }),
  slope: fc.constantFrom(1, 2, 0.25, 3.7, -1),
  intercept: fc.constantFrom(0, -1024, 12.5),
});

function dice(n: number, seed: number): number {
  const mixed = Math.imul(n ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  return (Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 9) % 1000;
}

/** Frames of all slices and volumes, their original pixels, and the defaced volume: voxel = pixel * slope + intercept. */
function made({ placed, seed, share, volumes, slope, intercept }: Case) {
  const [nx, ny, nz] = placed.shape;
  const size = nx * ny * nz;
  const mask = Uint8Array.from({ length: size }, (_, n) => (dice(n, seed + 1) % 10 < share ? 1 : 0));
  const values = new Float64Array(size * volumes);
  const frames: (Frame & { k: number; t: number })[] = [];
  for (let t = 0; t < volumes; t++) {
    for (let k = 0; k < nz; k++) {
      const pixels = new Float64Array(nx * ny);
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const voxel = voxelAt(placed, x, y, k);
          pixels[y * nx + x] = dice(voxel + t * size, seed);
          const kept = pixels[y * nx + x]! * slope + intercept;
          values[t * size + voxel] = mask[voxel] === 1 ? FILL * slope + intercept : kept;
        }
      }
      frames.push({
        place: placeOfSlice(placed, k),
        rows: ny,
        columns: nx,
        values: pixels,
        rescale: { slope, intercept },
        k,
        t,
      });
    }
  }
  const { shape, affine } = placed;
  const volume: DefacedVolume = { shape, affine, volumes, values, mask, sclSlope: 1, sclInter: 0, straightened: false };
  return { frames, volume };
}

test('for every place, way round and scaling: the masked voxels go, filled with the same value, and no other', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), (one, said) => {
      const { frames, volume } = made(one);
      let voxels = 0;
      for (const frame of frames) {
        // Private scaling: the header does not tell how pixels became voxels, the pixels do, when there are some.
        const cut = frameCut(said ? frame : { ...frame, rescale: plain }, [volume]);
        assert.ok(cut !== null);
        voxels += cut.voxels;
        const tells = said || cut.removed.filter((v) => v === 0).length > 5;
        for (let y = 0; y < frame.rows; y++) {
          for (let x = 0; x < frame.columns; x++) {
            const pixel = y * frame.columns + x;
            const wanted = volume.mask[voxelAt(one.placed, x, y, frame.k)];
            assert.equal(cut.removed[pixel], wanted);
            if (wanted === 1 && tells) assert.equal(cut.fill[pixel], FILL);
          }
        }
      }
      assert.equal(voxels, volume.values.length);
    }),
    { numRuns: 300 },
  );
});

test('one kept pixel that is not the volume’s, or a frame beside its place, and nothing is known of the frame', () => {
  fc.assert(
    fc.property(cases, fc.nat(), fc.constantFrom(0, 1, 2), (one, which, axis) => {
      const { frames, volume } = made({ ...one, share: 3 });
      const frame = frames[which % frames.length]!;
      const kept = [...frame.values.keys()].filter((pixel) => {
        const [x, y] = [pixel % frame.columns, Math.floor(pixel / frame.columns)];
        return volume.mask[voxelAt(one.placed, x, y, frame.k)] === 0;
      });
      // A line through two pixels passes by a third now and then.
      fc.pre(kept.length > 7);
      const values = frame.values.slice();
      // Above all others, so that no other scaling explains it either.
      values[kept[which % kept.length]!]! += 5000;
      assert.equal(frameCut({ ...frame, values }, [volume]), null);
      const position = frame.place.position!.map(
        (mm, i) => mm + one.placed.axes[axis]![i]! * one.placed.spacing[axis]! * 0.5,
      );
      assert.equal(
        frameCut({ ...frame, place: { ...frame.place, position: position as unknown as Vec3 } }, [volume]),
        null,
      );
      assert.equal(frameCut({ ...frame, place: { ...frame.place, position: null } }, [volume]), null);
    }),
    { numRuns: 200 },
  );
});

test('a frame that several volumes agree with loses what any of them removes', () => {
  const one = { placed: fc.sample(placedVolume, { numRuns: 1, seed: 5 })[0]!, seed: 3, share: 4, volumes: 1, ...plain };
  const { frames, volume } = made(one);
  const constant = { ...volume, values: volume.values.map(() => 5) };
  const other = { ...constant, mask: volume.mask.map((v) => 1 - v) };
  const frame = { ...frames[0]!, values: frames[0]!.values.map(() => 5) };
  assert.ok(frameCut(frame, [constant, other])!.removed.every((v) => v === 1));
});

test('tiles of a mosaic are the slices from either end, and a tile too many must be empty', () => {
  fc.assert(
    fc.property(cases, fc.boolean(), (one, backwards) => {
      const { frames, volume } = made({ ...one, volumes: 1 });
      const [nx, ny, nz] = one.placed.shape;
      const sideLength = Math.ceil(Math.sqrt(nz));
      const values = new Float64Array(nx * ny * sideLength ** 2);
      const order = backwards ? [...frames].reverse() : frames;
      for (const [n, frame] of order.entries())
        for (let y = 0; y < ny; y++)
          values.set(
            frame.values.subarray(y * nx, (y + 1) * nx),
            (Math.floor(n / sideLength) * ny + y) * nx * sideLength + (n % sideLength) * nx,
          );
      const [rows, columns] = [ny * sideLength, nx * sideLength];
      const { pixelSpacing, orientation, position } = order[0]!.place;
      const back = [(nx * sideLength - nx) / 2, (ny * sideLength - ny) / 2] as const;
      const corner = position!.map(
        (mm, i) =>
          mm - orientation![i]! * back[0] * pixelSpacing![1] - orientation![i + 3]! * back[1] * pixelSpacing![0],
      ) as unknown as Vec3;
      const place = { ...order[0]!.place, position: corner, rows, columns, wholeVolume: true };
      const mosaic = { place, rows, columns, values, rescale: order[0]!.rescale };
      const cut = frameCut(mosaic, [volume])!;
      assert.equal(cut.voxels, volume.values.length);
      for (const [n, frame] of order.entries())
        for (let y = 0; y < ny; y++)
          for (let x = 0; x < nx; x++) {
            const pixel = (Math.floor(n / sideLength) * ny + y) * columns + (n % sideLength) * nx + x;
            assert.equal(cut.removed[pixel], volume.mask[voxelAt(one.placed, x, y, frame.k)]);
          }
      if (nz === sideLength ** 2 || nx * ny < 2) return;
      const hidden = values.slice();
      hidden[hidden.length - 1] = 9;
      assert.equal(frameCut({ ...mosaic, values: hidden }, [volume]), null);
    }),
    { numRuns: 150 },
  );
});

test('of a straightened volume every pixel goes whose neighbourhood through its thickness the mask touches, and none far from it', () => {
  const straightened = fc.record({
    placed: placedVolume,
    lean: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
    seed: fc.nat(99),
  });
  fc.assert(
    fc.property(straightened, ({ placed, lean, seed }) => {
      fc.pre(placed.shape[2] > 1);
      const { frames, volume } = made({ placed, seed, share: 1, volumes: 1, ...plain });
      // The frame lies between voxels: moved by part of one along each axis.
      const frame = frames[1]!;
      const moved = frame.place.position!.map(
        (mm, i) => mm + placed.axes.reduce((sum, axis, n) => sum + axis[i]! * lean * placed.spacing[n]!, 0),
      ) as unknown as Vec3;
      const place = { ...frame.place, position: moved };
      const smooth = { ...volume, values: volume.values.map((_, n) => n % placed.shape[0]), straightened: true };
      const values = frame.values.map((_, pixel) => {
        const x = pixel % frame.columns;
        return placed.flipX ? placed.shape[0] - 1 - x : x;
      });
      const cut = frameCut({ ...frame, place, values }, [smooth]);
      assert.ok(cut !== null);
      for (let pixel = 0; pixel < cut.removed.length; pixel++) {
        const [x, y] = [pixel % frame.columns, Math.floor(pixel / frame.columns)];
        const inVoxels = [
          (placed.flipX ? placed.shape[0] - 1 - x : x) + (placed.flipX ? -1 : 1) * lean,
          (placed.flipY ? placed.shape[1] - 1 - y : y) + (placed.flipY ? -1 : 1) * lean,
          frame.k + lean,
        ];
        const near = (reach: Vec3) =>
          smooth.mask.some((v, n) => {
            if (v === 0) return false;
            const [nx, ny] = placed.shape;
            const at = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))];
            return at.every((voxel, axis) => Math.abs(voxel - inVoxels[axis]!) < reach[axis]!);
          });
        if (near([0.999, 0.999, 1.2])) assert.equal(cut.removed[pixel], 1);
        if (cut.removed[pixel] === 1) assert.ok(near([1.001, 1.001, 1.501]));
      }
      const elsewhere = values.map((_, n) => (n * 7919) % 13);
      if (frame.columns > 3 && frame.rows > 3)
        assert.equal(frameCut({ ...frame, place, values: elsewhere }, [smooth]), null);
    }),
    { numRuns: 150 },
  );
});

test('a series without a head is judged whole only when every frame lies in a volume', () => {
  fc.assert(
    fc.property(placedVolume, (placed) => {
      const volume = { ...placed, volumes: 1, straightened: false };
      const files = Array.from({ length: placed.shape[2] }, (_, k) => ({
        places: [placeOfSlice(placed, k)],
        frames: 1,
      }));
      assert.equal(allJudged(files, [volume]), true);
      assert.equal(allJudged([...files, files[0]!], [volume]), false, 'one frame more than the volume has slices');
      assert.equal(allJudged([...files, files[0]!], [{ ...volume, straightened: true }]), true);
      const beside = { places: [placeOfSlice(placed, placed.shape[2])], frames: 1 };
      assert.equal(allJudged([...files, beside], [volume]), false);
      const nowhere = (frames: number) => ({ places: [{ ...placeOfSlice(placed, 0), position: null }], frames });
      assert.equal(allJudged([nowhere(placed.shape[2])], [volume]), true);
      assert.equal(allJudged([nowhere(placed.shape[2] + 1)], [volume]), false);
      assert.equal(allJudged([...files, nowhere(1)], [volume]), false);
      assert.ok(transform(placed.affine, [0, 0, 0]).every(Number.isFinite));
    }),
    { numRuns: 100 },
  );
});
