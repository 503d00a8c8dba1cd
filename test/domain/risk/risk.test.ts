// Re-identification risk: the numbers of a worked example, and what must hold for every table of subjects.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TableBuilder } from '@/domain/metadata/table';
import { equivalenceClasses, riskFigures, smallest } from '@/domain/risk/figures';
import {
  type Chosen,
  chosenWords,
  type QuasiIdentifier,
  quasiIdentifierNames,
  quasiIdentifiers,
  type TraitValue,
} from '@/domain/risk/quasiIdentifiers';
import { traitsOf } from '@/domain/risk/seriesTraits';
import { type PickedTraits, type SubjectRecord, subjectRecords } from '@/domain/risk/subjects';
import { suggestions } from '@/domain/risk/suggestions';
import { fileOf } from '../../fixtures/dicom';
import { el } from '../deid/build';

const nothing = Object.fromEntries(quasiIdentifierNames.map((name) => [name, null])) as SubjectRecord['values'];
const record = (subject: string, values: Partial<Record<QuasiIdentifier, TraitValue>>): SubjectRecord => ({
  subject,
  values: { ...nothing, ...values },
});
const chosen = (...names: QuasiIdentifier[]): Chosen[] => names.map((name) => ({ name, level: 0 }));

/** Groups of 1, 2 and 3: ages 50, 61, 63. */
const six = [
  record('sub-001', { sex: 'F', age: 50 }),
  record('sub-002', { sex: 'M', age: 61 }),
  record('sub-003', { sex: 'M', age: 61 }),
  record('sub-004', { sex: 'F', age: 63 }),
  record('sub-005', { sex: 'F', age: 63 }),
  record('sub-006', { sex: 'F', age: 63 }),
];

const values = fc.record({
  sex: fc.constantFrom('F', 'M', null),
  age: fc.option(fc.integer({ min: 0, max: 90 }), { nil: null }),
  modality: fc.constantFrom('CT', 'MR', 'CT; MR'),
  device: fc.constantFrom(
    'GE / Signa',
    'SIEMENS / Prisma',
    'SIEMENS / Skyra',
    'GE / Signa; SIEMENS / Skyra',
    'GE',
    null,
  ),
  sessions: fc.integer({ min: 1, max: 4 }),
  size: fc.option(fc.integer({ min: 40, max: 210 }), { nil: null }),
  weight: fc.option(fc.integer({ min: 2, max: 150 }), { nil: null }),
  ethnicGroup: fc.constantFrom('a', 'b', null),
  firstDate: fc.constantFrom('20210304', '20210331', '20211224', '20200101', null),
  span: fc.option(fc.integer({ min: 0, max: 900 }), { nil: null }),
});
const people = (minLength: number) =>
  fc
    .array(values, { minLength, maxLength: 40 })
    .map((all) => all.map((one, n) => ({ subject: `sub-${n}`, values: one }) satisfies SubjectRecord));
const levelled = (name: QuasiIdentifier) =>
  fc.integer({ min: 0, max: quasiIdentifiers[name].levels.length }).map((level): Chosen => ({ name, level }));
const choice = fc
  .subarray(quasiIdentifierNames)
  .chain((names) => fc.tuple(...names.map(levelled)) as fc.Arbitrary<Chosen[]>);

describe('the figures', () => {
  it('are those of the worked example', () => {
    const classes = equivalenceClasses(six, chosen('sex', 'age'));
    const figures = riskFigures(classes, { minimumK: 3, sampleFraction: 0.1 });
    assert.ok(figures);
    assert.deepEqual(
      figures.sizes,
      [1, 2, 3].map((size) => ({ size, classes: 1, subjects: size })),
    );
    assert.equal(figures.k, 1);
    assert.deepEqual(figures.prosecutor, { max: 1, average: 3 / 6, above: 3 / 6 });
    assert.ok(Math.abs(figures.journalist.max - 0.1) < 1e-12);
    assert.ok(Math.abs(figures.journalist.average - 0.05) < 1e-12);
    assert.equal(figures.journalist.above, 0);
    assert.ok(Math.abs(figures.marketer - 0.05) < 1e-12);
    assert.equal(riskFigures([], { minimumK: 5, sampleFraction: 1 }), null);
  });

  it('say that everybody is alike when nothing is known', () => {
    assert.equal(smallest(equivalenceClasses(six, [])), 6);
  });

  it('lie between 0 and 1, agree with each other, and count everybody once', () => {
    fc.assert(
      fc.property(
        people(1),
        choice,
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (all, what, minimumK, sampleFraction) => {
          const classes = equivalenceClasses(all, what);
          const members = classes.flatMap((one) => one.subjects);
          assert.deepEqual([...members].sort(), all.map((one) => one.subject).sort());
          const figures = riskFigures(classes, { minimumK, sampleFraction });
          assert.ok(figures);
          const { prosecutor, journalist, marketer, k, sizes } = figures;
          for (const risk of [prosecutor.max, prosecutor.average, journalist.max, journalist.average, marketer])
            assert.ok(risk > 0 && risk <= 1 + 1e-12, String(risk));
          assert.equal(prosecutor.max, 1 / k);
          for (const attack of [prosecutor, journalist]) {
            assert.ok(attack.average <= attack.max + 1e-12);
            assert.ok(attack.above >= 0 && attack.above <= 1);
          }
          assert.ok(journalist.max <= prosecutor.max + 1e-12 && marketer <= journalist.average + 1e-12);
          assert.equal(prosecutor.above === 0, k >= minimumK);
          assert.equal(
            sizes.reduce((sum, one) => sum + one.subjects, 0),
            all.length,
          );
          assert.equal(sizes[0]?.size, k);
        },
      ),
    );
  });

  it('do not depend on the order of the records or of what is chosen', () => {
    const orders = fc
      .tuple(people(1), choice)
      .chain(([all, what]) =>
        fc.tuple(
          fc.constant(all),
          fc.constant(what),
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.shuffledSubarray(what, { minLength: what.length }),
        ),
      );
    fc.assert(
      fc.property(orders, ([all, what, otherAll, otherWhat]) => {
        assert.deepEqual(equivalenceClasses(otherAll, otherWhat), equivalenceClasses(all, what));
      }),
    );
  });

  it('never show a smaller k when something is told less exactly or not at all', () => {
    fc.assert(
      fc.property(people(1), choice, fc.nat(), (all, what, at) => {
        fc.pre(what.length > 0);
        const one = what[at % what.length]!;
        const k = smallest(equivalenceClasses(all, what));
        const dropped = what.filter((other) => other !== one);
        assert.ok(smallest(equivalenceClasses(all, dropped)) >= k, `without ${one.name}`);
        let last = smallest(equivalenceClasses(all, [...dropped, { ...one, level: 0 }]));
        for (let level = 1; level <= quasiIdentifiers[one.name].levels.length; level++) {
          const next = smallest(equivalenceClasses(all, [...dropped, { ...one, level }]));
          assert.ok(next >= last, `${one.name} at level ${level}`);
          last = next;
        }
      }),
    );
  });
});

