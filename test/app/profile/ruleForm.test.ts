// The rule dialog: what is typed becomes a rule, or is told what is wrong with it; a rule that is opened and saved stays as it was.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fieldsOf, ruleOf } from '@/app/projects/[slug]/profile/ruleForm';
import { doWords, matchWords, ruleActions } from '@/app/projects/[slug]/profile/ruleWords';
import { type Rule, ruleSchema } from '@/domain/deid/ruleSchema';

const typed = (fields: Partial<ReturnType<typeof fieldsOf>>) => ruleOf({ ...fieldsOf(null), ...fields });
const wrong = (fields: Partial<ReturnType<typeof fieldsOf>>) => {
  const answer = typed(fields);
  return 'errors' in answer ? answer.errors : {};
};

describe('a rule that is typed', () => {
  it('names attributes by keyword, tag, family or range', () => {
    for (const [attribute, match] of [
      ['StudyDescription', { keyword: 'StudyDescription' }],
      [' (0018,0081) ', { tag: '(0018,0081)' }],
      ['(60xx,3000)', { tag: '(60xx,3000)' }],
      ['(0040,0000)-(0040,FFFF)', { tag: '(0040,0000)-(0040,FFFF)' }],
    ] as const)
      assert.deepEqual(typed({ attribute }), { rule: { match, do: 'remove' } });
  });

  it('says beside the field what is wrong with it', () => {
    assert.match(wrong({}).attribute ?? '', /Say which attributes/);
    assert.match(wrong({ attribute: 'EchoTimes' }).attribute ?? '', /Neither a keyword/);
    assert.match(wrong({ attribute: 'PatientName', do: 'keep' }).attribute ?? '', /would keep a name/);
    assert.match(wrong({ attribute: 'PatientAge', do: 'bin' }).width ?? '', /How wide/);
    assert.match(wrong({ attribute: 'PatientAge', do: 'bin', width: '-3' }).width ?? '', /above 0/);
    assert.match(wrong({ attribute: 'EchoTime', value: '(' }).value ?? '', /pattern/);
    assert.match(wrong({ attribute: 'StationName', do: 'lookup' }).table ?? '', /at least one line/);
    assert.match(wrong({ attribute: 'StationName', do: 'lookup', table: 'A = B\nC' }).table ?? '', /Line 2 has no "="/);
    assert.match(wrong({ attribute: 'StationName', do: 'lookup', table: 'A=B\nA=C' }).table ?? '', /Line 2 names/);
  });

  it('reads a table line by line', () => {
    assert.deepEqual(typed({ attribute: 'StationName', do: 'lookup', table: 'MR 1 = scanner A\r\n"a=b" = ""\n' }), {
      rule: { match: { keyword: 'StationName' }, do: 'lookup', table: { 'MR 1': 'scanner A', 'a=b': '' } },
    });
  });
});

const text = fc.string({ unit: 'binary', maxLength: 12 });
const number = fc.integer({ min: -1000, max: 1000 });
const match = fc
  .record(
    {
      tag: fc.constantFrom('(0018,0081)', '(60xx,3000)', '(0040,0000)-(0040,FFFF)'),
      keyword: fc.constantFrom('EchoTime', 'StationName', 'PatientAge'),
      vr: fc.constantFrom('LO', 'DS', 'SH'),
      privateCreator: fc.constantFrom('SIEMENS MR HEADER', 'GEMS_ACQU_01'),
      value: fc.constantFrom('a.*b', ' x', '^\\d{2,5}$'),
    },
    { requiredKeys: [] },
  )
  .filter((made) => Object.keys(made).length > 0);
const details = fc.oneof(
  fc.record({ do: fc.constantFrom('keep', 'remove', 'empty', 'standard', 'hash', 'shiftDate', 'clean', 'capAge') }),
  fc.record({ do: fc.constant('replace'), value: text }),
  fc.record(
    {
      do: fc.constant('bin'),
      width: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      atLeast: number,
      atMost: number,
    },
    { requiredKeys: ['do', 'width'] },
  ),
  fc.record(
    {
      do: fc.constant('lookup'),
      table: fc.dictionary(text, text, { minKeys: 1, noNullPrototype: true }),
      otherwise: text,
    },
    { requiredKeys: ['do', 'table'] },
  ),
);
/** Rules that the schema takes, as they stand in imported profiles. */
const rules: fc.Arbitrary<Rule> = fc
  .tuple(match, details)
  .map(([by, how]) => ruleSchema.safeParse({ match: by, ...how }))
  .filter(({ success }) => success)
  .map(({ data }) => data!);

describe('always', () => {
  it('a rule that is opened and saved unchanged is the same rule', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        assert.deepEqual(ruleOf(fieldsOf(rule)), { rule });
      }),
    );
  });

  it('a rule has words for what it matches and what it does', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        assert.ok(matchWords(rule).length > 3 && doWords(rule).length > 3);
        assert.ok(ruleActions[rule.do].sentence.endsWith('.'));
      }),
    );
  });
});
