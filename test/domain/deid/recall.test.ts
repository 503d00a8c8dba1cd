// It never shows whether a plan was remembered or made: a series cleaned with memory is the series cleaned without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changeRow } from '@/domain/deid/change';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import type { Profile } from '@/domain/deid/profile';
import { Recall } from '@/domain/deid/recall';
import { Alike } from '@/domain/dicom/alike';
import type { DicomFile, Element } from '@/domain/dicom/dataset';
import { makeDataSet } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { writeDicom } from '@/domain/dicom/write';
import { phantomIdentifiers } from '@/domain/phantom/identifiers';
import { phantomSeries } from '@/domain/phantom/series';
import { el, keys } from './build';

const people = [3, 4].map((seed) =>
  readDicom(
    phantomSeries({
      modality: 'CT',
      slices: 1,
      rows: 8,
      columns: 8,
      identifiers: phantomIdentifiers(seed),
      seed,
      head: false,
    })[0]!.bytes,
  ),
);
/** Neighbours on which other elements' fate depends. */
const odd: readonly Element[] = [
  el(0x00080005, 'CS', 'ISO_IR 100'),
  el(0x00080060, 'CS', 'PT'),
  el(0x00080100, 'SH', 'X1'),
  el(0x00080102, 'SH', 'DCM'),
  el(0x00080104, 'LO', 'Left lung of somebody'),
  el(0x00090010, 'LO', 'GEMS_IDEN_01'),
  el(0x00190010, 'LO', 'SIEMENS MR HEADER'),
  el(0x0019100c, 'IS', '1000'),
  el(0x00204000, 'LT', 'seen by Brackenridge'),
];
const tags = [
  ...new Set([...people.flatMap(({ dataset }) => [...dataset.elements.keys()]), ...odd.map(({ tag }) => tag)]),
];

/** The bytes of a file in which each element is of either person, or odd, or not there. */
const slice = fc.array(fc.nat(9), { minLength: tags.length, maxLength: tags.length }).map((choices): Uint8Array => {
  const elements = tags.flatMap((tag, i) => {
    const choice = choices[i]!;
    const from = choice === 0 ? people[1]! : people[0]!;
    const own = choice === 1 ? odd.find((one) => one.tag === tag) : undefined;
    const element = own ?? from.dataset.elements.get(tag);
    return element === undefined || choice === 2 ? [] : [element];
  });
  return Uint8Array.from(Buffer.concat(writeDicom({ ...people[0]!, dataset: makeDataSet(elements) })));
});

function outcomeUnder(profile: Profile) {
  return (file: DicomFile, memory: { recall?: Recall }) => {
    const result = deidentify(file, profile, keys, { subjectCode: 'sub-001', ...memory });
    const bytes = Buffer.concat(writeDicom(result.file)).toString('hex');
    return { bytes, rows: result.changes.map(changeRow), removed: result.removed };
  };
}

for (const [name, { profile }] of Object.entries(presets))
  test(`under ${name}`, () => {
    const outcome = outcomeUnder(profile);
    fc.assert(
      fc.property(fc.array(slice, { minLength: 2, maxLength: 5 }), (series) => {
        const [alike, recall] = [new Alike(), new Recall()];
        for (const bytes of series) {
          const made = outcome(readDicom(bytes.slice()), {});
          const buffer = bytes.slice();
          assert.deepEqual(outcome(readDicom(buffer, { alike }), { recall }), made);
          // What was remembered may not lead into a file that is gone.
          buffer.fill(0x58);
        }
      }),
      { numRuns: 15 },
    );
  });
