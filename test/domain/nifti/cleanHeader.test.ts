import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanHeader } from '@/domain/nifti/cleanHeader';
import { FIELD_BYTES, type Field, LAYOUT } from '@/domain/nifti/layout';
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

test('whatever stands outside of the fields that place and scale voxels becomes zero, and what a field may say is bounded', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1 as const, 2 as const),
      fc.boolean(),
      fc.infiniteStream(fc.nat(255)),
      (version, le, stream) => {
        const made = madeNifti({ version, littleEndian: le, dims: [2, 2, 2], sform: null, extension: 'x'.repeat(8) });
        const bytes = made.slice();
        const fields = Object.values<Field | null>(LAYOUT[version]).flatMap((field) => field ?? []);
        const inField = (at: number) =>
          fields.some((field) => at >= field.at && at < field.at + field.count * FIELD_BYTES[field.type]);
        const { voxOffset } = readNifti(made);
        const said = [LAYOUT[version].srow, LAYOUT[version].quatern, LAYOUT[version].qoffset].flatMap(
          (field) => field ?? [],
        );
        // The forms that the header calls none, the rest of the mark, and what no field takes.
        const free = (at: number) =>
          !inField(at) || said.some((field) => at >= field.at && at < field.at + field.count * FIELD_BYTES[field.type]);
        for (let at = 0; at < voxOffset; at++) if (free(at)) bytes[at] = stream.next().value ?? 0;
        const mark = LAYOUT[version].magic!.at;
        for (let i = 3; i < (version === 1 ? 4 : 8); i++) bytes[mark + i] = 0x48;
        const dim = LAYOUT[version].dim!;
        bytes.fill(0x48, dim.at + 5 * FIELD_BYTES[dim.type], dim.at + 8 * FIELD_BYTES[dim.type]);
        assert.deepEqual(Buffer.from(cleanHeader(bytes)), Buffer.from(cleanHeader(made)));
      },
    ),
  );
});
