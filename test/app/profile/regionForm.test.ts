// The dialog for a place in pictures: a rule comes back from its own fields, errors stand at their fields, and pictures that fit are offered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  boxesOf,
  mayMatch,
  regionFieldsOf,
  regionMatchWords,
  regionOf,
} from '@/app/projects/[slug]/profile/regionForm';
import { knownDevices } from '@/domain/pixels/knownDevices';
import { type RegionRule, regionRuleSchema } from '@/domain/pixels/regionRules';

const words = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
const count = fc.integer({ min: 1, max: 65535 });
const box = fc.record({ x: fc.nat(65535), y: fc.nat(65535), width: count, height: count });
const rules = fc
  .record({
    name: words,
    match: fc.record({ manufacturer: words, rows: count }, { requiredKeys: ['rows'] }),
    do: fc.constantFrom('mask' as const, 'keepOnly' as const),
    boxes: fc.array(box, { minLength: 1, maxLength: 4 }),
    frames: fc.record(
      { first: fc.integer({ min: 1, max: 9 }), last: fc.integer({ min: 9, max: 99 }) },
      { requiredKeys: ['first'] },
    ),
    source: words,
  })
  .map((rule) => regionRuleSchema.parse(rule));

test('every rule comes back from its fields as it was', () => {
  const same = (rule: RegionRule) => assert.deepEqual(regionOf(regionFieldsOf(rule), rule.source), { rule });
  for (const rule of knownDevices) same(rule);
  fc.assert(fc.property(rules, same));
});

test('what is wrong is said where it is wrong', () => {
  const good = { ...regionFieldsOf(knownDevices[0]!) };
  const wrong = (part: Partial<typeof good>, field: string) => {
    const answer = regionOf({ ...good, ...part }, undefined);
    assert.ok('errors' in answer && answer.errors[field], `${JSON.stringify(part)} ${JSON.stringify(answer)}`);
  };
  wrong({ name: ' ' }, 'name');
  wrong({ model: '', modality: '' }, 'manufacturer');
  wrong({ rows: 'many' }, 'rows');
  wrong({ boxes: '' }, 'boxes');
  wrong({ boxes: '1, 2, 3' }, 'boxes');
  wrong({ boxes: '1, 2, 0, 4' }, 'boxes');
  wrong({ do: 'crop', boxes: '1, 2, 3, 4\n5, 6, 7, 8' }, 'do');
  wrong({ first: 'x' }, 'first');
  wrong({ first: '5', last: '2' }, 'last');
  wrong({ do: 'keep', first: '5' }, 'do');
  assert.deepEqual(boxesOf('1,2 3 , 4\n\n'), [{ x: 1, y: 2, width: 3, height: 4 }]);
});

test('a picture is offered when all that is known of it fits', () => {
  const picture = { rows: 600, columns: 800, source: { manufacturer: 'ACME Medical', model: '', modality: 'US' } };
  assert.ok(mayMatch({ manufacturer: 'acme', model: 'Echo', rows: 600 }, picture));
  assert.ok(!mayMatch({ manufacturer: 'other' }, picture));
  assert.ok(!mayMatch({ columns: 801 }, picture));
  assert.ok(mayMatch({ manufacturer: 'other', columns: 800 }, { ...picture, source: null }));
  assert.equal(
    regionMatchWords({ name: 'a', match: { modality: 'US', rows: 6 }, do: 'mask', boxes: [], frames: { first: 2 } }),
    'US, 6 rows, image 2',
  );
});
