// The engine as a whole: nothing planted survives, what need not change does not, references still meet.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { changeRow } from '@/domain/deid/change';
import { crosswalkRows, deidentify } from '@/domain/deid/deidentify';
import { hashUid } from '@/domain/deid/keys';
import { planChanges } from '@/domain/deid/plan';
import { type PresetName, presets } from '@/domain/deid/presets';
import { parseProfile } from '@/domain/deid/profile';
import { residualScan } from '@/domain/deid/residual';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { readDicom } from '@/domain/dicom/read';
import { contextOf, text, texts, uid } from '@/domain/dicom/values';
import { walk } from '@/domain/dicom/walk';
import { DomainError } from '@/domain/errors';
import { bytesOf, el, fileOf, holds, keys, keysOf, outputOf, sequence } from './build';
import { IDENTITY, plantedElements, SECRETS } from './planted';

const context = { subjectCode: 'sub-001' };
const research = presets.research.profile;
const run = (file: DicomFile, name: PresetName = 'research') => deidentify(file, presets[name].profile, keys, context);
const textOf = (file: DicomFile, tag: number) => text(file.dataset, tag, contextOf(file));

describe('no planted value survives', () => {
  for (const name of ['research', 'basic', 'hipaa', 'pipeda'] as const)
    test(`anywhere in a data set, under ${name}`, () => {
      fc.assert(
        fc.property(plantedElements, (elements) => {
          const result = run(fileOf({ elements: [...elements, ...IDENTITY] }), name);
          const output = outputOf(result.file);
          for (const secret of SECRETS) assert.ok(!holds(output, secret), `${secret} survives`);
          assert.deepEqual(residualScan(output, result.removed), []);
        }),
        { numRuns: 100 },
      );
    });

  test('in file meta, the preamble or behind the end', () => {
    const secret = new Uint8Array(Buffer.from('Quillfeather^Zebedee 73154478 '));
    const meta = [
      el(0x00020012, 'UI', '1.2.826.0.73154478.5'),
      el(0x00020013, 'SH', 'QUILLFEATHER 1'),
      el(0x00020016, 'AE', 'QUILLFEATHER'),
      el(0x00020017, 'AE', 'QUILLFEATHER'),
      el(0x00020026, 'UR', 'http://quillfeather.example'),
      el(0x00020100, 'UI', '1.2.826.0.73154478.5'),
      el(0x00020102, 'OB', secret),
    ];
    const preamble = new Uint8Array(128);
    preamble.set(secret, 20);
    const trailing = new Uint8Array([...new Uint8Array(16), ...secret]);
    const file = { ...readDicom(bytesOf({ elements: IDENTITY, meta, preamble })), trailing };
    const output = outputOf(run(file).file);
    for (const planted of SECRETS) assert.ok(!holds(output, planted), `${planted} survives`);
    const again = readDicom(output);
    assert.equal(uid(again.meta, 0x00020003), uid(again.dataset, 0x00080018));
  });

  test('a plan tells paths and reasons, never a value', () => {
    const file = fileOf({ elements: [...IDENTITY, sequence(0x00291010, [...IDENTITY])] });
    const rows = JSON.stringify(run(file).changes.map(changeRow));
    for (const secret of SECRETS) assert.ok(!rows.toLowerCase().includes(secret), `${secret} in the report`);
  });
});

