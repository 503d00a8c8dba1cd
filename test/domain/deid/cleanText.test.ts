// Free text: clinical words stay, whatever could tell who somebody is goes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cleanText } from '@/domain/deid/cleanText';
import vocabulary from '@/domain/deid/data/vocabulary.json';
import { capAge, isTime, shiftDate, shiftDateTime } from '@/domain/deid/dates';
import { looksIdentifying } from '@/domain/deid/machineText';

const nobody = { words: new Set<string>(), phrases: [], initials: new Set<string>() };
const words = Object.values(vocabulary.words).flatMap((list) => list.split(' '));

describe('free text', () => {
  const stays = [
    't1_mprage_sag_1mm_iso',
    'Ax T2 FLAIR fs post contrast',
    'ep2d_diff_64dir_b1000',
    'CT HEAD/BRAIN WO CONTRAST',
    'CHEST PA AND LATERAL',
    'MR HAND LEFT LONG AXIS',
    'DR CHEST A.P.',
    'OCT macula',
    'Abdomen 3.0 B30f',
    'Lead V1',
    'TE30 TR2000 2.5x2.5x3mm',
    'Abdomen ohne Kontrastmittel',
  ];
  for (const text of stays) test(`stays: ${text}`, () => assert.equal(cleanText(text, nobody), text));

  const goes: readonly (readonly [string, string])[] = [
    ['T1 Quillfeather', 'T1'],
    ['MRI brain for Dr. Head', 'MRI brain for'],
    ['knee 12345678', 'knee'],
    ['chest 17.04.2003', 'chest'],
    ['chest 2003-04-17 10:15', 'chest'],
    ['brain 17 Apr 03', 'brain'],
    ['call 555-1234', ''],
    ['head 94 yo', 'head'],
    ['head 94y', 'head'],
    ['spine a.head@chest.example', 'spine'],
    ['spine http://brain.example/head ct', 'spine ct'],
    ['٢٠٠٣ brain', 'brain'],
    ['山田 brain', 'brain'],
    ['12345', ''],
    ['brain for Peter Long', 'brain for'],
    ['knee by Long, normal', 'knee by normal'],
    ['Will Stone chest', 'chest'],
    ['chest Mr Hand', 'chest'],
    ['DR. Long chest left', 'left'],
    ['chest, Z. Quillfeather', 'chest'],
    ['chest, Quillfeather Z.', 'chest'],
    ['chest Z.Q.', 'chest'],
    ['chest Q U I L L', 'chest'],
    ['brain 17-Oct-03', 'brain'],
    ['brain age 94', 'brain'],
    ['www.brain.example/head ct', 'ct'],
  ];
  for (const [text, left] of goes) test(`cleaned: ${text}`, () => assert.equal(cleanText(text, nobody), left));

  test('a vocabulary word that is the name of the patient goes too', () => {
    const known = { words: new Set(['head', 'chest']), phrases: ['head'], initials: new Set<string>() };
    assert.equal(cleanText('HEAD t1 Chest', known), 't1');
  });
  test('any word outside the vocabulary goes, wherever it stands', () => {
    const strange = fc.stringMatching(/^[A-Za-z]{5,12}$/).filter((word) => !words.includes(word.toLowerCase()));
    const known = fc.array(fc.constantFrom(...words.filter((word) => word.length > 3)), { maxLength: 5 });
    const joint = fc.constantFrom(' ', '_', '-', '/', ', ');
    fc.assert(
      fc.property(known, strange, known, joint, (before, word, after, between) => {
        const left = cleanText([...before, word, ...after].join(between), nobody);
        assert.ok(
          !left
            .toLowerCase()
            .split(/[^a-z0-9]+/)
            .includes(word.toLowerCase()),
        );
      }),
    );
  });
  test('cleaning twice changes nothing more', () => {
    const piece = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 }), fc.nat(20_000).map(String));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom(' ', '-', '.'), (pieces, joint) => {
        const once = cleanText(pieces.join(joint), nobody);
        assert.equal(cleanText(once, nobody), once);
      }),
      { numRuns: 500 },
    );
  });
  test('machine texts are told from telling ones', () => {
    for (const text of ['syngo MR E11', '3.2.1.1', 'HEA;HEP', 'B30f', 'EFGRE3D', '8HRBRAIN'])
      assert.equal(looksIdentifying(text, nobody), false, text);
    for (const text of [
      'a@b.example',
      'http://x',
      'Doe^John',
      '2003-04-17',
      '17/04/2003',
      '73154478',
      '+49 761 270 88 44',
    ])
      assert.equal(looksIdentifying(text, nobody), true, text);
  });
});

describe('dates, times and ages', () => {
  const cases = [
    [shiftDate('20040301', -1), '20040229'],
    [shiftDate('2004.03.01', -1), '2004.02.29'],
    [shiftDate('20040230', 0), null],
    [shiftDate('2004', 0), null],
    [shiftDateTime('20040301101530.5+0100', -7), '20040223101530.5+0100'],
    [shiftDateTime('200403', -7), null],
    [shiftDateTime('20040301250000', -7), null],
    [capAge('089Y'), '089Y'],
    [capAge('1080M'), null],
    [capAge('999M'), '999M'],
    [capAge('95Y'), null],
  ] as const;
  for (const [is, should] of cases) test(`${should}`, () => assert.equal(is, should));
  test('times of day', () => {
    for (const time of ['10', '1015', '101530', '101530.123456', '10:15:30']) assert.ok(isTime(time), time);
    for (const time of ['25', '1060', 'noon', '10:1530', '101530.']) assert.ok(!isTime(time), time);
  });
});
