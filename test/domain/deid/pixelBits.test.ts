// Overlays hidden in pixel words go; the pixels stay what they were.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { el, fileOf, keys } from './build';

interface Format {
  readonly stored: number;
  readonly signed: boolean;
  readonly padding?: number;
  readonly overlayBit?: number;
}

/** The words after de-identification, and whether the very element that was read was kept. */
function after(words: readonly number[], format: Format): { words: number[]; untouched: boolean } {
  const pixels = new Uint8Array(Uint16Array.from(words).buffer);
  const { stored, signed, padding, overlayBit } = format;
  const elements = [
    el(0x00280100, 'US', [16]),
    el(0x00280101, 'US', [stored]),
    el(0x00280102, 'US', [stored - 1]),
    el(0x00280103, 'US', [signed ? 1 : 0]),
    el(0x7fe00010, 'OW', pixels),
    ...(padding === undefined ? [] : [el(0x00280120, 'US', [padding])]),
    ...(overlayBit === undefined ? [] : [el(0x60000100, 'US', [16]), el(0x60000102, 'US', [overlayBit])]),
  ];
  const file = fileOf({ elements });
  const result = deidentify(file, presets.basic.profile, keys, { subjectCode: 'sub-001' }).file;
  const element = result.dataset.elements.get(0x7fe00010);
  assert.ok(element?.kind === 'bytes');
  return {
    words: [...new Uint16Array(element.bytes.slice().buffer)],
    untouched: element === file.dataset.elements.get(0x7fe00010),
  };
}

const stored = fc.integer({ min: 8, max: 14 });
const words = (bits: number) => fc.array(fc.nat((1 << bits) - 1), { minLength: 1, maxLength: 64 });

test('pixels without hidden bits are not touched, signed and padded ones neither', () => {
  fc.assert(
    fc.property(
      stored.chain((bits) => fc.tuple(fc.constant(bits), words(bits), fc.boolean())),
      ([bits, pixels, signed]) => {
        const extended = pixels.map((p) => (signed && p >> (bits - 1) ? p | (0xffff & ~((1 << bits) - 1)) : p));
        assert.ok(after([...extended, 0xf830], { stored: bits, signed, padding: 0xf830 }).untouched);
      },
    ),
  );
});

test('a plane in any unused bit is cleared, declared or not, and every pixel keeps its value', () => {
  const cases = stored.chain((bits) =>
    fc.tuple(
      fc.constant(bits),
      words(bits),
      fc.integer({ min: bits, max: 15 }),
      fc.boolean(),
      fc.infiniteStream(fc.boolean()),
    ),
  );
  fc.assert(
    fc.property(cases, ([bits, pixels, bit, declared, plane]) => {
      const hidden = pixels.map((p) => (plane.next().value ? p | (1 << bit) : p));
      const format = { stored: bits, signed: false, ...(declared ? { overlayBit: bit } : {}) };
      const result = after(hidden, format);
      assert.deepEqual(result.words, pixels);
    }),
  );
});

test('pixels of 8 and of 32 bits keep their values and lose what stands beside them', () => {
  const cases = fc.tuple(
    fc.constantFrom(8, 32),
    fc.integer({ min: 2, max: 7 }),
    fc.array(fc.nat(3), { minLength: 2, maxLength: 32 }).filter((list) => list.length % 2 === 0),
    fc.boolean(),
    fc.infiniteStream(fc.boolean()),
  );
  fc.assert(
    fc.property(cases, ([allocated, stored, pixels, signed, plane]) => {
      const bit = 2 ** (allocated - 1);
      const hidden = pixels.map((pixel) => (pixel % 2 ** (stored - 1)) + (plane.next().value ? bit : 0));
      const bytes = allocated === 8 ? Uint8Array.from(hidden) : new Uint8Array(Uint32Array.from(hidden).buffer);
      const elements = [
        el(0x00280100, 'US', [allocated]),
        el(0x00280101, 'US', [stored]),
        el(0x00280102, 'US', [stored - 1]),
        el(0x00280103, 'US', [signed ? 1 : 0]),
        el(0x7fe00010, 'OW', bytes),
      ];
      const result = deidentify(fileOf({ elements }), presets.basic.profile, keys, { subjectCode: 'sub-001' }).file;
      const element = result.dataset.elements.get(0x7fe00010);
      assert.ok(element?.kind === 'bytes');
      const after = element.bytes.slice().buffer;
      const words = allocated === 8 ? [...new Uint8Array(after)] : [...new Uint32Array(after)];
      assert.deepEqual(
        words.slice(0, pixels.length),
        pixels.map((pixel) => pixel % 2 ** (stored - 1)),
      );
    }),
  );
});
