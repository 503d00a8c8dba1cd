// A project's own rules: what they match, what they do, and what no rule can do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { changeRow } from '@/domain/deid/change';
import { deidentify } from '@/domain/deid/deidentify';
import { hashUid } from '@/domain/deid/keys';
import { type Profile, parseProfile } from '@/domain/deid/profile';
import { residualScan } from '@/domain/deid/residual';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { readDicom } from '@/domain/dicom/read';
import { contextOf, text, texts } from '@/domain/dicom/values';
import { DomainError } from '@/domain/errors';
import { el, fileOf, holds, keys, outputOf, sequence } from './build';
import { IDENTITY } from './planted';

const context = { subjectCode: 'sub-001' };
const own = (rules: object[], options: object = {}): Profile => parseProfile({ name: 'own', options, rules });
const clean = (profile: Profile, ...elements: Element[]) =>
  deidentify(fileOf({ elements }), profile, keys, context).file;
/** What a rule leaves of one value; undefined when the attribute is gone. */
function left(rule: object, tag: number, vr: string, value: string, options: object = {}): string | undefined {
  const file = clean(own([rule], options), el(tag, vr, value));
  return file.dataset.elements.has(tag) ? texts(file.dataset, tag, contextOf(file)).join('\\') : undefined;
}
const refused = (rule: object) => assert.throws(() => own([rule]), DomainError, JSON.stringify(rule));

describe('what a rule matches', () => {
  const remains = (match: object, ...elements: Element[]) => [
    ...clean(own([{ match, do: 'keep' }]), ...elements).dataset.elements.keys(),
  ];
  const [station, department, comment] = [
    el(0x00081010, 'SH', 'MR7'),
    el(0x00081040, 'LO', 'Radiology'),
    el(0x00204000, 'LT', 'one comment'),
  ];
  test('one tag, a family, a range, a keyword, keywords of a pattern, a VR', () => {
    for (const [match, expected] of [
      [{ tag: '(0008,1010)' }, [0x00081010]],
      [{ tag: '00081010' }, [0x00081010]],
      [{ tag: '(0008,10xx)' }, [0x00081010, 0x00081040]],
      [{ tag: '(0008,1011)-(0020,4000)' }, [0x00081040, 0x00204000]],
      [{ keyword: 'ImageComments' }, [0x00204000]],
      [{ keyword: 'station*' }, [0x00081010]],
      [{ keyword: '*Department*' }, [0x00081040]],
      [{ vr: 'LT' }, [0x00204000]],
      [{ tag: '(0008,10xx)', vr: 'LO' }, [0x00081040]],
    ] as const) {
      const kept = remains(match, station, department, comment);
      for (const tag of [0x00081010, 0x00081040, 0x00204000])
        assert.equal(kept.includes(tag), (expected as readonly number[]).includes(tag), JSON.stringify(match));
    }
  });

  test('a private element by its creator, wherever its block is', () => {
    const block = [el(0x00290011, 'LO', 'ACME 1.0 '), el(0x00291107, 'LO', 'one'), el(0x00291207, 'LO', 'two')];
    const match = { tag: '(0029,xx07)', privateCreator: 'acme 1.0' };
    assert.deepEqual(
      remains(match, ...block).filter((tag) => (tag & 0x10000) !== 0),
      [0x00290011, 0x00291107],
    );
    assert.deepEqual(
      remains({ tag: '(0029,xxxx)' }, ...block).filter((tag) => (tag & 0x10000) !== 0),
      [],
      'what keeps private attributes has to name their creator',
    );
  });

  test('a value: what keeps needs the whole of every value, what takes away a part of one', () => {
    const value = (does: string, pattern: string, written: string) =>
      left({ match: { keyword: 'StationName', value: pattern }, do: does }, 0x00081010, 'SH', written, {
        retainDeviceIdentity: true,
      });
    assert.equal(value('remove', 'room \\d+', 'MR room 7'), undefined);
    assert.equal(value('remove', 'room \\d+', 'MR'), 'MR');
    const kept = (pattern: string, written: string) =>
      left({ match: { keyword: 'StationName', value: pattern }, do: 'keep' }, 0x00081010, 'SH', written);
    assert.equal(kept('MR\\d', 'MR7'), 'MR7');
    assert.equal(kept('MR\\d', 'MR7 Smith'), undefined);
    assert.equal(kept('MR\\d', 'MR7\\Smith'), undefined);
  });

  test('a value too long to be looked at is kept by no rule and taken away by any', () => {
    const long = 'x '.repeat(3000);
    const rule = (does: string) => ({ match: { keyword: 'ImageComments', value: '[x ]*' }, do: does });
    assert.equal(left(rule('keep'), 0x00204000, 'LT', long), undefined);
    const both = own([rule('remove'), { match: { keyword: 'ImageComments' }, do: 'keep' }]);
    assert.equal(clean(both, el(0x00204000, 'LT', long)).dataset.elements.has(0x00204000), false);
  });

  test('the first that matches decides', () => {
    const rules = [
      { match: { tag: '(0008,10xx)' }, do: 'remove' },
      { match: { keyword: 'StationName' }, do: 'keep' },
    ];
    assert.equal(clean(own(rules), station).dataset.elements.has(0x00081010), false);
    assert.equal(clean(own(rules.reverse()), station).dataset.elements.has(0x00081010), true);
    const standard = [
      { match: { keyword: 'StationName' }, do: 'standard' },
      { match: { vr: 'SH' }, do: 'keep' },
    ];
    assert.equal(clean(own(standard), station).dataset.elements.has(0x00081010), false);
  });
});

