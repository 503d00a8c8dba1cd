// Grouping images and volumes under keyed names.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DeidKeys } from '@/domain/deid/keys';
import { groupImages, groupNifti, modalityCode, partsBelowRoot, type SeenImage } from '@/domain/ingest/group';

const keys: DeidKeys = {
  hmac: (label, text) => createHmac('sha256', 'a test secret').update(`${label}\0${text}`).digest(),
};

function image(file: number, over: Partial<SeenImage['facts']> & { identity?: string; risk?: string } = {}): SeenImage {
  const { identity = 'PAT1', risk = null, ...facts } = over;
  return {
    file,
    identity,
    risk,
    facts: {
      studyInstanceUid: '1.2.3',
      seriesInstanceUid: '1.2.3.4',
      sopInstanceUid: `1.2.3.4.${file}`,
      modality: 'MR',
      instanceNumber: file,
      studyDate: '20200102',
      studyTime: '101010',
      seriesNumber: 1,
      ...facts,
    },
  };
}

test('one series in order of instance number, whatever the order of arrival', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }), (order) => {
      const { series, repeated } = groupImages(
        order.map((n) => image(n)),
        keys,
      );
      assert.equal(series.length, 1);
      assert.deepEqual(
        series[0]!.instances.map((i) => i.file),
        [1, 2, 3, 4, 5, 6],
      );
      assert.deepEqual(repeated, []);
    }),
  );
});

test('no key holds a value of the file', () => {
  const { series } = groupImages([image(1, { identity: 'NAME^OF 12345' })], keys);
  const text = JSON.stringify(series);
  for (const value of ['NAME', '12345', '1.2.3', '20200102']) assert.ok(!text.includes(value), value);
  assert.match(series[0]!.patientKey, /^[0-9a-f]{64}$/);
});

test('the same patient has the same key in every drop; another patient under the same UIDs another series', () => {
  const [a] = groupImages([image(1)], keys).series;
  const { series } = groupImages([image(7), image(8, { identity: 'PAT2' })], keys);
  assert.equal(series.length, 2);
  assert.ok(series.some((one) => one.seriesKey === a!.seriesKey && one.patientKey === a!.patientKey));
  assert.equal(new Set(series.map((one) => one.seriesKey)).size, 2);
  assert.equal(new Set(series.map((one) => one.studyKey)).size, 2);
});

test('an instance that comes twice is named with the one that was kept', () => {
  const { series, repeated } = groupImages(
    [image(1), image(5, { sopInstanceUid: '1.2.3.4.1', instanceNumber: 1 })],
    keys,
  );
  assert.deepEqual(repeated, [{ file: 5, of: 1 }]);
  assert.equal(series[0]!.instances.length, 1);
});

test('one risky instance keeps its whole series waiting', () => {
  const { series } = groupImages(
    [image(1), image(2, { risk: 'text in the pixels' }), image(3, { seriesInstanceUid: '9' })],
    keys,
  );
  assert.deepEqual(series.map((one) => one.risk).sort(), ['text in the pixels', null].sort());
});

test('studies come in order of date', () => {
  const { series } = groupImages(
    [
      image(1, { studyInstanceUid: 'b', studyDate: '20210101' }),
      image(2, { studyInstanceUid: 'a', studyDate: '20190101' }),
    ],
    keys,
  );
  assert.deepEqual(
    series.map((one) => one.instances[0]!.file),
    [2, 1],
  );
});

test('a modality that is no code becomes OT', () => {
  assert.equal(modalityCode('MR'), 'MR');
  for (const odd of [null, '', 'Jane Doe', 'mr', 'TOOLONG']) assert.equal(modalityCode(odd), 'OT');
});

test('NIfTI: a BIDS subject, else the first folder, else the file is the subject', () => {
  const volume = (file: number, path: string) => ({
    kind: 'nifti' as const,
    file,
    parts: path.split('/'),
    sha256: `hash${file}`,
  });
  const { series } = groupNifti(
    [
      volume(1, 'p1/t1.nii'),
      volume(2, 'p1/more/t2.nii'),
      volume(3, 'p2/t1.nii'),
      volume(4, 'x.nii'),
      volume(5, 'y.nii'),
      volume(6, 'bids/sub-01/ses-1/anat/a.nii'),
      volume(7, 'bids/sub-02/ses-1/anat/a.nii'),
      volume(8, 'bids/sub-01/ses-2/anat/a.nii'),
    ],
    keys,
  );
  const patient = series.map((one) => one.patientKey);
  assert.equal(patient[0], patient[1]);
  assert.equal(patient[5], patient[7]);
  assert.equal(new Set(patient).size, 6);
  assert.equal(new Set(series.map((one) => one.studyKey)).size, 7);
});

test('NIfTI: the same content twice for one subject is repeated', () => {
  const { series, repeated } = groupNifti(
    [
      { kind: 'nifti', file: 1, parts: ['p', 'a.nii'], sha256: 'same' },
      { kind: 'nifti', file: 2, parts: ['p', 'copy of a.nii'], sha256: 'same' },
    ],
    keys,
  );
  assert.equal(series.length, 1);
  assert.deepEqual(repeated, [{ file: 2, of: 1 }]);
});

test('the dropped folder itself is no subject', () => {
  assert.deepEqual(partsBelowRoot(['drop/a/x', 'drop/b/y']), [
    ['a', 'x'],
    ['b', 'y'],
  ]);
  assert.deepEqual(partsBelowRoot(['a/x', 'b/y']), [
    ['a', 'x'],
    ['b', 'y'],
  ]);
  assert.deepEqual(partsBelowRoot(['x']), [['x']]);
});
