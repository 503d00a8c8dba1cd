// The 18 identifiers of the Safe Harbor, planted where DICOM tells them and in text: none survives under the preset that names them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { residualScan } from '@/domain/deid/residual';
import { SAFE_HARBOR, SAFE_HARBOR_COVER } from '@/domain/deid/safeHarbor';
import type { Element } from '@/domain/dicom/dataset';
import { tagOf, vrOf } from '@/domain/dicom/dictionary';
import { contextOf, text, uid } from '@/domain/dicom/values';
import { el, fileOf, holds, keys, outputOf, sequence } from './build';

const context = { subjectCode: 'sub-001' };

/** What stands for each identifier: values made up here, as a hospital would write them. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  A: ['Quillfeather^Zebedee', 'Zebedee Quillfeather'],
  B: ['12 Thistle Lane, Brackwater 04711', 'Brackwater County'],
  C: ['20030417', '17.04.2003', '2003-04-17', '104Y'],
  D: ['+49 761 2708844', '(761) 270-8844'],
  E: ['fax 761 2708845'],
  F: ['zebedee@quillfeather.example'],
  G: ['078-05-1120'],
  H: ['73154478', 'MRN73154478'],
  I: ['HPB-994-1187-22'],
  J: ['QZ88123X', 'ACCT 5542-8817'],
  K: ['LIC-D1234567', 'D1234567'],
  L: ['1HGCM82633A004352', 'plate B-QX 4471'],
  M: ['SN-40077-X9', '40077-X9'],
  N: ['https://brackwater.example/pat/73154478'],
  O: ['192.168.77.13', 'fe80::7f3:22ab'],
  P: ['VOICEPRINT-9931-AB'],
  Q: ['PHOTO-REF-77120'],
  R: ['1.2.826.0.73154478.5', 'TRIAL-QX-0091'],
};
/** Pieces that would tell the identifier, to be looked for in the output. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  A: ['quillfeather', 'zebedee'],
  B: ['thistle', 'brackwater', '04711'],
  C: ['20030417', '17.04.2003', '2003-04-17', '104y'],
  D: ['2708844', '270-8844'],
  E: ['2708845'],
  F: ['quillfeather', 'zebedee@'],
  G: ['078-05', '1120'],
  H: ['73154478'],
  I: ['994-1187', '1187-22'],
  J: ['qz88123', '5542-8817'],
  K: ['d1234567'],
  L: ['1hgcm82633', '4471'],
  M: ['40077'],
  N: ['brackwater', '://'],
  O: ['168.77', '7f3:22ab'],
  P: ['9931'],
  Q: ['77120'],
  R: ['73154478', 'qx-0091'],
};

function planted(keyword: (typeof SAFE_HARBOR)[number]['attributes'][number], written: string): Element | null {
  const tag = tagOf(keyword);
  const vr = vrOf(tag)!;
  if (vr === 'SQ') return sequence(tag, [el(0x00204000, 'LT', written), el(0x00081155, 'UI', '1.2.826.0.73154478.5')]);
  if (vr === 'DA' || vr === 'DT') return el(tag, vr, `20030417${vr === 'DT' ? '1347' : ''}`);
  if (vr === 'AS') return el(tag, vr, '104Y');
  if (vr === 'UI') return el(tag, vr, '1.2.826.0.73154478.5');
  if (vr === 'PN') return el(tag, vr, 'Quillfeather^Zebedee');
  if (vr.startsWith('O'))
    return el(tag, vr, new Uint8Array(Buffer.from(written.padEnd(written.length + (written.length % 2)))));
  const short = ['AE', 'CS', 'SH'].includes(vr) ? written.slice(0, 16) : written;
  return el(tag, vr, vr === 'UR' ? written.replaceAll(' ', '-') : short);
}

const TEXTS = [0x00081030, 0x0008103e, 0x00104000, 0x00204000, 0x00321060, 0x00400254, 0x00181030] as const;
const clean = (elements: readonly Element[]) => {
  const result = deidentify(fileOf({ elements }), presets.hipaa.profile, keys, context);
  return { ...result, output: outputOf(result.file) };
};

describe('HIPAA Safe Harbor', () => {
  test('all 18, in the order of the rule, each covered by something that there is', () => {
    assert.equal(SAFE_HARBOR.map(({ letter }) => letter).join(''), 'ABCDEFGHIJKLMNOPQR');
    for (const { by, attributes } of SAFE_HARBOR) {
      assert.ok(attributes.length > 0 && by.length > 0);
      for (const cover of by) assert.ok(SAFE_HARBOR_COVER[cover].endsWith('.'));
    }
    const { options } = presets.hipaa.profile;
    assert.deepEqual(
      [
        options.retainLongitudinal,
        options.retainUids,
        options.cleanDescriptors,
        options.cleanPixelData,
        options.cleanRecognizableVisualFeatures,
      ],
      ['none', false, true, true, true],
    );
  });

  for (const { letter, identifier, attributes } of SAFE_HARBOR)
    test(`(${letter}) ${identifier}`, () => {
      for (const written of WRITTEN[letter]!) {
        for (const keyword of attributes) {
          const { output, removed } = clean([planted(keyword, written)!]);
          for (const telling of TELLING[letter]!) assert.ok(!holds(output, telling), `${telling} in ${keyword}`);
          assert.deepEqual(residualScan(output, removed), []);
        }
        for (const tag of TEXTS) {
          const { output } = clean([el(tag, vrOf(tag)!, `head ${written} mri`)]);
          for (const telling of TELLING[letter]!)
            assert.ok(!holds(output, telling), `${telling} in ${tag.toString(16)}`);
        }
      }
    });

  test('what the rule leaves stays: sex, size, the age up to 89, and which image follows which', () => {
    const { file } = clean([el(0x00100040, 'CS', 'F'), el(0x00101020, 'DS', '1.71'), el(0x00101010, 'AS', '089Y')]);
    const value = (tag: number) => text(file.dataset, tag, contextOf(file));
    assert.deepEqual([value(0x00100040), value(0x00101020), value(0x00101010)], ['F', '1.71', '089Y']);
    assert.match(uid(file.dataset, 0x0020000d)!, /^2\.25\./);
  });

  test('any number with nine digits or more, in any grouping, vanishes from text', () => {
    const grouped = fc.array(fc.stringMatching(/^\d{2,5}$/), { minLength: 3, maxLength: 5 });
    fc.assert(
      fc.property(grouped, fc.constantFrom('-', ' ', '/', '.'), (groups, joint) => {
        const number = groups.join(joint);
        const { output } = clean([el(0x00204000, 'LT', `head ${number} mri`)]);
        assert.ok(!holds(output, number), number);
      }),
    );
  });
});

describe('Limited Data Set (45 CFR 164.514(e))', () => {
  test('keeps the dates of the study and removes the direct identifiers', () => {
    const direct = SAFE_HARBOR.filter(({ letter }) => 'ADEFGHIJKLMN'.includes(letter));
    for (const { letter, attributes } of direct)
      for (const keyword of attributes) {
        const profile = presets.limited.profile;
        const elements = [planted(keyword, WRITTEN[letter]![0]!)!, el(0x00080020, 'DA', '20100203')];
        const { file } = deidentify(fileOf({ elements }), profile, keys, context);
        const output = outputOf(file);
        for (const telling of TELLING[letter]!) assert.ok(!holds(output, telling), `${telling} in ${keyword}`);
        assert.equal(text(file.dataset, 0x00080020, contextOf(file)), '20100203');
        assert.equal(text(file.dataset, 0x00280303, contextOf(file)), 'UNMODIFIED');
      }
  });
});
