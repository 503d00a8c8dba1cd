import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanHeader } from '@/domain/nifti/cleanHeader';
import { readNifti } from '@/domain/nifti/volume';
import { madeNifti } from './made';

const PLANTED = 'DOE^JANE 19570312 12:01:02';
const holds = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text);

test('free text, extensions and what follows the voxels are gone; voxels and geometry are as they were', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1 as const, 2 as const),
      fc.boolean(),
      fc.string({ minLength: 8, maxLength: 9 }),
      (version, littleEndian, word) => {
        const text = `#${word.replaceAll('\0', 'x')}#`;
        const bytes = madeNifti({
          version,
          littleEndian,
          dims: [3, 2, 2, 2],
          text,
          extension: `${text}${text}`,
          trailing: text,
          slope: 2.5,
          inter: -7,
          values: Array.from({ length: 24 }, (_, n) => n * 11 - 30),
          qform: { quatern: [0, 0, 0.5], offset: [1, 2, 3] },
        });
        assert.ok(holds(bytes, text));
        const clean = cleanHeader(bytes);
        assert.ok(!holds(clean, text));
        const { data: was, ...before } = readNifti(bytes);
        const { data: is, ...after } = readNifti(clean);
        assert.deepEqual(after, before);
        assert.deepEqual(Buffer.from(is), Buffer.from(was));
      },
    ),
  );
});

test('a clean file comes back unchanged, and the input is never written to', () => {
  const bytes = madeNifti({ dims: [2, 2, 2], text: PLANTED, values: [1, 2, 3, 4, 5, 6, 7, 8] });
  const kept = Uint8Array.from(bytes);
  const clean = cleanHeader(Buffer.from(bytes.buffer));
  assert.deepEqual(bytes, kept);
  assert.deepEqual(cleanHeader(clean), clean);
  assert.ok(!holds(clean, 'DOE'));
});
