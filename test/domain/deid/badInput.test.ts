// Files that are wrong in the ways that matter: each is refused in plain words, or cleaned without anything misread.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { residualScan } from '@/domain/deid/residual';
import type { Element } from '@/domain/dicom/dataset';
import { makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { DomainError } from '@/domain/errors';
import { bytesOf, el, holds, joined, keys, outputOf } from './build';

const NAME = el(0x00100010, 'PN', 'Quillfeather^Zebedee');
const WHOLE = bytesOf({ elements: [NAME, el(0x00204000, 'LT', 'chest of Quillfeather')] });
const END = WHOLE.length;

/** A file is refused with a reason that a person understands and that holds nothing of the file. */
function refused(bytes: Uint8Array, reason: RegExp): void {
  assert.throws(
    () => readDicom(bytes),
    (error) => error instanceof DomainError && reason.test(error.message) && !/quill|zebedee/i.test(error.message),
  );
}

/** Bytes of an element behind a whole file, in explicit VR little endian. */
function attribute(tag: number, vr: string, length: number, value: Uint8Array = new Uint8Array(0)): Uint8Array {
  const long = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return joined([head, value]);
}
const withMore = (...more: Uint8Array[]) => joined([WHOLE, ...more]);

describe('refused with a reason', () => {
  test('a length past the end', () => refused(withMore(attribute(0x00280010, 'US', 40)), /longer than what remains/));
  test('4 GB in a file of a few bytes', () => {
    refused(withMore(attribute(0x7fe00010, 'OW', 0xfffffffe)), /longer than what remains/);
    refused(withMore(attribute(0x00400275, 'SQ', 0xfffffff0)), /longer than what remains/);
  });
  test('a sequence nested 1,000 deep', () => {
    let inner: Element = el(0x00104000, 'LT', 'Quillfeather');
    for (let n = 0; n < 1000; n++)
      inner = makeSequence(0x00400275, [makeItem([inner])], { undefinedLength: n % 2 === 0 });
    refused(bytesOf({ elements: [inner] }), /nested more than/);
  });
  test('a VR that does not exist', () =>
    refused(withMore(attribute(0x00280010, 'ZZ', 2, new Uint8Array(2))), /does not exist/));
  test('a duplicate tag', () => {
    const twice = attribute(0x00204000, 'LT', 2, Buffer.from('xx'));
    refused(withMore(twice), /occurs twice/);
  });
  test('tags out of order', () => refused(withMore(attribute(0x00100020, 'LO', 2, Buffer.from('xx'))), /out of order/));
  test('a data set under the wrong transfer syntax', () => {
    const wrong = Buffer.from(WHOLE).toString('latin1').replace('1.2.840.10008.1.2.1\0', '1.2.840.10008.1.2\0\0\0');
    refused(new Uint8Array(Buffer.from(wrong, 'latin1')), /not encoded in the transfer syntax/);
  });
  test('file meta inside the data set', () => {
    const meta = attribute(0x00020016, 'AE', 12, Buffer.from('QUILLFEATHER'));
    const dataset = attribute(0x00000000, 'UL', 4, new Uint8Array(4));
    const start = Buffer.from(WHOLE).indexOf(Buffer.from([0x08, 0x00, 0x05, 0x00]));
    refused(joined([WHOLE.subarray(0, start), dataset, meta, WHOLE.subarray(start)]), /file meta/);
  });
  test('cut anywhere', () => {
    for (let at = END - 1; at > END - 20; at--) refused(WHOLE.subarray(0, at), /damaged/);
  });
});

describe('a character set that lies', () => {
  const lies: readonly (readonly [claimed: string[], written: string[], name: string])[] = [
    [['ISO_IR 100'], ['ISO_IR 192'], 'Wäschenbach^Ottólía'],
    [['ISO_IR 192'], ['ISO_IR 100'], 'Wäschenbach^Ottólía'],
    [['ISO_IR 144'], ['ISO_IR 192'], 'Пшеничникова^Ксения'],
    [['ISO_IR 6'], ['ISO_IR 126'], 'Παπαδιαμάντης^Διονύσιος'],
    [['ISO_IR 100'], ['GB18030'], '欧阳旭^小东'],
    [['GB18030'], ['ISO_IR 192'], '山田櫻^太郎次'],
    [['', 'ISO 2022 IR 149'], ['ISO_IR 192'], '남궁연^희중'],
    [['QUILLFEATHER'], ['ISO_IR 192'], 'Wäschenbach^Ottólía'],
  ];
  for (const preset of ['research', 'basic'] as const)
    test(`hides no name, under ${preset}`, () => {
      for (const [claimed, written, name] of lies) {
        const text = (tag: number, vr: string, value: string) =>
          makeElement(tag, vr, value, { bigEndian: false, charsets: written });
        const elements = [
          el(0x00080005, 'CS', claimed),
          text(0x00100010, 'PN', name),
          text(0x00081030, 'LO', `chest ${name.replace('^', ' ')}`),
          text(0x00081090, 'LO', name.split('^')[0]!),
          text(0x00204000, 'LT', name),
        ];
        const result = deidentify(readDicom(bytesOf({ elements })), presets[preset].profile, keys, {
          subjectCode: 'sub-001',
        });
        const output = outputOf(result.file);
        for (const part of name.split('^')) {
          const bytes = makeElement(0x00204000, 'LT', part, { bigEndian: false, charsets: written }).bytes;
          const plain = Buffer.from(bytes).toString('latin1').trimEnd();
          assert.ok(!Buffer.from(output).toString('latin1').includes(plain), `${claimed}: ${part} survives`);
        }
        assert.ok(!holds(output, 'quillfeather'), 'a character set that is a name survives');
        assert.deepEqual(residualScan(output, result.removed), []);
      }
    });
});