describe('suggestions', () => {
  it('name the step, and what it gains', () => {
    const all = [60, 61, 62, 63].map((age, n) => record(`sub-${n}`, { age, sex: 'F' }));
    const [first] = suggestions(all, chosen('sex', 'age'), 4);
    assert.equal(first?.words, 'Age in 5-year bands raises k from 1 to 4.');
    assert.deepEqual(first?.chosen, [
      { name: 'sex', level: 0 },
      { name: 'age', level: 1 },
    ]);
  });

  it('combine steps where one alone is not enough, and offer to leave few out', () => {
    const all = [
      record('sub-1', { age: 60, size: 170 }),
      record('sub-2', { age: 61, size: 171 }),
      record('sub-3', { age: 60, size: 171 }),
      record('sub-4', { age: 61, size: 170 }),
    ];
    const found = suggestions(all, chosen('age', 'size'), 3);
    assert.ok(found.some((one) => one.words.startsWith('Together (') && one.k === 4));
    const most = [record('sub-9', { sex: 'F' }), ...all.map((one) => record(one.subject, { sex: 'M' }))];
    assert.deepEqual(suggestions(most, chosen('sex'), 3).at(-1), {
      words: 'Without the one subject in groups smaller than 3, k rises from 1 to 4.',
      k: 4,
      chosen: null,
      without: ['sub-9'],
    });
  });

  it('hold what they promise, raise k, and are silent when k is enough', () => {
    fc.assert(
      fc.property(people(0), choice, fc.integer({ min: 1, max: 6 }), (all, what, minimumK) => {
        const now = smallest(equivalenceClasses(all, what));
        const found = suggestions(all, what, minimumK);
        if (now >= minimumK) assert.deepEqual(found, []);
        for (const { k, chosen: then, without } of found) {
          const left = all.filter((one) => !without.includes(one.subject));
          assert.equal(smallest(equivalenceClasses(left, then ?? what)), k);
          assert.ok(k > now);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a subject tells', () => {
  const table = (...elements: Parameters<typeof fileOf>[0] extends Iterable<infer E> ? E[] : never) => {
    const builder = new TableBuilder();
    builder.add(fileOf(elements));
    return builder.table();
  };

  it('is read from the cleaned headers, in the units of the release', () => {
    const traits = traitsOf(
      table(
        el(0x00080020, 'DA', '20210304'),
        el(0x00080070, 'LO', 'SIEMENS'),
        el(0x00081090, 'LO', 'Prisma'),
        el(0x00100040, 'CS', 'F'),
        el(0x00101010, 'AS', '036Y'),
        el(0x00101020, 'DS', '1.68'),
        el(0x00101030, 'DS', '61.4'),
        el(0x00102160, 'SH', ''),
      ),
    );
    assert.deepEqual(traits, {
      sex: 'F',
      age: 36,
      size: 168,
      weight: 61,
      ethnicGroup: null,
      device: 'SIEMENS / Prisma',
      date: '20210304',
    });
    assert.ok(Object.values(traitsOf(null)).every((value) => value === null));
  });

  it('is one record a subject, the same in whatever order its series come', () => {
    const none = traitsOf(null);
    const picked: PickedTraits[] = [
      { subject: 'sub-001', session: 1, number: 1, modality: 'MR', traits: { ...none, age: 70, date: '20210101' } },
      {
        subject: 'sub-001',
        session: 2,
        number: 1,
        modality: 'CT',
        traits: { ...none, age: 71, sex: 'M', date: '20210131' },
      },
      { subject: 'sub-002', session: 1, number: 1, modality: 'MR', traits: none },
    ];
    const [first, second] = subjectRecords(picked);
    assert.deepEqual(
      { ...first?.values },
      { ...nothing, sex: 'M', age: 70, modality: 'CT; MR', sessions: 2, firstDate: '20210101', span: 30 },
    );
    assert.deepEqual({ ...second?.values }, { ...nothing, modality: 'MR', sessions: 1 });
    assert.deepEqual(subjectRecords([...picked].reverse()), [first, second]);
  });

  it('has a name for every level of every quasi-identifier', () => {
    assert.equal(chosenWords({ name: 'age', level: 2 }), 'Age in 10-year bands');
    for (const name of quasiIdentifierNames)
      for (const [index] of quasiIdentifiers[name].levels.entries())
        assert.match(chosenWords({ name, level: index + 1 }), / \S/);
  });
});
