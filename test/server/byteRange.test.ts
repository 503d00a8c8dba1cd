// Ranges: for every header and size, what is sent lies inside the file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteRange } from '@/server/byteRange';

const end = fc.oneof(fc.constant(''), fc.nat(40).map(String));

test('for every range and size: inside the file, in order, as asked', () => {
  fc.assert(
    fc.property(end, end, fc.nat(20), (first, last, size) => {
      const range = byteRange(`bytes=${first}-${last}`, size);
      if (range === 'unsatisfiable')
        return assert.ok(size === 0 || first === '' ? Number(last) === 0 || size === 0 : Number(first) >= size);
      if (range === null) return assert.ok((first === '' && last === '') || Number(last) < Number(first));
      assert.ok(range.start >= 0 && range.start <= range.end && range.end < size);
      if (first !== '') assert.equal(range.start, Number(first));
      if (first === '') assert.equal(range.end - range.start + 1, Math.min(Number(last), size));
    }),
    { numRuns: 2000 },
  );
});

test('what is no range is ignored, as the standard says', () => {
  for (const header of [
    null,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'items=0-1',
    'bytes=0-1,3-4',
    'bytes=5-2',
  ]) {
    assert.equal(byteRange(header, 10), null, String(header));
  }
});
