// Our own lossless JPEG: what goes in comes out, and damage is refused rather than guessed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '@/domain/errors';
import { decodeJpegLossless, type JpegSamples } from '@/domain/pixels/jpegLossless';
import { encodeJpegLossless } from '@/domain/pixels/jpegLosslessEncode';

const images: fc.Arbitrary<JpegSamples> = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    components: fc.constantFrom(1, 3),
    precision: fc.integer({ min: 2, max: 16 }),
  })
  .chain((size) => {
    const length = size.width * size.height * size.components;
    const values = fc.array(fc.nat(2 ** size.precision - 1), { minLength: length, maxLength: length });
    return values.map((list) => ({ ...size, values: Uint16Array.from(list) }));
  });

test('every image comes back as it was', () => {
  fc.assert(
    fc.property(images, (image) => {
      assert.deepEqual(decodeJpegLossless(encodeJpegLossless(image)), image);
    }),
    { numRuns: 200 },
  );
});

test('a cut or changed stream is decoded to something of the right size or refused, never anything else', () => {
  fc.assert(
    fc.property(images, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), (image, place, byte) => {
      const bytes = encodeJpegLossless(image);
      const at = Math.floor(place * (bytes.length - 1));
      const changed = Uint8Array.from(bytes);
      changed[at] = byte;
      for (const broken of [bytes.subarray(0, at), changed]) {
        try {
          const { width, height, components, values } = decodeJpegLossless(broken);
          assert.equal(values.length, width * height * components);
        } catch (error) {
          assert.ok(error instanceof DomainError, String(error));
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a stream cut before its last sample is refused', () => {
  fc.assert(
    fc.property(images, (image) => {
      const bytes = encodeJpegLossless(image);
      const tail = bytes.length - 2;
      assert.throws(() => decodeJpegLossless(bytes.subarray(0, tail - 1)), DomainError);
    }),
  );
});
