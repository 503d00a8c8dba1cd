// The value patterns of rules: the same answers as JavaScript's own, and none that takes long.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compilePattern } from '@/domain/deid/valuePattern';

describe('value patterns', () => {
  test('agree with JavaScript on what both read', () => {
    const atom = fc.constantFrom('a', 'b', '7', '.', '[ab]', '[^a]', '[a-c7]', '\\d', '\\w', '\\s', '\\D', '\\.', '-');
    const piece = fc
      .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{2,}'))
      .map((pair) => pair.join(''));
    const { pattern } = fc.letrec((tie) => ({
      pattern: fc.array(tie('group'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      group: fc.oneof(
        { maxDepth: 3 },
        piece,
        fc
          .tuple(tie('pattern'), tie('pattern'), fc.constantFrom('', '*', '?', '{0,2}'))
          .map(([a, b, times]) => `(${a}|${b})${times}`),
        fc.constantFrom('^', '$'),
      ),
    })) as { pattern: fc.Arbitrary<string> };
    const subject = fc.string({ unit: fc.constantFrom('a', 'B', 'c', '7', '.', '-', ' '), maxLength: 12 });
    fc.assert(
      fc.property(pattern, subject, (source, value) => {
        const compiled = compilePattern(source);
        if (!compiled) return;
        assert.equal(compiled.part(value), new RegExp(source, 'iu').test(value), 'part');
        assert.equal(compiled.whole(value), new RegExp(`^(?:${source})$`, 'iu').test(value), 'whole');
      }),
      { numRuns: 500 },
    );
  });
  test('none is slow: what backtracking would never finish', () => {
    for (const source of ['(a+)+$', '(a|a)*b', '(a*)*b', '(.*.*.*.*.*)*x$'])
      assert.equal(compilePattern(source)!.part('a'.repeat(3999)), source.endsWith('+)+$'));
  });
});
