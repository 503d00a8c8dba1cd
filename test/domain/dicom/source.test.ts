// A file that is read by ranges is the same file as one that is in memory, wherever the first look at it ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DicomFile, Element } from '../../../src/domain/dicom/dataset';
import { readDicom, readDicomFrom } from '../../../src/domain/dicom/read';
import { sourceOf } from '../../../src/domain/dicom/source';
import { writeDicom } from '../../../src/domain/dicom/write';
import { DomainError } from '../../../src/domain/errors';
import { bytesOf, fileOf, PLAIN_SYNTAXES } from '../../fixtures/dicom';
import { arbitraryElements } from './arbitrary';

/** The file as it is written again, or the words of the error. */
function outcome(read: () => DicomFile): unknown {
  try {
    const file = read();
    const written = Buffer.concat(writeDicom(file)).toString('hex');
    const kinds = [...file.dataset.elements.values()].map(({ tag, vr }) => [tag, vr]);
    return { kinds, written, trailing: Buffer.from(file.trailing).toString('hex') };
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return error.message;
  }
}

const pixels = fc.oneof(
  fc
    .uint8Array({ minLength: 0, maxLength: 400 })
    .map(
      (bytes): Element => ({ kind: 'bytes', tag: 0x7fe00010, vr: 'OW', bytes: bytes.subarray(0, bytes.length & ~1) }),
    ),
  fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 5 }).map(
    ([offsetTable, ...fragments]): Element => ({
      kind: 'encapsulated',
      tag: 0x7fe00010,
      vr: 'OB',
      offsetTable: offsetTable!.subarray(0, offsetTable!.length & ~1),
      fragments: fragments.map((one) => one.subarray(0, one.length & ~1)),
    }),
  ),
);
const first = fc.integer({ min: 264, max: 700 });

test('whatever is written reads the same by ranges, pixels, padding and trailing bytes too', () => {
  const trailing = fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ maxLength: 40 }));
  const parts = fc.tuple(arbitraryElements, pixels, fc.constantFrom(...PLAIN_SYNTAXES), trailing, first, fc.boolean());
  fc.assert(
    fc.property(parts, ([elements, pixel, syntax, behind, start, padded]) => {
      const explicit = syntax !== 'implicit';
      const padding: Element = { kind: 'bytes', tag: 0xfffcfffc, vr: 'OB', bytes: new Uint8Array(20) };
      const image = explicit || pixel.kind === 'bytes' ? [pixel] : [];
      const file = fileOf([...elements, ...image, ...(padded ? [padding] : [])], syntax);
      const bytes = Uint8Array.from([...bytesOf(file), ...behind]);
      assert.deepEqual(
        outcome(() => readDicomFrom(sourceOf(bytes), {}, start)),
        outcome(() => readDicom(bytes)),
      );
    }),
    { numRuns: 300 },
  );
});

test('damage is told in the same words', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const cases = fc.tuple(arbitraryElements, pixels, damage, fc.nat(), first);
  fc.assert(
    fc.property(cases, ([elements, pixel, hits, cut, start]) => {
      const whole = Uint8Array.from(bytesOf(fileOf([...elements, pixel], 'little')));
      const bytes = whole.subarray(0, whole.length - (cut % 3 === 0 ? cut % 90 : 0));
      for (const [place, value] of hits) bytes[place % bytes.length] = value;
      assert.deepEqual(
        outcome(() => readDicomFrom(sourceOf(bytes), {}, start)),
        outcome(() => readDicom(bytes)),
      );
    }),
    { numRuns: 400 },
  );
});