describe('what a rule does', () => {
  const at = (keyword: string, rest: object) => ({ match: { keyword }, ...rest });
  test('hash: the same text for the same value, fitting its VR, and a UID for a UID', () => {
    const hashed = (vr: string, tag: number, value: string) => left({ match: { vr }, do: 'hash' }, tag, vr, value)!;
    const [short, same, other] = ['one', 'one', 'two'].map((value) => hashed('SH', 0x00081010, value));
    assert.match(short!, /^ID[0-9A-F]{14}$/);
    assert.equal(short, same);
    assert.notEqual(short, other);
    assert.equal(hashed('CS', 0x00180015, 'CHEST').length, 16);
    assert.equal(hashed('UI', 0x00200052, '1.2.3'), hashUid('1.2.3', keys));
    assert.equal(left({ match: { vr: 'IS' }, do: 'hash' }, 0x00200011, 'IS', '12'), undefined);
    assert.equal(left({ match: { vr: 'DA' }, do: 'hash' }, 0x00080020, 'DA', '20200101'), undefined);
  });
  test('a natural identifier of the form of a hash is hashed all the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^ID[0-9A-F]{14}$/), (id) => {
        assert.notEqual(left(at('StationName', { do: 'hash' }), 0x00081010, 'SH', id), id);
      }),
    );
  });

  test('shift: by the subject’s offset, also where the profile keeps or removes other dates', () => {
    for (const retainLongitudinal of ['none', 'full', 'modified'] as const) {
      const moved = left(at('PatientBirthDate', { do: 'shiftDate' }), 0x00100030, 'DA', '19620203', {
        retainLongitudinal,
      });
      assert.match(moved!, /^19[56]\d{5}$/);
      assert.notEqual(moved, '19620203');
    }
    assert.equal(left(at('StudyDate', { do: 'shiftDate' }), 0x00080020, 'DA', 'yesterday'), undefined);
    assert.equal(left(at('StationName', { do: 'shiftDate' }), 0x00081010, 'SH', '20200101'), undefined);
  });

  test('bands: the lower edge, ages in years, over 89 as 90', () => {
    const age = (value: string, more: object = {}) =>
      left(at('PatientAge', { do: 'bin', width: 5, ...more }), 0x00101010, 'AS', value);
    assert.deepEqual(
      ['043Y', '045Y', '089Y', '090Y', '104Y', '011M', '400D', '093M', '4 years'].map((value) => age(value)),
      ['040Y', '045Y', '085Y', '090Y', '090Y', '000Y', '000Y', '005Y', undefined],
    );
    assert.deepEqual([age('012Y', { atLeast: 18 }), age('078Y', { atMost: 75 })], ['015Y', '075Y']);
    const weight = (value: string, more: object = {}) =>
      left(at('PatientWeight', { do: 'bin', width: 10, ...more }), 0x00101030, 'DS', value);
    assert.deepEqual(
      ['73.4', '70', '7', '1e2', 'heavy'].map((value) => weight(value)),
      ['70', '70', '0', '100', undefined],
    );
    assert.equal(weight('212', { atMost: 150 }), '150');
    assert.equal(left(at('PatientSize', { do: 'bin', width: 0.05 }), 0x00101020, 'DS', '1.83'), '1.8');
  });
  test('a band is the same a second time', () => {
    const widths = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.001, max: 50, noNaN: true }));
    const limits = fc.record({
      atLeast: fc.option(fc.integer({ min: -5, max: 60 }), { nil: undefined }),
      atMost: fc.option(fc.integer({ min: 61, max: 300 }), { nil: undefined }),
    });
    const value = fc.oneof(
      fc.tuple(
        fc.constant(0x00101010),
        fc.constant('AS'),
        fc
          .tuple(fc.nat(999), fc.constantFrom('D', 'W', 'M', 'Y'))
          .map(([n, unit]) => `${String(n).padStart(3, '0')}${unit}`),
      ),
      fc.tuple(
        fc.constant(0x00101030),
        fc.constant('DS'),
        fc.double({ min: -1000, max: 1000, noNaN: true }).map((n) => n.toPrecision(6)),
      ),
      fc.tuple(fc.constant(0x00200013), fc.constant('IS'), fc.integer({ min: -100_000, max: 100_000 }).map(String)),
    );
    fc.assert(
      fc.property(widths, limits, value, (width, { atLeast, atMost }, [tag, vr, written]) => {
        const rule = {
          match: { vr },
          do: 'bin',
          width,
          ...(atLeast === undefined ? {} : { atLeast }),
          ...(atMost === undefined ? {} : { atMost }),
        };
        const once = left(rule, tag, vr, written);
        if (once !== undefined) assert.equal(left(rule, tag, vr, once), once);
        if (once !== undefined && vr === 'AS') assert.match(once, /^0(?:[0-8]\d|90)Y$/);
      }),
      { numRuns: 300 },
    );
  });

  test('look-up: what is listed, else the default, else removed', () => {
    const table = { 'North Clinic': 'Site A', 'South Clinic': 'Site B', constructor: 'Site C' };
    const site = (value: string, more: object = {}) =>
      left(at('InstitutionName', { do: 'lookup', table, ...more }), 0x00080080, 'LO', value);
    assert.deepEqual(
      ['North Clinic', 'South Clinic', 'East Clinic', 'toString', '__proto__', 'Site A', 'constructor'].map((value) =>
        site(value),
      ),
      ['Site A', 'Site B', undefined, undefined, undefined, 'Site A', 'Site C'],
    );
    assert.equal(site('East Clinic', { otherwise: 'Site X' }), 'Site X');
    assert.equal(
      left(at('StudyDate', { do: 'lookup', table: { '20200101': 'new year' } }), 0x00080020, 'DA', '20200101'),
      undefined,
    );
    refused(at('InstitutionName', { do: 'lookup', table: { a: 'b', b: 'c' } }));
    refused(at('PatientID', { do: 'lookup', table: { '73154478': 'x' } }));
  });

  test('replace: only by what the VR can hold', () => {
    assert.equal(left(at('StationName', { do: 'replace', value: 'MR' }), 0x00081010, 'SH', 'x'), 'MR');
    assert.equal(
      left(at('StationName', { do: 'replace', value: 'a name of more than sixteen' }), 0x00081010, 'SH', 'x'),
      undefined,
    );
    assert.equal(left(at('StudyDate', { do: 'replace', value: 'none' }), 0x00080020, 'DA', '20200101'), undefined);
    assert.equal(left(at('StudyDate', { do: 'replace', value: '19000101' }), 0x00080020, 'DA', '20200101'), '19000101');
  });

  test('clean: clinical words of a text; of names nothing', () => {
    assert.equal(left(at('ImageComments', { do: 'clean' }), 0x00204000, 'LT', 'head of Xyzzyq'), 'head of');
    assert.equal(left(at('OtherPatientNames', { do: 'clean' }), 0x00101001, 'PN', 'Head^Long'), undefined);
    assert.equal(left(at('StationName', { do: 'empty' }), 0x00081010, 'SH', 'x'), '');
  });
});

