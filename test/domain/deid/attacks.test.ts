// One attack after the other on places that looked safe: a stranger's name, which nothing else in the file announces.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deidentify } from '@/domain/deid/deidentify';
import { hashUid } from '@/domain/deid/keys';
import { presets } from '@/domain/deid/presets';
import { parseProfile } from '@/domain/deid/profile';
import type { Element } from '@/domain/dicom/dataset';
import { makeItem, makeSequence } from '@/domain/dicom/make';
import { readDicom, readDicomFrom } from '@/domain/dicom/read';
import { sourceOf } from '@/domain/dicom/source';
import { contextOf, text, texts, uid } from '@/domain/dicom/values';
import { DomainError } from '@/domain/errors';
import { bytesOf, el, fileOf, holds, keys, outputOf, sequence } from './build';

const STRANGER = 'QUILLSTRANGER';
const bytes = (content: string) => new Uint8Array(Buffer.from(content.length % 2 ? `${content} ` : content, 'latin1'));
const everything = {
  retainSafePrivate: true,
  retainUids: true,
  retainDeviceIdentity: true,
  retainPatientCharacteristics: true,
  retainLongitudinal: 'full',
  cleanDescriptors: true,
  cleanStructuredContent: true,
  cleanGraphics: true,
};
const profiles = [
  ...Object.values(presets).map(({ profile }) => profile),
  parseProfile({ name: 'every option', options: everything }),
];
const code = (value: string, scheme: string, meaning: string) =>
  sequence(0x00082218, [el(0x00080100, 'SH', value), el(0x00080102, 'SH', scheme), el(0x00080104, 'LO', meaning)]);
const inItem = (element: Element) => makeSequence(0x00081140, [makeItem([element])]);

const attacks: Readonly<Record<string, { meta?: Element[]; elements?: Element[] }>> = {
  'a second value of the class in file meta': {
    meta: [el(0x00020002, 'UI', `1.2.840.10008.5.1.4.1.1.4\\${STRANGER}`)],
  },
  'behind a NUL in the instance of file meta': { meta: [el(0x00020003, 'UI', bytes(`1.2.3\0${STRANGER}`))] },
  'a UID that is none': { elements: [el(0x00200052, 'UI', STRANGER)] },
  'a UID that is none, outside of the table': { elements: [el(0x00189098, 'UI', STRANGER)] },
  'pixels inside a sequence': { elements: [inItem(el(0x7fe00010, 'OB', bytes(`\x01${STRANGER}`)))] },
  'compressed pixels inside a sequence': {
    elements: [
      inItem({
        kind: 'encapsulated',
        tag: 0x7fe00010,
        vr: 'OB',
        offsetTable: new Uint8Array(0),
        fragments: [bytes(STRANGER)],
      }),
    ],
  },
  'a code value of a published scheme': { elements: [code(STRANGER, 'SCT', 'Brain')] },
  'a coding scheme': { elements: [code('T-1', STRANGER, 'Brain')] },
  'a private creator with a second value': {
    elements: [el(0x00190010, 'LO', `SIEMENS MR HEADER\\${STRANGER}`), el(0x0019100c, 'IS', '1000')],
  },
  'a creator that reserves nothing beside one that does': {
    elements: [el(0x00190010, 'LO', 'SIEMENS MR HEADER'), el(0x00190011, 'LO', STRANGER), el(0x0019100c, 'IS', '1000')],
  },
  'the command group': { elements: [el(0x00000600, 'AE', STRANGER)] },
  'a private sequence in UN': {
    elements: [makeSequence(0x00291010, [makeItem([el(0x00104000, 'LT', STRANGER)])], { vr: 'UN' })],
  },
  'trailing padding': { elements: [el(0xfffcfffc, 'OB', bytes(STRANGER))] },
  'the sex': { elements: [el(0x00100040, 'CS', STRANGER)] },
  'the offset from UTC': { elements: [el(0x00080201, 'SH', STRANGER)] },
  'a time': { elements: [el(0x00080030, 'TM', `101010.${STRANGER}`)] },
};

for (const [name, parts] of Object.entries(attacks))
  test(`a name in ${name} goes`, () => {
    for (const profile of profiles) {
      const { file } = deidentify(fileOf(parts), profile, keys, { subjectCode: 'sub-001' });
      assert.ok(!holds(outputOf(file), 'quillstr'), profile.name);
    }
  });

const research = (elements: Element[]) =>
  deidentify(fileOf({ elements }), presets.research.profile, keys, { subjectCode: 'sub-001' }).file;

test('a short name of the patient stays in no coded string, a code that it happens to be does', () => {
  const name = el(0x00100010, 'PN', 'Ngo^Wei');
  assert.ok(!holds(outputOf(research([name, el(0x00180015, 'CS', 'NGO')])), 'ngo'));
  const head = research([name, el(0x00180015, 'CS', 'HEAD')]);
  assert.equal(text(head.dataset, 0x00180015, contextOf(head)), 'HEAD');
});