describe('what need not change stays byte for byte', () => {
  const numbers = fc.record({
    te: fc.double({ min: 0.1, max: 500, noNaN: true }),
    rows: fc.integer({ min: 1, max: 65535 }),
    pixels: fc.uint8Array({ minLength: 2, maxLength: 400 }).filter((bytes) => bytes.length % 2 === 0),
    kernel: fc.constantFrom('B30f', 'BONEPLUS', 'H31s'),
  });
  test('numbers, codes, pixels and machine texts', () => {
    fc.assert(
      fc.property(numbers, ({ te, rows, pixels, kernel }) => {
        const science = [
          el(0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'M', 'ND']),
          el(0x00080070, 'LO', 'SIEMENS'),
          el(0x0008103e, 'LO', 't1_mprage_sag_1mm_iso'),
          el(0x00180081, 'DS', te.toPrecision(6)),
          el(0x00181210, 'SH', kernel),
          el(0x00280010, 'US', [rows]),
          el(0x7fe00010, 'OW', pixels),
        ];
        const file = fileOf({ elements: [...science, ...IDENTITY] });
        const result = run(file);
        for (const { tag } of science)
          assert.equal(result.file.dataset.elements.get(tag), file.dataset.elements.get(tag));
      }),
    );
  });

  test('every element without a change is the very element that was read', () => {
    fc.assert(
      fc.property(plantedElements, (elements) => {
        const file = fileOf({ elements: [...elements, ...IDENTITY] });
        const result = run(file);
        const touched = new Set(result.changes.map(({ path }) => path[0]));
        for (const [tag, element] of file.dataset.elements)
          if (!touched.has(tag)) assert.equal(result.file.dataset.elements.get(tag), element);
      }),
      { numRuns: 50 },
    );
  });

  test('safe private attributes stay with their creator, others and their creators go', () => {
    const block = (group: number, creator: string, ...elements: Element[]) => [
      el(((group << 16) | 0x10) >>> 0, 'LO', creator),
      ...elements,
    ];
    const file = fileOf({
      elements: [
        ...block(0x0019, 'SIEMENS MR HEADER', el(0x0019100c, 'IS', '1000'), el(0x00191008, 'CS', 'QUILLFEATHER')),
        ...block(0x0029, 'SIEMENS CSA HEADER', el(0x00291010, 'OB', new Uint8Array(40))),
      ],
    });
    const private_ = (of: DicomFile) => [...of.dataset.elements.keys()].filter((tag) => (tag & 0x10000) !== 0);
    assert.deepEqual(private_(run(file).file), [0x00190010, 0x0019100c]);
    assert.deepEqual(private_(run(file, 'basic').file), []);
  });
});

describe('references still meet', () => {
  const uids = fc.uniqueArray(
    fc.array(fc.nat(999_999), { minLength: 2, maxLength: 6 }).map((parts) => `1.3.${parts.join('.')}`),
    { minLength: 2, maxLength: 20 },
  );
  test('UIDs map one to one, to valid ones, the same in every file', () => {
    fc.assert(
      fc.property(uids, (list) => {
        const hashed = list.map((value) => hashUid(value, keys));
        assert.equal(new Set(hashed).size, list.length);
        for (const value of hashed) assert.match(value, /^2\.25\.[1-9]\d{0,38}$/);
        const references = list.map((value) => [el(0x00081155, 'UI', value)]);
        const file = fileOf({ elements: [sequence(0x00081140, ...references), el(0x00200052, 'UI', list)] });
        const after = run(file).file;
        assert.deepEqual(texts(after.dataset, 0x00200052, contextOf(after)), hashed);
        const found: string[] = [];
        walk(after.dataset, contextOf(after), (element, _path, at) => {
          if (element.tag === 0x00081155) found.push(uid(at.dataset, element.tag)!);
        });
        assert.deepEqual(found, hashed);
      }),
    );
  });

  test('another secret gives other UIDs, codes of the standard stay', () => {
    assert.notEqual(hashUid('1.2.3', keys), hashUid('1.2.3', keysOf('another secret')));
    assert.equal(hashUid('1.2.840.10008.1.2.1', keys), '1.2.840.10008.1.2.1');
  });

  test('intervals between dates of a subject stay, whatever the format; no date stays where it was', () => {
    const day = fc.integer({ min: 0, max: 36_500 }).map((n) => new Date(Date.UTC(1930, 0, 1 + n)));
    const written = (date: Date) => date.toISOString().slice(0, 10).replaceAll('-', '');
    const time = (value: string) => Date.UTC(+value.slice(0, 4), +value.slice(4, 6) - 1, +value.slice(6, 8));
    fc.assert(
      fc.property(day, day, (first, second) => {
        const zone = '101530.250000+0530';
        const file = fileOf({
          elements: [el(0x00080020, 'DA', written(first)), el(0x0008002a, 'DT', written(second) + zone)],
        });
        const after = run(file).file;
        const [date, moment] = [textOf(after, 0x00080020)!, textOf(after, 0x0008002a)!];
        assert.equal(time(moment) - time(date), second.getTime() - first.getTime());
        assert.ok(moment.endsWith(zone));
        assert.notEqual(date, written(first));
        assert.equal(new Date(time(date)).getUTCDay(), first.getUTCDay());
      }),
    );
  });

  test('the crosswalk leads from each original to what stands for it', () => {
    const file = fileOf({ elements: IDENTITY });
    const rows = crosswalkRows(file, run(file));
    assert.deepEqual(
      rows.find(({ attribute }) => attribute === 'PatientID'),
      { attribute: 'PatientID', original: '73154478', replacement: 'sub-001' },
    );
    for (const { attribute, original, replacement } of rows)
      if (attribute !== 'PatientID') assert.equal(replacement, hashUid(original, keys));
  });
});