describe('what no rule can do', () => {
  test('keep a name or an identifier of the patient, whatever it matches by', () => {
    const rules = [
      { match: { tag: '(0008,0000)-(FFFC,FFFF)' }, do: 'keep' },
      { match: { vr: 'LO' }, do: 'keep' },
    ];
    const file = clean(own(rules), ...IDENTITY, el(0x00101000, 'LO', 'QZ1X'), el(0x0040a123, 'PN', 'Quillfeather^Z'));
    const output = outputOf(file);
    for (const secret of ['qz1x', 'quillfeather', 'thistlewood', '19311102', '2708844'])
      assert.ok(!holds(output, secret), secret);
    assert.equal(text(file.dataset, 0x00100020, contextOf(file)), 'sub-001');
    refused({ match: { keyword: 'PatientName' }, do: 'keep' });
    refused({ match: { tag: '(0010,1040)' }, do: 'keep' });
    refused({ match: { vr: 'PN' }, do: 'keep' });
  });
  test('break the file', () => {
    const file = clean(
      own([{ match: { tag: '(0000,0000)-(FFFF,FFFF)' }, do: 'remove' }]),
      el(0x00280010, 'US', [7]),
      el(0x7fe00010, 'OW', new Uint8Array(4)),
    );
    for (const tag of [0x00080005, 0x00080016, 0x00080018, 0x0020000d, 0x0020000e, 0x00280010, 0x7fe00010])
      assert.ok(file.dataset.elements.has(tag), tag.toString(16));
    assert.equal(text(file.dataset, 0x00080018, contextOf(file)), hashUid('1.2.3.4.5.6.7.8', keys));
    assert.equal(text(file.meta, 0x00020003, contextOf(file)), hashUid('1.2.3.4.5.6.7.8', keys));
  });
  test('keep a value that repeats what is known of the patient where it does not belong', () => {
    const profile = own([{ match: { tag: '(0000,0000)-(FFFC,FFFF)' }, do: 'keep' }]);
    const file = clean(
      profile,
      ...IDENTITY,
      el(0x00204000, 'LT', 'seen: Zebedee'),
      el(0x00100040, 'CS', 'QUILLFEATHER'),
    );
    const output = outputOf(file);
    for (const secret of ['zebedee', 'quillfeather']) assert.ok(!holds(output, secret), secret);
  });
  test('hide from the look-again check', () => {
    const profile = own([
      { match: { keyword: 'ImageComments' }, do: 'keep' },
      { match: { keyword: 'StationName' }, do: 'replace', value: 'QUILLFEATHER' },
    ]);
    const result = deidentify(
      fileOf({ elements: [...IDENTITY, el(0x00081010, 'SH', 'x'), el(0x00204000, 'LT', 'seen: Zebedee')] }),
      profile,
      keys,
      context,
    );
    assert.equal(residualScan(outputOf(result.file), result.removed).length > 0, true);
  });
  test('be anything but what the schema says', () => {
    for (const match of [
      {},
      { tag: '(0010,00x)' },
      { tag: '(0020,0010)-(0010,0010)' },
      { keyword: 'NoSuchThing' },
      { keyword: '*a*b*c*' },
      { value: '(' },
      { value: '(?=a)' },
      { value: 'a'.repeat(201) },
      { value: '(((a{50}){50}){50})' },
      { size: 3 },
    ])
      refused({ match, do: 'remove' });
    refused({ match: { vr: 'LO' }, do: 'encrypt' });
    refused({ match: { vr: 'DS' }, do: 'bin', width: 0 });
  });
});

test('a second run with rules changes nothing more', () => {
  const rules = [
    { match: { keyword: 'PatientAge' }, do: 'bin', width: 5 },
    { match: { keyword: 'InstitutionName' }, do: 'lookup', table: { North: 'Site A' }, otherwise: 'Site X' },
    { match: { keyword: 'StationName' }, do: 'hash' },
    { match: { keyword: 'Manufacturer' }, do: 'replace', value: 'ACME' },
    { match: { keyword: 'ImageComments' }, do: 'clean' },
  ];
  const elements = [
    el(0x00101010, 'AS', '043Y'),
    el(0x00080080, 'LO', 'South'),
    el(0x00081010, 'SH', 'MR7'),
    el(0x00080070, 'LO', 'Maker'),
    el(0x00204000, 'LT', 'axial Xyzzyq'),
  ];
  const file = clean(own(rules), ...elements, sequence(0x00081115, elements));
  const again: DicomFile = readDicom(outputOf(file));
  const more = deidentify(again, own(rules), keys, context).changes.filter(({ action }) => action !== 'hashUid');
  assert.deepEqual(more.map(changeRow), []);
});
