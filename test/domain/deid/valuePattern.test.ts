// The value patterns of rules: the same answers as JavaScript's own, and none that takes long.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import fc from 'fast-check';
import { compilePattern } from '@/domain/deid/valuePattern';

const asking: { source?: string; value?: string } = vm.createContext({});
const question = new vm.Script('new RegExp(source, "iu").test(value)');

/** What JavaScript answers, which backtracks: null where it would go on for too long to be asked. */
function asked(source: string, value: string): boolean | null {
  try {
    return question.runInContext(Object.assign(asking, { source, value }), { timeout: 250 });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}

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
        const [part, whole] = [asked(source, value), asked(`^(?:${source})$`, value)];
        if (part !== null) assert.equal(compiled.part(value), part, 'part');
        if (whole !== null) assert.equal(compiled.whole(value), whole, 'whole');
      }),
      { numRuns: 500 },
    );
  });
  test('none is slow: what backtracking would never finish', () => {
    for (const source of ['(a+)+$', '(a|a)*b', '(a*)*b', '(.*.*.*.*.*)*x$'])
      assert.equal(compilePattern(source)!.part('a'.repeat(3999)), source.endsWith('+)+$'));
  });
});
