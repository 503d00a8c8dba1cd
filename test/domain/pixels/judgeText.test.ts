// What a read text gives away: doubt never counts as harmless.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KnownIdentifiers } from '@/domain/deid/identifiers';
import { judgeText } from '@/domain/pixels/judgeText';

const known: KnownIdentifiers = {
  words: new Set(['kowalczyk', 'anna', 'long']),
  phrases: ['mrn771204', 'st elsewhere'],
  initials: new Set(['ak', 'ka']),
};
const nobody: KnownIdentifiers = { words: new Set(), phrases: [], initials: new Set() };

test('names, dates, ids and places are identifying, in any order, and with a letter misread', () => {
  for (const text of [
    'KOWALCZYK^ANNA',
    'Anna Kowalczyk',
    'K0WALCZYK A',
    'MRN771204',
    'St. Elsewhere',
    '12/03/1961',
    '12.03.61',
    '1961-03-12',
    '12 MAR 1961',
    'Name: X',
    'ID 12',
    '20391842',
    '10:11:12',
  ])
    assert.equal(judgeText(text, 95, known), 'identifying', text);
});

test('scales, sides and technique are harmless when they were read well', () => {
  for (const text of [
    'L',
    'R',
    'Depth 12 cm',
    '5 MHz',
    'MI 0.8',
    'TIS: 0.4',
    'Gain 52 %',
    '3.2 mm',
    'FR 24 Hz',
    'kV 120',
  ])
    assert.equal(judgeText(text, 90, nobody), 'harmless', text);
  assert.equal(judgeText('Depth 12 cm', 20, nobody), 'doubtful');
  assert.equal(judgeText('kV 12', 45, nobody), 'doubtful');
  assert.equal(judgeText('L', 65, nobody), 'doubtful');
});

test('a device text with a letter misread stays, if a number with its unit stands beside it', () => {
  for (const text of [
    'Denth 12 cm',
    'IOV 286 mm',
    '4 YHz',
    'DLP 446 mGyem',
    '—T1 FLAIR',
    'DLP 467 mGycm™',
    'TR 4758 ms',
  ])
    assert.equal(judgeText(text, 90, nobody), 'harmless', text);
  for (const text of ['Denth', 'Denth 12', 'Quist 12 cm', '4758', 'Gaxn Prxne 5 cm', '0471 cm', '12 34 mm'])
    assert.equal(judgeText(text, 90, nobody), 'doubtful', text);
});

test('what may be left of a date, an id, a name or initials is not harmless', () => {
  for (const text of ['©. 2.2036', '2.2036', '123', '012', '00', '03', '20.12', '1961', '12 -', 'R. 1961'])
    assert.notEqual(judgeText(text, 95, nobody), 'harmless', text);
  const short: KnownIdentifiers = { words: new Set(['tim', 'lao']), phrases: [], initials: new Set(['ap']) };
  for (const text of ['Tim 3 mm', 'LAO', 'AP']) assert.notEqual(judgeText(text, 95, short), 'harmless', text);
});

test('what nobody knows is doubtful, and clinical words are where no names are known to compare them with', () => {
  for (const text of ['Zgrbl', 'Quist', '12 34', '12345', 'A-17', '', '4/4', '§'])
    assert.equal(judgeText(text, 95, known), 'doubtful', text);
  assert.equal(judgeText('abdomen', 95, nobody), 'doubtful');
  assert.equal(judgeText('abdomen', 95, known), 'harmless');
  assert.equal(judgeText('Long', 95, known), 'identifying');
});

test('no text with a known name in it, whatever stands around it, is harmless', () => {
  const around = fc.constantFrom('', 'Depth 12 cm ', 'L ', ' 5 MHz', ', ');
  fc.assert(
    fc.property(
      around,
      fc.constantFrom('Kowalczyk', 'KOWALCZYK', 'anna', 'MRN771204'),
      around,
      (before, name, after) => {
        assert.notEqual(judgeText(`${before}${name}${after}`, 99, known), 'harmless');
      },
    ),
  );
});