test('a number or a date does not pass for a code, published codes stay', () => {
  for (const value of ['1992-07-10', '078-05-1120', 'a.b@c.example'])
    assert.ok(!holds(outputOf(research([code(value, 'SCT', 'Brain')])), value));
  for (const [value, scheme] of [
    ['12738006', 'SCT'],
    ['T-A0100', 'SRT'],
    ['18748-4', 'LN'],
    ['mmol/ml', 'UCUM'],
    ['10*3/uL', 'UCUM'],
    ['RID10312', 'RADLEX'],
    ['121071', 'DCM'],
  ] as const) {
    const element = research([code(value, scheme, 'Brain')]).dataset.elements.get(0x00082218);
    assert.ok(element?.kind === 'sequence');
    assert.equal(text(element.items[0]!, 0x00080100, { bigEndian: false, charsets: [] }), value);
  }
});

test('nothing that looks like a UID of the standard has room for a number of somebody', () => {
  for (const value of ['1.2.840.10008.5.1.4.2003.417.731', '1.2.840.10008.5.555.123.456', '1.2.840.10008.1.2003'])
    assert.match(hashUid(value, keys), /^2\.25\./);
  for (const value of ['1.2.840.10008.5.1.4.1.1.481.25', '1.2.840.10008.6.1.1234', '1.2.840.10008.15.0.3.10'])
    assert.equal(hashUid(value, keys), value);
});

test('where dates stay as they are, the birth date stays in no attribute outside of the table either', () => {
  const elements = [
    el(0x00100030, 'DA', '19680817'),
    el(0x00140102, 'DA', '19680817'),
    el(0x00080020, 'DA', '20231028'),
  ];
  const { file } = deidentify(fileOf({ elements }), presets.limited.profile, keys, { subjectCode: 'sub-001' });
  assert.ok(!holds(outputOf(file), '19680817'));
  assert.equal(text(file.dataset, 0x00080020, contextOf(file)), '20231028');
});

describe('the same in every upload', () => {
  test('a second upload weeks later, by another process with the same secret, meets the first', () => {
    const upload = (instance: string) =>
      deidentify(
        readDicom(
          bytesOf({
            elements: [
              el(0x00080018, 'UI', instance),
              el(0x00080020, 'DA', '20030417'),
              el(0x0008002a, 'DT', ['20030417101530.5+0530', '2003041710-0800']),
              el(0x00080030, 'TM', '235959.999'),
              sequence(0x00081140, [el(0x00081155, 'UI', '1.2.3.4')]),
            ],
          }),
        ),
        presets.research.profile,
        { hmac: (label, of) => keys.hmac(label, of).slice() },
        { subjectCode: 'sub-001' },
      ).file;
    const [first, second] = [upload('1.2.3.4'), upload('1.2.3.5')];
    const reference = second.dataset.elements.get(0x00081140);
    assert.ok(reference?.kind === 'sequence');
    assert.equal(uid(reference.items[0]!, 0x00081155), uid(first.dataset, 0x00080018));
    assert.notEqual(uid(first.dataset, 0x00080018), uid(second.dataset, 0x00080018));
    for (const tag of [0x00080020, 0x0008002a, 0x00080030, 0x0020000d])
      assert.deepEqual(texts(first.dataset, tag, contextOf(first)), texts(second.dataset, tag, contextOf(second)));
    const [early, late] = texts(first.dataset, 0x0008002a, contextOf(first));
    const day = texts(first.dataset, 0x00080020, contextOf(first))[0]!;
    assert.equal(early, `${day}101530.5+0530`);
    assert.equal(late, `${day}10-0800`);
    // A time of day that stands alone is not moved: whole days were.
    assert.equal(texts(first.dataset, 0x00080030, contextOf(first))[0], '235959.999');
  });
});

test('an offset table of compressed pixels that holds anything else is refused, at hand or left in the file', () => {
  const file = (offsetTable: Uint8Array) =>
    bytesOf({
      meta: [el(0x00020010, 'UI', '1.2.840.10008.1.2.5')],
      elements: [{ kind: 'encapsulated', tag: 0x7fe00010, vr: 'OB', offsetTable, fragments: [new Uint8Array(900)] }],
    });
  const run = (read: () => ReturnType<typeof readDicom>) => () =>
    deidentify(read(), presets.research.profile, keys, { subjectCode: 'sub-001' });
  for (const [table, fits] of [
    [bytes(`${STRANGER}  `), false],
    [bytes('\0\0\0\0'), true],
    [new Uint8Array(0), true],
  ] as const)
    for (const read of [() => readDicom(file(table)), () => readDicomFrom(sourceOf(file(table)), {}, 512)])
      if (fits) run(read)();
      else assert.throws(run(read), (error) => error instanceof DomainError && !/quill/i.test(error.message));
});
