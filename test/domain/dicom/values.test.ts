import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeDataSet, makeElement, makeItem, makeSequence } from '../../../src/domain/dicom/make';
import { TAG } from '../../../src/domain/dicom/tags';
import {
  contextOf,
  itemContext,
  number,
  numbers,
  personNames,
  text,
  texts,
  uid,
  type ValueContext,
} from '../../../src/domain/dicom/values';
import { formatPath, walk } from '../../../src/domain/dicom/walk';
import { DomainError } from '../../../src/domain/errors';
import { contextFor, fileOf } from '../../fixtures/dicom';

const context = contextFor('little');

test('numbers come back in either byte order, from every numeric VR', () => {
  const ranges = { US: [0, 65535], SS: [-32768, 32767], UL: [0, 2 ** 32 - 1], SL: [-(2 ** 31), 2 ** 31 - 1] } as const;
  for (const [vr, [min, max]] of Object.entries(ranges))
    fc.assert(
      fc.property(fc.array(fc.integer({ min, max }), { minLength: 1 }), fc.boolean(), (values, bigEndian) => {
        const at: ValueContext = { bigEndian, charsets: [] };
        assert.deepEqual(numbers(makeDataSet([makeElement(TAG.Rows, vr, values, at)]), TAG.Rows, at), values);
      }),
    );
  for (const vr of ['FD', 'SV', 'UV', 'AT', 'DS', 'IS']) {
    const value = vr === 'AT' ? [0x00100010, 0xfffee000] : [7, 70000];
    assert.deepEqual(numbers(makeDataSet([makeElement(TAG.Rows, vr, value, context)]), TAG.Rows, context), value);
  }
});

test('a text that is no number counts as none, and never as zero', () => {
  for (const written of ['', ' ', 'abc', '0x10', '1,5', '1 2', 'NaN', 'Infinity', '1e', '--1']) {
    const dataset = makeDataSet([makeElement(TAG.SliceThickness, 'DS', written, context)]);
    assert.equal(number(dataset, TAG.SliceThickness, context), null, written);
  }
  const holes = makeDataSet([makeElement(TAG.PixelSpacing, 'DS', '1\\\\ +2.5e-1', context)]);
  assert.deepEqual(numbers(holes, TAG.PixelSpacing, context), [1, Number.NaN, 0.25]);
});

test('texts lose padding and keep the rest; a missing value is null', () => {
  const dataset = makeDataSet([
    makeElement(TAG.ImageType, 'CS', [' ORIGINAL ', 'PRIMARY'], context),
    makeElement(TAG.SOPInstanceUID, 'UI', '1.2.3', context),
    makeElement(TAG.ImageComments, 'LT', 'one\\two  ', context),
    makeElement(TAG.PatientID, 'LO', '', context),
  ]);
  assert.deepEqual(texts(dataset, TAG.ImageType, context), ['ORIGINAL', 'PRIMARY']);
  assert.equal(uid(dataset, TAG.SOPInstanceUID), '1.2.3');
  assert.equal(text(dataset, TAG.ImageComments, context), 'one\\two');
  assert.equal(text(dataset, TAG.PatientID, context), null);
  assert.equal(text(dataset, TAG.PatientName, context), null);
});

test('person names come apart into groups and components', () => {
  const utf8 = contextFor('little', ['ISO_IR 192']);
  const name = makeElement(TAG.PatientName, 'PN', 'Yamada^Tarou^^Dr=山田^太郎=やまだ^たろう', utf8);
  const [person] = personNames(makeDataSet([name]), TAG.PatientName, utf8);
  assert.deepEqual(person?.alphabetic, { family: 'Yamada', given: 'Tarou', middle: '', prefix: 'Dr', suffix: '' });
  assert.equal(person?.ideographic.family, '山田');
  assert.equal(person?.phonetic.given, 'たろう');
});

test('what cannot be made says so', () => {
  const invalid = (error: unknown) => error instanceof DomainError && error.code === 'INVALID';
  assert.throws(() => makeElement(TAG.Rows, 'US', 'many', context), invalid);
  assert.throws(() => makeElement(TAG.Rows, 'QQ', [1], context), invalid);
  assert.throws(() => makeElement(TAG.PatientName, 'PN', 'Łucja', contextFor('little', ['ISO_IR 100'])), invalid);
});

test('a walk meets every element once, with its path and its own character sets', () => {
  const inner = makeItem([
    makeElement(TAG.SpecificCharacterSet, 'CS', 'ISO_IR 192', context),
    makeElement(TAG.PatientName, 'PN', 'Łucja', contextFor('little', ['ISO_IR 192'])),
  ]);
  const other = makeItem([makeElement(TAG.PatientName, 'PN', 'Jérôme', contextFor('little', ['ISO_IR 100']))]);
  const file = fileOf([
    makeElement(TAG.SpecificCharacterSet, 'CS', 'ISO_IR 100', context),
    makeSequence(0x00081140, [other, inner]),
  ]);
  const seen = new Map<string, string | null>();
  walk(file.dataset, contextOf(file), (element, path, at) => {
    seen.set(formatPath(path), element.kind === 'sequence' ? null : text(at.dataset, element.tag, at.context));
  });
  assert.deepEqual(
    [...seen],
    [
      ['(0008,0005)', 'ISO_IR 100'],
      ['(0008,1140)', null],
      ['(0008,1140)[0].(0010,0010)', 'Jérôme'],
      ['(0008,1140)[1].(0008,0005)', 'ISO_IR 192'],
      ['(0008,1140)[1].(0010,0010)', 'Łucja'],
    ],
  );
  assert.equal(formatPath([0x00081140, 0, 0x00091001], 'keyword'), 'ReferencedImageSequence[0].(0009,1001)');
});

test('inside UN all is little endian, whatever surrounds it', () => {
  const item = makeItem([]);
  const big = contextFor('big', ['ISO_IR 100']);
  assert.equal(itemContext(makeSequence(0x00081140, [item], { vr: 'UN' }), item, big).bigEndian, false);
  assert.equal(itemContext(makeSequence(0x00081140, [item]), item, big), big);
});
