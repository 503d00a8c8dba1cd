import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodesCleanly, decodeText, encodeText } from '../../../src/domain/dicom/charset';
import { readDicom } from '../../../src/domain/dicom/read';
import { TAG } from '../../../src/domain/dicom/tags';
import { contextOf, text } from '../../../src/domain/dicom/values';
import { vrShape } from '../../../src/domain/dicom/vr';
import { walk } from '../../../src/domain/dicom/walk';
import { DomainError } from '../../../src/domain/errors';
import { sampleFiles, samplesMissing } from '../../samples';

const ascii = fc.string({ unit: fc.constantFrom(...'ABCxyz 019-+.,;()') });
const alphabets: readonly (readonly [readonly string[], string])[] = [
  [['ISO_IR 100'], 'äöüßéÅñ'],
  [['ISO_IR 101'], 'łżŘĄ'],
  [['ISO_IR 109'], 'ħĝŝ'],
  [['ISO_IR 110'], 'ŗīģ'],
  [['ISO_IR 144'], 'Люкce'],
  [['ISO_IR 127'], 'قباني'],
  [['ISO_IR 126'], 'Διονυ'],
  [['ISO_IR 138'], 'שרון'],
  [['ISO_IR 148'], 'ğışİ'],
  [['ISO_IR 203'], '€Šœ'],
  [['ISO_IR 166'], 'สมชาย'],
  [['ISO_IR 13'], 'ﾔﾏﾀﾞﾛｳ'],
  [['ISO_IR 192'], 'łЯ山😀'],
  [['GB18030'], '王东€𠀀ł'],
  [['', 'ISO 2022 IR 87'], '山田やまだ'],
  [['ISO 2022 IR 13', 'ISO 2022 IR 87', 'ISO 2022 IR 159'], 'ﾔﾏ山丂'],
  [['ISO 2022 IR 6', 'ISO 2022 IR 149'], '김희중洪'],
  [['', 'ISO 2022 IR 58'], '张国荣'],
  [['ISO 2022 IR 100', 'ISO 2022 IR 144', 'ISO 2022 IR 126'], 'éЖΩ'],
];

test('what is encoded decodes to the same, with delimiters in between, in every character set', () => {
  for (const [charsets, letters] of alphabets) {
    const word = fc.string({ unit: fc.constantFrom(...letters, 'a', 'B', ' ', '7'), maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, ascii), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('\\', '^', '=', '\n'),
        (words, delimiter) => {
          const written = words.join(delimiter);
          const bytes = encodeText(written, charsets, 'PN');
          assert.equal(decodeText(bytes, charsets, 'PN'), written);
          assert.ok(decodesCleanly(bytes, charsets, 'PN'));
        },
      ),
      { numRuns: 60 },
    );
  }
});

test('code extensions begin anew behind every delimiter (PS3.5 6.1.2.5.3)', () => {
  const bytes = encodeText('山^田', ['', 'ISO 2022 IR 87'], 'PN');
  assert.equal(Buffer.from(bytes).toString('hex'), '1b24423b331b28425e1b244245441b2842');
});

test('bytes without any character set come back one to one', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const printable = bytes.filter((byte) => byte !== 0x1b);
      assert.deepEqual([...encodeText(decodeText(printable, []), [])], [...printable]);
    }),
  );
});

test('a character set that lies, or that nobody knows, is noticed', () => {
  const cases: [number[], string[]][] = [
    [[0xe4, 0x41], ['ISO_IR 192']],
    [[0xff, 0xff], ['GB18030']],
    [[0xe4], []],
    [[0xe4], ['ISO_IR 6']],
    [[0xe4], ['ISO_IR 4711']],
    [
      [0x1b, 0x24, 0x42, 0x21],
      ['', 'ISO 2022 IR 87'],
    ],
    [[0x1b, 0x21, 0x40, 0x41], ['ISO_IR 100']],
  ];
  for (const [bytes, charsets] of cases)
    assert.equal(decodesCleanly(Uint8Array.from(bytes), charsets), false, charsets.join());
  assert.ok(decodesCleanly(new TextEncoder().encode('plain'), ['ISO_IR 4711']));
});

test('decoding never throws, whatever escape sequences stand in the bytes', () => {
  const escapes = ['284a', '2949', '2442', '242844', '242943', '242941', '2d41', '2842', '2121'].map((hex) => [
    0x1b,
    ...Buffer.from(hex, 'hex'),
  ]);
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 6 }).map((bytes) => [...bytes]),
    fc.constantFrom(...escapes),
  );
  fc.assert(
    fc.property(fc.array(part), fc.constantFrom(...alphabets), (parts, [charsets]) => {
      assert.equal(typeof decodeText(Uint8Array.from(parts.flat()), charsets, 'PN'), 'string');
    }),
    { numRuns: 500 },
  );
});

test('a character outside the character sets is refused, never replaced', () => {
  const cases: [string, string[]][] = [
    ['Ж', ['ISO_IR 100']],
    ['Ж', []],
    ['한', ['', 'ISO 2022 IR 87']],
    ['é', ['', 'ISO 2022 IR 149']],
  ];
  for (const [written, charsets] of cases) assert.throws(() => encodeText(written, charsets), DomainError);
});

const NAMES: Readonly<Record<string, string>> = {
  'chrArab.dcm': 'قباني^لنزار',
  'chrFren.dcm': 'Buc^Jérôme',
  'chrGerm.dcm': 'Äneas^Rüdiger',
  'chrGreek.dcm': 'Διονυσιος',
  'chrH31.dcm': 'Yamada^Tarou=山田^太郎=やまだ^たろう',
  'chrH32.dcm': 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  'chrHbrw.dcm': 'שרון^דבורה',
  'chrI2.dcm': 'Hong^Gildong=洪^吉洞=홍^길동',
  'chrKoreanMulti.dcm': '김희중',
  'chrRuss.dcm': 'Люкceмбypг',
  'chrX1.dcm': 'Wang^XiaoDong=王^小東=',
  'chrX2.dcm': 'Wang^XiaoDong=王^小东=',
};

test('the names of the samples read as their authors wrote them', { skip: samplesMissing() }, () => {
  const paths = sampleFiles('dicom/pydicom_charsets');
  const names = Object.fromEntries(
    paths.map((path) => {
      const file = readDicom(readFileSync(path));
      return [basename(path), text(file.dataset, TAG.PatientName, contextOf(file))];
    }),
  );
  for (const [name, expected] of Object.entries(NAMES)) assert.equal(names[name], expected, name);
});

test('every text of the samples decodes cleanly and can be encoded again', { skip: samplesMissing() }, () => {
  for (const path of sampleFiles('dicom/pydicom_charsets')) {
    const file = readDicom(readFileSync(path));
    walk(file.dataset, contextOf(file), (element, _path, { context }) => {
      if (element.kind !== 'bytes' || vrShape(element.vr)?.content !== 'text') return;
      assert.ok(decodesCleanly(element.bytes, context.charsets, element.vr), path);
      const decoded = decodeText(element.bytes, context.charsets, element.vr);
      const again = encodeText(decoded, context.charsets, element.vr);
      assert.equal(decodeText(again, context.charsets, element.vr), decoded);
    });
  }
});