describe('a second run', () => {
  test('with the same key finds nothing else to take away', () => {
    fc.assert(
      fc.property(plantedElements, (elements) => {
        const once = readDicom(outputOf(run(fileOf({ elements: [...elements, ...IDENTITY] })).file));
        const left = planChanges(once, research, keys, context).filter(
          ({ action }) => action !== 'hashUid' && action !== 'shiftDate',
        );
        assert.deepEqual(left.map(changeRow), []);
      }),
      { numRuns: 100 },
    );
  });
});

describe('what a de-identified file says about itself', () => {
  const codes = (file: DicomFile) => {
    const element = file.dataset.elements.get(0x00120064);
    assert.ok(element?.kind === 'sequence');
    return element.items.map((item) => text(item, 0x00080100, contextOf(file)));
  };
  test('identity removed, by which options, dates moved', () => {
    const after = run(fileOf({ elements: IDENTITY })).file;
    assert.equal(textOf(after, 0x00120062), 'YES');
    assert.equal(textOf(after, 0x00280303), 'MODIFIED');
    assert.deepEqual(codes(after), ['113100', '113104', '113105', '113107', '113108', '113111']);
  });
  test('claims cleaned pixels and faces only when told', () => {
    const file = fileOf({ elements: IDENTITY });
    const silent = run(file).file;
    assert.equal(textOf(silent, 0x00280301), null);
    assert.equal(textOf(silent, 0x00280302), null);
    const told = deidentify(file, research, keys, { ...context, pixelsCleaned: true, facesRemoved: true }).file;
    assert.equal(textOf(told, 0x00280301), 'NO');
    assert.equal(textOf(told, 0x00280302), 'NO');
    assert.ok(codes(told).includes('113101') && codes(told).includes('113102'));
  });
});

describe('single verdicts', () => {
  test('ages over 89 are shown as 90, others stay', () => {
    for (const [age, shown] of [
      ['089Y', '089Y'],
      ['090Y', '090Y'],
      ['101Y', '090Y'],
      ['012M', '012M'],
    ] as const)
      assert.equal(textOf(run(fileOf({ elements: [el(0x00101010, 'AS', age)] })).file, 0x00101010), shown);
  });
  test('a document inside DICOM is refused', () => {
    const document = fileOf({ elements: [el(0x00420011, 'OB', new Uint8Array(20))] });
    assert.throws(
      () => run(document),
      (error) => error instanceof DomainError && error.code === 'UNSUPPORTED',
    );
  });
  test('overlays go as whole groups', () => {
    const file = fileOf({
      elements: [el(0x60000010, 'US', [2]), el(0x60000011, 'US', [2]), el(0x60003000, 'OW', new Uint8Array(2))],
    });
    assert.deepEqual(
      [...run(file).file.dataset.elements.keys()].filter((tag) => tag >>> 24 === 0x60),
      [],
    );
  });
  test('rules of the project decide before the table, but keep no name', () => {
    const rules = [
      { match: { keyword: 'PatientSex' }, do: 'keep' },
      { match: { vr: 'LO' }, do: 'keep' },
      { match: { keyword: 'StudyDate' }, do: 'empty' },
      { match: { tag: '(0008,0070)' }, do: 'replace', value: 'A MAKER' },
    ];
    const profile = parseProfile({ name: 'own', options: {}, rules });
    const elements = [...IDENTITY, el(0x00100040, 'CS', 'F'), el(0x00080070, 'LO', 'ACME')];
    const after = deidentify(fileOf({ elements }), profile, keys, context).file;
    assert.equal(textOf(after, 0x00100040), 'F');
    assert.equal(textOf(after, 0x00080020), null);
    assert.equal(textOf(after, 0x00100020), 'sub-001');
    const refused = { name: 'x', options: {}, rules: [{ match: { keyword: 'PatientName' }, do: 'keep' }] };
    assert.throws(() => parseProfile(refused), DomainError);
  });
});
