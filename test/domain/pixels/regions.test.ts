// Rules about places in pictures: which images they are about, and what they make black, keep and cut off in a series.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { presets } from '@/domain/deid/presets';
import type { DicomFile } from '@/domain/dicom/dataset';
import { makeElement, makeItem, makeSequence } from '@/domain/dicom/make';
import { type Box, boxesMeet, clipBox } from '@/domain/pixels/boxes';
import { knownDevices } from '@/domain/pixels/knownDevices';
import { withLeftovers } from '@/domain/pixels/leftover';
import { maskedAt } from '@/domain/pixels/plan';
import { isAbout, type RegionRule, regionFacts, regionRuleSchema, takesPixels } from '@/domain/pixels/regionRules';
import { SizeRegions } from '@/domain/pixels/sizeRegions';
import { contextFor, fileOf } from '../../fixtures/dicom';

const context = contextFor('little');
const SIZE = { rows: 24, columns: 30 };

function image(
  words: { manufacturer?: string; model?: string; modality?: string; regions?: readonly number[][] } = {},
): DicomFile {
  const { manufacturer = 'ACME Medical', model = 'Echo 5', modality = 'US', regions = [] } = words;
  const items = regions.map((corners) =>
    makeItem(corners.map((value, i) => makeElement(0x00186018 + 2 * i, 'UL', [value], context))),
  );
  return fileOf([
    makeElement(0x00080008, 'CS', 'DERIVED\\SECONDARY\\SCREEN SAVE', context),
    makeElement(0x00080060, 'CS', modality, context),
    makeElement(0x00080070, 'LO', manufacturer, context),
    makeElement(0x00081090, 'LO', model, context),
    ...(items.length > 0 ? [makeSequence(0x00186011, items)] : []),
    makeElement(0x00280010, 'US', [SIZE.rows], context),
    makeElement(0x00280011, 'US', [SIZE.columns], context),
  ]);
}

const rule = (part: Partial<RegionRule>): RegionRule =>
  regionRuleSchema.parse({ name: 'a rule', match: { modality: 'US' }, do: 'mask', boxes: [], ...part });
const holds = (boxes: readonly Box[], x: number, y: number) =>
  boxes.some((box) => boxesMeet(box, { x, y, width: 1, height: 1 }));
const box = fc.record({
  x: fc.nat(40),
  y: fc.nat(40),
  width: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 40 }),
});
const boxes = fc.array(box, { minLength: 1, maxLength: 3 });
const region = fc
  .tuple(fc.nat(35), fc.nat(35), fc.nat(20), fc.nat(20))
  .map(([x, y, width, height]) => [x, y, x + width, y + height]);

/** Every pixel of the image with whether it is black in one image of it. */
function pixels(regions: SizeRegions, frames: number, frame: number) {
  const black = maskedAt(regions.boxes(frames), frame);
  return Array.from({ length: SIZE.rows * SIZE.columns }, (_, i) => {
    const [x, y] = [i % SIZE.columns, Math.floor(i / SIZE.columns)];
    return { x, y, black: holds(black, x, y) };
  });
}

describe('which images a rule is about', () => {
  test('all that is given must hold; texts are looked for in any case, modality and size as a whole', () => {
    const facts = regionFacts(image());
    const about = (match: object) => isAbout(match as RegionRule['match'], facts);
    assert.ok(about({ manufacturer: 'acme', model: 'ECHO', modality: 'us', rows: 24, columns: 30 }));
    assert.ok(about({ imageType: 'screen save' }));
    assert.ok(!about({ manufacturer: 'acme', model: 'Other' }));
    assert.ok(!about({ modality: 'U' }));
    assert.ok(!about({ rows: 2 }));
    assert.ok(!about({ software: 'V1' }), 'what the image does not say holds no word');
  });

  test('a rule that says nothing about its images, cuts to two boxes, or keeps in some images only is refused', () => {
    const [one] = [{ x: 0, y: 0, width: 1, height: 1 }];
    const bad = (part: object) =>
      assert.equal(
        regionRuleSchema.safeParse({ name: 'a', match: { rows: 2 }, do: 'mask', boxes: [one], ...part }).success,
        false,
      );
    bad({ match: {} });
    bad({ boxes: [] });
    bad({ do: 'crop', boxes: [one, one] });
    bad({ do: 'crop', frames: { first: 1 } });
    bad({ do: 'keep', frames: { first: 1 } });
    bad({ frames: { first: 3, last: 2 } });
    bad({ frames: { first: 0 } });
  });

  test('an image that a rule takes something out of is at risk, whatever else its header says', () => {
    const [one] = [{ x: 0, y: 0, width: 1, height: 1 }];
    assert.ok(takesPixels([rule({ boxes: [one] })], image()));
    assert.ok(takesPixels([rule({ do: 'crop', boxes: [one] })], image()));
    assert.ok(!takesPixels([rule({ do: 'keep', boxes: [one] })], image()));
    assert.ok(!takesPixels([rule({ boxes: [one] })], image({ modality: 'CT' })));
  });

  test('every known device says where its numbers come from, and every preset begins with them', () => {
    assert.ok(knownDevices.length > 20);
    for (const { source, name } of knownDevices) assert.match(source ?? '', /CTP|deid/, name);
    for (const { profile } of Object.values(presets)) assert.deepEqual(profile.regions, knownDevices);
  });
});

