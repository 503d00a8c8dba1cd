// Places in pictures out of CTP's DicomPixelAnonymizer scripts and deid's filters: what is taken over, and what is told not to be.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { importCtpPixels } from '@/domain/deid/imports/ctpPixels';
import { importDeid } from '@/domain/deid/imports/deid';
import { parseProfile, writeProfile } from '@/domain/deid/profile';
import { profileDiff } from '@/domain/deid/profileDiff';
import { knownDevices } from '@/domain/pixels/knownDevices';
import type { RegionRule } from '@/domain/pixels/regionRules';
import { invalid } from './told';

const short = ({ name, match, do: does, boxes }: RegionRule) => ({
  name,
  ...match,
  do: does,
  boxes: boxes.map(({ x, y, width, height }) => [x, y, width, height]),
});
const told = (lines: readonly { line: number; taken: string }[]) => lines.map(({ line, taken }) => [line, taken]);
const filter = (...lines: string[]) => {
  const { profile, lines: report } = importDeid(['FORMAT dicom', '%filter graylist', ...lines].join('\n'));
  assert.deepEqual(profile.regions.slice(-knownDevices.length), knownDevices);
  return { regions: profile.regions.slice(0, -knownDevices.length).map(short), told: told(report).slice(2) };
};

describe('a DicomPixelAnonymizer script', () => {
  test('signatures with and, or and parentheses, by keyword and by tag, with their boxes and the name above', () => {
    const { regions, lines } = importCtpPixels(`Words (of any kind) before.
********
   US
********
ACME Echo
  { Modality.equals("US") *
    [0008,0070].containsIgnoreCase("ACME") *
    ( ManufacturerModelName.containsIgnoreCase("E5") + [0008,1090].containsIgnoreCase("E6") ) *
    Rows.equals("480") }
  (0,0,640,40) (10, 20, 30, 5)

{ Manufacturer.equalsIgnoreCase("Other") } (1,2,3,4)`);
    assert.deepEqual(regions.map(short), [
      {
        name: 'ACME Echo',
        modality: 'US',
        manufacturer: 'ACME',
        model: 'E5',
        rows: 480,
        do: 'mask',
        boxes: [
          [0, 0, 640, 40],
          [10, 20, 30, 5],
        ],
      },
      {
        name: 'ACME Echo',
        modality: 'US',
        manufacturer: 'ACME',
        model: 'E6',
        rows: 480,
        do: 'mask',
        boxes: [
          [0, 0, 640, 40],
          [10, 20, 30, 5],
        ],
      },
      { name: 'CTP, line 12', manufacturer: 'Other', do: 'mask', boxes: [[1, 2, 3, 4]] },
    ]);
    assert.deepEqual(told(lines), [
      [6, 'whole'],
      [12, 'part'],
    ]);
  });

  test('what no rule can ask for makes no rule, and is told', () => {
    const none = (signature: string, places = '(0,0,9,9)') => {
      const { regions, lines } = importCtpPixels(`{ ${signature} } ${places}\n{ Rows.equals("9") } (0,0,1,1)`);
      assert.equal(regions.length, 1, signature);
      assert.equal(lines[0]!.taken, 'none', signature);
    };
    none('[0040,0310].containsIgnoreCase("DLP")');
    none('Modality.equals("CT") * [0040,0310].containsIgnoreCase("DLP")');
    none('! Modality.equals("CT")');
    none('Modality.matches("C.*")');
    none('Modality.equals("CT") * Modality.equals("MR")');
    none('Rows.equals("512") * Rows.equals("51")');
    none('Rows.equals("many")');
    none('Modality.equals("CT"');
    none('(Modality.equals("CT")');
    none('');
    none('Modality.equals("CT")', '(0,0,0,9)');
    none('Modality.equals("CT")', '');
    invalid(() => importCtpPixels('<script><e t="00100010"/></script>'));
    invalid(() => importCtpPixels('{ Modality.equals("CT") }'));
  });

  test('no text makes it fail otherwise than in words', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '+',
      '*',
      '!',
      '(1,2,3,4)',
      'Rows.equals("5")',
      '[0008,0060].contains("US")',
      'x',
      '"',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { regions, lines } = importCtpPixels(`${pieces.join(' ')}{ Rows.equals("9") } (0,0,1,1)`);
        assert.ok(lines.length >= 1 && regions.length >= 0);
        parseProfile({ name: 'x', options: {}, regions });
      }),
      { numRuns: 300 },
    );
  });
});

