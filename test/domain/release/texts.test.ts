// The texts at the top of a released dataset.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ageInYears, type DatasetFacts, manifest, sexOf, topFiles } from '@/domain/release/texts';
import { SOFTWARE_VERSION } from '@/domain/release/version';

const facts: DatasetFacts = {
  name: 'Knees and heads',
  description: 'A study.',
  version: '3',
  title: 'More heads',
  notes: 'Two subjects added.\nOne corrected.',
  date: '2030-01-02',
  license: 'CC-BY-4.0',
  softwareVersion: SOFTWARE_VERSION,
  modelVersion: '1',
  modelHash: 'ab12',
  profile: 'research',
  dicomSeries: 0,
};
const files = new Map(
  topFiles(
    facts,
    [
      { code: 'sub-002', sex: null, age: null },
      { code: 'sub-001', sex: 'F', age: 45 },
    ],
    [{ folder: 'ct', suffix: 'ct', entities: [], standard: false }],
  ).map((f) => [f.path, f.text]),
);

test('the version is that of package.json', () => {
  const pkg = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  assert.equal(SOFTWARE_VERSION, pkg.version);
});

test('dataset_description names the version and the model', () => {
  const description = JSON.parse(files.get('dataset_description.json')!);
  assert.equal(description.Name, 'Knees and heads');
  assert.equal(description.GeneratedBy[0].Version, SOFTWARE_VERSION);
  assert.match(description.GeneratedBy[0].Description, /ab12/);
  assert.match(description.BIDSVersion, /^\d+\.\d+\.\d+$/);
});

test('participants are in order, and what the profile took is n/a', () => {
  assert.equal(files.get('participants.tsv'), 'participant_id\tsex\tage\nsub-001\tF\t45\nsub-002\tn/a\tn/a\n');
  assert.deepEqual(Object.keys(JSON.parse(files.get('participants.json')!)), ['participant_id', 'sex', 'age']);
});

test('README, CHANGES, LICENSE and .bidsignore say what there is', () => {
  assert.match(files.get('README')!, /Version 3: More heads/);
  assert.match(files.get('README')!, /ct\//);
  assert.equal(files.get('CHANGES'), '3 2030-01-02\n  - More heads\n  - Two subjects added.\n  - One corrected.\n');
  assert.match(files.get('LICENSE')!, /^CC-BY-4\.0/);
  assert.match(files.get('.bidsignore')!, /\*\*\/ct\//);
});

test('ages are read from age strings only', () => {
  assert.equal(ageInYears('045Y'), 45);
  assert.equal(ageInYears('018M'), 1);
  assert.equal(ageInYears('900D'), 2);
  for (const odd of [null, '', '45', 'Jane', '19700101']) assert.equal(ageInYears(odd), null);
  assert.equal(sexOf('M'), 'M');
  assert.equal(sexOf('Jane'), null);
});

test('the manifest is what sha256sum -c reads, in order', () => {
  assert.equal(
    manifest([
      { path: 'b', sha256: '22' },
      { path: 'a', sha256: '11' },
    ]),
    '11  a\n22  b\n',
  );
});
