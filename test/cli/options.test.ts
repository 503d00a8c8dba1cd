// Reading the command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftOutLines } from '@/cli/leftOut';
import { parseCommand } from '@/cli/options';
import { DomainError } from '@/domain/errors';

test('a folder command with all its options', () => {
  assert.deepEqual(
    parseCommand([
      'run',
      'in',
      '--out',
      'out',
      '--profile',
      'hipaa',
      '--key',
      'k',
      '--crosswalk',
      'c.csv',
      '--report',
      'r.json',
    ]),
    {
      name: 'run',
      input: 'in',
      out: 'out',
      profile: 'hipaa',
      key: 'k',
      crosswalk: 'c.csv',
      report: 'r.json',
    },
  );
});

test('research is the profile when none is named', () => {
  const command = parseCommand(['deidentify', 'in', '--out=out']);
  assert.ok(command.name === 'deidentify' && command.profile === 'research');
});

test('what cannot be meant is refused in plain words', () => {
  const cases: [string[], RegExp][] = [
    [[], /Say what to do/],
    [['destroy', 'in'], /no such command/],
    [['run'], /what to work on/],
    [['run', 'in'], /where the result goes/],
    [['run', 'a', 'b', '--out', 'c'], /one input/],
    [['run', 'a', '--out', 'c', '--speed', '9'], /Unknown option/],
    [['deface', 'a', '--out', 'c', '--key', 'k'], /deface takes only/],
    [['deface', 'a', '--out', 'c', '--head', 'perhaps'], /yes or no/],
    [['run', 'a', '--out', 'c', '--head', 'no'], /deface only/],
    [['run', 'a', '--out', 'c', '--mask', 'm'], /deface only/],
    [['deface', 'a', '--out', 'c', '--mask', 'm', '--head', 'no'], /leave --head away/],
  ];
  for (const [argv, words] of cases) {
    assert.throws(
      () => parseCommand(argv),
      (error) => error instanceof DomainError && error.code === 'INVALID' && words.test(error.message),
      argv.join(' '),
    );
  }
});

test('help wins over everything', () => {
  assert.equal(parseCommand(['run', '--help']).name, 'help');
  assert.equal(parseCommand(['-h']).name, 'help');
});

test('what was left out is listed by reason, in order of number', () => {
  const left = [
    { what: 'quarantined', inputs: [7], series: null, reason: 'Odd.' },
    { what: 'geometry', inputs: [9], series: 'x', reason: 'Tilted.' },
    { what: 'quarantined', inputs: [4, 5], series: null, reason: 'Odd.' },
  ] as const;
  assert.deepEqual(
    leftOutLines(left, (n) => `file${n}`),
    ['  Odd.', '    4  file4', '    5  file5', '    7  file7', '  Tilted.', '    9  file9'],
  );
});
