// Where a mask is drawn in NiiVue and where it lands in the file: asked of NiiVue itself, for every way a scan can lie.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NVImage } from '@niivue/niivue';
import fc from 'fast-check';
import {
  copyToViewer,
  fractionAt,
  type ViewerOrder,
  voxelAt,
} from '@/app/projects/[slug]/review/[seriesId]/mend/viewerOrder';
import { type Affine, orientation, transform, type Vec3 } from '@/domain/nifti/affine';
import { readNifti } from '@/domain/nifti/volume';
import { writeNifti } from '@/domain/nifti/write';

const { NVImage: Image } = await import('@niivue/niivue');
const open = Image.new.bind(Image) as unknown as (bytes: ArrayBuffer, name: string) => Promise<NVImage>;

/** Any of the 48 orders, turned by up to some 35 degrees about two axes, of unequal spacing and sides. */
const scans = fc
  .record({
    order: fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
    flips: fc.nat(7),
    mm: fc.constantFrom<Vec3>([1, 1, 1], [0.9, 0.5, 6], [3, 1, 0.7]),
    turn: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
    nod: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
    shape: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })),
  })
  .map(({ order, flips, mm, turn, nod, shape }): { shape: Vec3; affine: Affine } => {
    const [c, s, d, t] = [Math.cos(turn), Math.sin(turn), Math.cos(nod), Math.sin(nod)];
    const rotation = [
      [c, -s, 0],
      [d * s, d * c, -t],
      [t * s, t * c, d],
    ];
    const affine = rotation.flatMap((row, n) => [
      ...order.map((from, axis) => row[from]! * mm[axis]! * (flips & (1 << axis) ? -1 : 1)),
      10 * n - 12,
    ]);
    return { shape, affine: [...affine, 0, 0, 0, 1] };
  });

/** A volume whose every voxel says its place in the file, as the file and as NiiVue holds it. */
async function loaded(shape: Vec3, affine: Affine) {
  const size = shape[0] * shape[1] * shape[2];
  const data = Uint8Array.from({ length: size }, (_, n) => n);
  const bytes = writeNifti({ shape, affine, datatype: 2, data });
  const image = await open(bytes.slice().buffer as ArrayBuffer, 'scan.nii');
  return { data, image, order: image.permRAS as unknown as ViewerOrder, volume: readNifti(bytes) };
}

/** NiiVue's own reading of the voxel that lies at (x, y, z) of its turned volume. */
function inViewer(image: NVImage, [x, y, z]: readonly number[]): number {
  const [start, step] = [image.img2RASstart!, image.img2RASstep!];
  const at = start[0]! + start[1]! + start[2]! + x! * step[0]! + y! * step[1]! + z! * step[2]!;
  return (image.img as Uint8Array)[at]!;
}

test('what is copied to the viewer lies where NiiVue shows that voxel of the file, and a click there means that voxel', async () => {
  await fc.assert(
    fc.asyncProperty(scans, async ({ shape, affine }) => {
      const { data, image, order, volume } = await loaded(shape, affine);
      const drawing = new Uint8Array(data.length);
      copyToViewer(data, shape, order, drawing, { low: [0, 0, 0], high: [shape[0] - 1, shape[1] - 1, shape[2] - 1] });
      const [, vx = 0, vy = 0, vz = 0] = image.dimsRAS!;
      for (let z = 0, n = 0; z < vz; z++) {
        for (let y = 0; y < vy; y++) {
          for (let x = 0; x < vx; x++, n++) {
            assert.equal(drawing[n], inViewer(image, [x, y, z]));
            // The middle of that voxel as a click there gives it.
            const fraction = [(x + 0.5) / vx, (y + 0.5) / vy, (z + 0.5) / vz];
            const [i, j, k] = voxelAt(fraction, shape, order).map((v) => Math.round(v)) as [number, number, number];
            assert.equal(data[(k * shape[1] + j) * shape[0] + i], drawing[n]);
            const place = transform(volume.affine, [i, j, k]);
            const theirs = image.convertFrac2MM(fraction as unknown as Float32Array, true);
            place.forEach((mm, axis) => {
              assert.ok(Math.abs(mm - theirs[axis]!) < 1e-3, `${orientation(affine)}: ${place} is not ${[...theirs]}`);
            });
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('places go to the viewer and back, fractions of a voxel too; a box is copied and nothing beside it', () => {
  const orders = fc
    .tuple(fc.constantFrom([1, 2, 3], [3, 1, 2], [2, 1, 3], [2, 3, 1]), fc.nat(7))
    .map(([axes, flips]) => axes.map((axis, n) => (flips & (1 << n) ? -axis : axis)) as unknown as ViewerOrder);
  const number = fc.double({ min: -0.5, max: 3.5, noNaN: true });
  fc.assert(
    fc.property(orders, fc.tuple(number, number, number), fc.nat(3), fc.nat(4), fc.nat(5), (order, place, i, j, k) => {
      const shape: Vec3 = [4, 5, 6];
      const back = voxelAt(fractionAt(place, shape, order), shape, order);
      back.forEach((v, axis) => {
        assert.ok(Math.abs(v - place[axis]!) < 1e-9);
      });
      const drawing = new Uint8Array(120);
      copyToViewer(new Uint8Array(120).fill(1), shape, order, drawing, { low: [i, j, k], high: [i, j, k] });
      assert.equal(
        drawing.reduce((sum, v) => sum + v),
        1,
      );
    }),
  );
});