describe('filters of a deid recipe', () => {
  test('conditions on one or several lines, alternatives, corners or sizes', () => {
    assert.deepEqual(
      filter(
        'LABEL Dose # (somebody)',
        '  contains ManufacturerModelName LightSpeed VCT',
        '  + contains Modality CT',
        '  + contains ImageType SCREEN SAVE || contains SeriesDescription Dose',
        '  coordinates 0,10,512,121',
        'LABEL Two',
        '  contains ManufacturerModelName A400|A500',
        '  + equals Rows 720',
        '  ctpcoordinates 0,5,960,60',
      ),
      {
        regions: [
          {
            name: 'Dose',
            model: 'LightSpeed VCT',
            modality: 'CT',
            imageType: 'SCREEN SAVE',
            do: 'mask',
            boxes: [[0, 10, 512, 111]],
          },
          {
            name: 'Dose',
            model: 'LightSpeed VCT',
            modality: 'CT',
            seriesDescription: 'Dose',
            do: 'mask',
            boxes: [[0, 10, 512, 111]],
          },
          { name: 'Two', model: 'A400', rows: 720, do: 'mask', boxes: [[0, 5, 960, 60]] },
          { name: 'Two', model: 'A500', rows: 720, do: 'mask', boxes: [[0, 5, 960, 60]] },
        ],
        told: Array.from({ length: 9 }, (_, i) => [i + 3, 'whole']),
      },
    );
  });

  test('kept coordinates keep; with all others black they are kept only', () => {
    const { regions } = filter(
      'LABEL A',
      'equals Modality US',
      'keepcoordinates 1,2,11,22',
      'LABEL B',
      'equals Modality US',
      'coordinates all',
      'ctpkeepcoordinates 1,2,11,22',
    );
    assert.deepEqual(regions, [
      { name: 'A', modality: 'US', do: 'keep', boxes: [[1, 2, 10, 20]] },
      { name: 'B', modality: 'US', do: 'keepOnly', boxes: [[1, 2, 11, 22]] },
    ]);
  });

  test('ultrasound regions are black outside in any case; labels that only mark, and what cannot be read, are told', () => {
    const { regions, told: lines } = filter(
      'LABEL Ultrasound',
      'present SequenceOfUltrasoundRegions',
      'keepcoordinates from:SequenceOfUltrasoundRegions',
      'LABEL Marks',
      'contains Modality CT',
      'LABEL Missing',
      'missing Manufacturer',
      'coordinates 0,0,9,9',
      'LABEL Turned round',
      'equals Modality CT',
      'coordinates 9,9,0,0',
      'LABEL All',
      'equals Modality CT',
      'coordinates all',
    );
    assert.deepEqual(regions, []);
    assert.deepEqual(
      lines.map(([, taken]) => taken),
      [...Array.from({ length: 3 }, () => 'whole'), ...Array.from({ length: 11 }, () => 'none')],
    );
  });
});

test('a profile with places goes out to a file and in again, and two versions tell which places came and went', () => {
  const { regions } = importCtpPixels('A\n{ Rows.equals("9") } (0,0,1,1)\nB\n{ Rows.equals("8") } (0,0,1,1)');
  const [a, b] = regions as [RegionRule, RegionRule];
  const profile = (some: RegionRule[]) => parseProfile({ name: 'x', options: {}, regions: some });
  assert.deepEqual(parseProfile(JSON.parse(writeProfile(profile([a, b])))), profile([a, b]));
  assert.deepEqual(profileDiff(profile([a]), profile([b])).regions, [
    { rule: a, before: 0, after: null },
    { rule: b, before: null, after: 0 },
  ]);
  assert.deepEqual(profileDiff(profile([a, b]), profile([b, a])).regions, [], 'their order means nothing');
});
