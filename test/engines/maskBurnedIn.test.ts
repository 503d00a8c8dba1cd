// A box for one image of a series is black in that image, wherever it lies: in a file of its own or among many frames of one.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { blackout } from '@/domain/pixels/blackout';
import { frameBytes } from '@/domain/pixels/layout';
import { type FoundBox, maskedAt, type PixelPlan } from '@/domain/pixels/plan';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { blackedOut, maskedOriginals } from '@/engines/maskBurnedIn';
import { bytesOf } from '../fixtures/dicom';
import { layoutOf, native } from '../fixtures/images';

const folder = mkdtempSync(join(tmpdir(), 'masked-'));
after(() => rmSync(folder, { recursive: true }));

const layout = layoutOf({ rows: 10, columns: 12 });
/** Files of these many frames, every pixel of every image told apart from 0. */
function filesOf(frames: readonly number[], name: string): { path: string; images: Uint8Array[] }[] {
  let image = 0;
  return frames.map((count, n) => {
    const images = Array.from({ length: count }, () => {
      image += 1;
      return new Uint8Array(frameBytes(layout)).fill(image);
    });
    const path = join(folder, `${name}-${n}.dcm`);
    writeFileSync(path, bytesOf(native({ ...layout, frames: count }, Buffer.concat(images))));
    return { path, images };
  });
}
const planOf = (frames: number, boxes: FoundBox[]): PixelPlan => [{ rows: 10, columns: 12, frames, boxes }];

test('every image gets the boxes for it and for all, and no other', async () => {
  let run = 0;
  const counts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(counts, fc.array(fc.nat(20), { maxLength: 5 }), async (frames, fors) => {
      const name = `run${run++}`;
      const files = filesOf(frames, name);
      const images = files.flatMap((file) => file.images);
      const boxes = fors.map((frame, i): FoundBox => {
        const box = { x: i, y: i, width: 3, height: 2, verdict: i === 2 ? 'harmless' : 'doubtful' } as const;
        return frame < images.length ? { ...box, frame } : box;
      });
      const paths = files.map(({ path }) => path);
      const copies = await maskedOriginals(paths, planOf(images.length, boxes), join(folder, `${name}-out`));
      const masked: Uint8Array[] = [];
      for (const copy of copies) {
        const pixels = openPixels(await readDicomFile(copy));
        for (let frame = 0; frame < pixels.layout.frames; frame++) masked.push((await pixels.frame(frame)).bytes);
      }
      const wanted = images.map((image, frame) => blackout(image, layout, maskedAt(boxes, frame), 'zero'));
      assert.deepEqual(
        masked.map((bytes) => Buffer.from(bytes)),
        wanted.map((bytes) => Buffer.from(bytes)),
      );
    }),
    { numRuns: 40 },
  );
});

test('where nobody counts the images, a box for one is black in all: too much rather than too little', async () => {
  const [file] = filesOf([3], 'alone');
  const box: FoundBox = { x: 1, y: 1, width: 4, height: 4, verdict: 'identifying', frame: 1 };
  const pixels = openPixels(await blackedOut(await readDicomFile(file!.path), planOf(3, [box])));
  for (const frame of [0, 1, 2]) assert.equal((await pixels.frame(frame)).bytes[13], 0);
});

test('more images than were looked at are refused', async () => {
  const files = filesOf([2, 2], 'more').map(({ path }) => path);
  await assert.rejects(maskedOriginals(files, planOf(3, []), join(folder, 'more-out')), { code: 'UNSAFE' });
  const other: PixelPlan = [{ rows: 10, columns: 13, frames: 4, boxes: [] }];
  await assert.rejects(maskedOriginals(files, other, join(folder, 'other-out')), { code: 'UNSAFE' });
});