describe('what is black in a series', () => {
  test('always every masked box and all outside of kept-only and cropped ones, in the images that the rule is for', () => {
    const range = fc.option(fc.record({ first: fc.integer({ min: 1, max: 4 }), last: fc.integer({ min: 4, max: 6 }) }));
    fc.assert(
      fc.property(boxes, boxes, box, range, fc.nat(5), (mask, only, cut, frames, frame) => {
        const ranged = frames === null ? {} : { frames };
        const rules = [
          rule({ boxes: mask, ...ranged }),
          rule({ do: 'keepOnly', boxes: only }),
          rule({ do: 'crop', boxes: [cut] }),
        ];
        const regions = new SizeRegions(rules, SIZE);
        regions.add(image());
        const ruled = frames === null || (frame + 1 >= frames.first && frame + 1 <= frames.last);
        for (const { x, y, black } of pixels(regions, 6, frame)) {
          const wanted = (ruled && holds(mask, x, y)) || !holds(only, x, y) || !holds([cut], x, y);
          assert.equal(black, wanted, `${x} ${y}`);
        }
        assert.deepEqual(regions.crop(), clipBox(cut, SIZE));
      }),
    );
  });

  test('always everything outside of the ultrasound regions, cut off at the edge of the image, unless a rule keeps it', () => {
    fc.assert(
      fc.property(fc.array(region, { minLength: 1, maxLength: 3 }), fc.option(boxes), (shown, keep) => {
        const regions = new SizeRegions(keep === null ? [] : [rule({ do: 'keep', boxes: keep })], SIZE);
        regions.add(image({ regions: shown }));
        const inside = shown.map(([x, y, right, bottom]) => ({
          x: x!,
          y: y!,
          width: right! - x! + 1,
          height: bottom! - y! + 1,
        }));
        const shows = inside.some((one) => clipBox(one, SIZE) !== null);
        for (const { x, y, black } of pixels(regions, 1, 0))
          assert.equal(black, shows && !holds(inside, x, y) && !holds(keep ?? [], x, y), `${x} ${y}`);
      }),
    );
  });

  test('one pixel is a region, a region without corners is none, and the others count all the same', () => {
    const regions = new SizeRegions([], SIZE);
    regions.add(
      image({
        regions: [
          [5, 5, 9, 9],
          [12, 3, 12, 8],
          [20, 20, 10, 22],
          [1, 1],
        ],
      }),
    );
    const open = pixels(regions, 1, 0).filter(({ black }) => !black);
    assert.equal(open.length, 25 + 6);
  });

  test('a place is kept only where every image keeps it; what one image wants black is black in all', () => {
    const kept = { x: 0, y: 0, width: 30, height: 4 };
    const rules = [rule({ match: { model: 'Echo' }, do: 'keep', boxes: [kept] })];
    const text = { x: 2, y: 1, width: 9, height: 4 };
    const alone = new SizeRegions(rules, SIZE);
    alone.add(image());
    assert.equal(alone.judged(text, 'doubtful'), 'harmless');
    assert.equal(alone.judged(text, 'identifying'), 'identifying', 'what names the patient is never kept');
    assert.equal(alone.judged({ ...text, height: 12 }, 'doubtful'), 'doubtful');
    const mixed = new SizeRegions(rules, SIZE);
    mixed.add(image());
    mixed.add(image({ model: 'Another', regions: [[0, 10, 29, 23]] }));
    assert.equal(mixed.judged(text, 'doubtful'), 'doubtful');
    assert.ok(pixels(mixed, 2, 0).every(({ y, black }) => black === y < 10));
  });

  test('a box of a rule that a person took away does not come back with the second look, text that was found does', () => {
    const found = { x: 1, y: 1, width: 9, height: 4, verdict: 'identifying' } as const;
    const again = (origin: object) => [{ ...SIZE, frames: 1, boxes: [{ ...found, ...origin }] }];
    const plan = [{ ...SIZE, frames: 1, boxes: [] }];
    assert.equal(withLeftovers(plan, again({ origin: 'rule' })).left, 0);
    assert.equal(withLeftovers(plan, again({})).left, 1);
  });
});
