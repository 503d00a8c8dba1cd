// The BIDS layout of released volumes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bidsIgnore, bidsKind, bidsStems, mrContrast, type ReleaseVolume } from '@/domain/release/bids';
import { planDataset } from '@/domain/release/dataset';

function volume(over: Partial<ReleaseVolume> = {}): ReleaseVolume {
  return {
    subjectCode: 'sub-001',
    session: 1,
    modality: 'MR',
    sidecar: {},
    volumes: 1,
    hasBval: false,
    suffix: '',
    ...over,
  };
}
const mprage = { ScanningSequence: 'GR\\IR', EchoTime: 0.00298, RepetitionTime: 2.3, InversionTime: 0.9 };

test('contrasts by their times', () => {
  const cases: [Record<string, unknown>, string | null][] = [
    [mprage, 'T1w'],
    [{ ScanningSequence: 'SE', EchoTime: 0.1, RepetitionTime: 5 }, 'T2w'],
    [{ ScanningSequence: 'SE\\IR', EchoTime: 0.09, RepetitionTime: 9, InversionTime: 2.5 }, 'FLAIR'],
    [{ ScanningSequence: 'SE', EchoTime: 0.012, RepetitionTime: 3 }, 'PDw'],
    [{ ScanningSequence: 'SE', EchoTime: 0.01, RepetitionTime: 0.5 }, 'T1w'],
    [{ ScanningSequence: 'GR', EchoTime: 0.025, RepetitionTime: 0.6 }, 'T2starw'],
    [{ ScanningSequence: 'SE', EchoTime: 0.05, RepetitionTime: 1.5 }, null],
    [{}, null],
  ];
  for (const [sidecar, contrast] of cases) assert.equal(mrContrast(sidecar), contrast, JSON.stringify(sidecar));
});

test('known kinds stand where BIDS wants them', () => {
  const stem = (over: Partial<ReleaseVolume>) => bidsStems([volume(over)])[0]!.stem;
  assert.equal(stem({ sidecar: mprage }), 'sub-001/ses-01/anat/sub-001_ses-01_run-01_T1w');
  assert.equal(stem({ volumes: 30, hasBval: true }), 'sub-001/ses-01/dwi/sub-001_ses-01_run-01_dwi');
  const epi = { ScanningSequence: 'EP\\GR' };
  assert.equal(stem({ volumes: 200, sidecar: epi }), 'sub-001/ses-01/func/sub-001_ses-01_task-unknown_run-01_bold');
  assert.equal(stem({ modality: 'CT' }), 'sub-001/ses-01/ct/sub-001_ses-01_run-01_ct');
  assert.equal(stem({ suffix: 'e2_ph' }), 'sub-001/ses-01/other/sub-001_ses-01_run-01_echo-2_part-phase_MR');
});

test('no two volumes ever share a path', () => {
  const any = fc.record({
    subjectCode: fc.constantFrom('sub-001', 'sub-002'),
    session: fc.integer({ min: 1, max: 2 }),
    modality: fc.constantFrom('MR', 'CT', 'PT', 'US', 'Jane Doe'),
    sidecar: fc.constantFrom({}, mprage),
    volumes: fc.constantFrom(1, 20),
    hasBval: fc.boolean(),
    suffix: fc.constantFrom('', 'e1', 'ph', 'e2_ph'),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), (volumes) => {
      const paths = planDataset(volumes).flatMap((p) => [...p.copies.map((c) => c.path), p.sidecar.path]);
      assert.equal(new Set(paths).size, paths.length);
      for (const path of paths) assert.match(path, /^sub-\w+\/ses-\d\d\/[a-z]+\/[\w-]+\.(nii\.gz|json|bval|bvec)$/);
    }),
  );
});

test('folders that BIDS does not know are listed in .bidsignore, others are not', () => {
  const ignore = bidsIgnore([bidsKind(volume({ modality: 'CT' })), bidsKind(volume({ sidecar: mprage }))]);
  assert.deepEqual(ignore.split('\n'), ['manifest-sha256.txt', '**/ct/', '']);
});

test('gradients go along only where they were made, and a run of EPI names its task', () => {
  const [dwi, bold] = planDataset([
    volume({ volumes: 7, hasBval: true }),
    volume({ volumes: 9, sidecar: { ScanningSequence: 'EP' } }),
  ]);
  assert.deepEqual(
    dwi!.copies.map((c) => c.part),
    ['nifti', 'bval', 'bvec'],
  );
  assert.deepEqual(
    bold!.copies.map((c) => c.part),
    ['nifti'],
  );
  assert.equal(JSON.parse(bold!.sidecar.text).TaskName, 'unknown');
});
