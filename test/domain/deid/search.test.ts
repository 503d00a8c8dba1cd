// The search finds every needle at every place where it stands, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldBytes, LONG_NEEDLE, search, searchIndex } from '@/domain/deid/search';

/** Few letters, so that pieces of needles stand everywhere; zeros as in UTF-16; both cases. */
const text = (minLength: number, maxLength: number) =>
  fc
    .array(fc.constantFrom(0, 0x31, 0x2e, 0x41, 0x61, 0x62, 0xc3), { minLength, maxLength })
    .map((bytes) => Uint8Array.from(bytes));

test('just what a look at every place finds', () => {
  const needles = fc.array(text(0, 14), { minLength: 1, maxLength: 12 });
  const hay = fc.array(text(0, 12), { maxLength: 12 });
  fc.assert(
    fc.property(needles, hay, fc.infiniteStream(fc.nat()), fc.boolean(), (sought, noise, at, longOnly) => {
      const parts = noise.flatMap((part) => [part, sought[at.next().value! % sought.length]!]);
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      const range = [at.next().value! % (bytes.length + 1), at.next().value! % (bytes.length + 1)].sort(
        (a, b) => a - b,
      );
      const [from, to] = range as [number, number];
      const folded = sought.map((needle) => ({ bytes: foldBytes(needle) }));
      const found: string[] = [];
      search(bytes, searchIndex(folded), (needle, place) => found.push(`${folded.indexOf(needle)} ${place}`), {
        from,
        to,
        longOnly,
      });
      const text = Buffer.from(foldBytes(bytes)).toString('latin1');
      const expected = folded.flatMap((needle, number) => {
        const { length } = needle.bytes;
        if (length < (longOnly ? LONG_NEEDLE : 4)) return [];
        const word = Buffer.from(needle.bytes).toString('latin1');
        return Array.from({ length: to - from }, (_, i) => from + i)
          .filter((place) => text.startsWith(word, place))
          .map((place) => `${number} ${place}`);
      });
      assert.deepEqual(found.sort(), expected.sort());
    }),
    { numRuns: 500 },
  );
});
