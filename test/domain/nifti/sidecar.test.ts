import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { gradientTable } from '@/domain/nifti/gradients';
import { cleanSidecar } from '@/domain/nifti/sidecar';
import { samplesDir, samplesMissing } from '../../samples';

// Keys that dcm2niix writes and that name a person, a place, a device, a time or free text.
// biome-ignore format: a list
const IDENTIFYING = [
  'InstitutionName', 'InstitutionAddress', 'InstitutionalDepartmentName', 'DeviceSerialNumber', 'StationName', 'StudyDescription', 'SeriesDescription',
  'ProtocolName', 'ProcedureStepDescription', 'ImageComments', 'AcquisitionTime', 'AcquisitionDateTime', 'PatientName', 'PatientID', 'PatientBirthDate',
  'PulseSequenceDetails', 'PulseSequenceName', 'SequenceName', 'BidsGuess', 'CoilString', 'ReceiveCoilName', 'ConsistencyInfo', 'SoftwareVersions',
  'SeriesInstanceUID', 'StudyInstanceUID', 'AccessionNumber', 'ShimSetting', 'TxRefAmp',
];

test('numbers of the acquisition stay as they are', () => {
  const numbers = {
    EchoTime: 0.03,
    RepetitionTime: 2,
    FlipAngle: 9,
    SliceTiming: [0, 0.5, 1],
    MagneticFieldStrength: 3,
    PhaseEncodingDirection: 'j-',
  };
  assert.deepEqual(cleanSidecar(numbers), numbers);
});

test('whatever text stands in whatever key, none of it passes', () => {
  const secret = fc.string({ minLength: 4, maxLength: 12 }).map((s) => `Zq${s}qZ`);
  const keys = fc.constantFrom(
    'PatientName',
    'StationName',
    'Manufacturer',
    'ManufacturersModelName',
    'BodyPart',
    'ScanOptions',
    'ImageType',
    'Modality',
    'ScanningSequence',
    'EchoTime',
    'SliceTiming',
    'PhaseEncodingDirection',
    'ConversionSoftwareVersion',
    'SeriesDescription',
    'Units',
    'unknown',
    '__proto__',
  );
  fc.assert(
    fc.property(
      fc.dictionary(
        keys,
        fc.oneof(
          secret,
          fc.array(secret),
          secret.map((text) => ({ text })),
        ),
      ),
      (json) => {
        assert.ok(!/Zq|qZ/.test(JSON.stringify(cleanSidecar(json))));
      },
    ),
  );
});

test('names of makers pass without what surrounds them', () => {
  assert.deepEqual(
    cleanSidecar({
      Manufacturer: 'Philips Medical Systems of Jane Doe',
      ManufacturersModelName: 'MAGNETOM Vida (room 12)',
    }),
    {
      Manufacturer: 'Philips',
      ManufacturersModelName: 'Vida',
    },
  );
  assert.deepEqual(cleanSidecar({ Manufacturer: 'Agfa-Gevaert' }), {});
});

test('what is no object gives an empty sidecar', () => {
  for (const json of [null, 3, 'text', [1], undefined]) assert.deepEqual(cleanSidecar(json), {});
});

test('sidecars of real series keep their physics and lose every identifying key', { skip: samplesMissing() }, () => {
  const root = join(samplesDir()!, 'series');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /ref\/.*\.json$/.test(name));
  assert.ok(files.length > 10);
  for (const file of files) {
    const raw = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;
    const clean = cleanSidecar(raw);
    const names = Object.keys(clean).filter((key) => IDENTIFYING.includes(key));
    assert.deepEqual(names, []);
    for (const key of ['EchoTime', 'RepetitionTime', 'SliceTiming', 'PhaseEncodingDirection']) {
      if (key in raw) assert.deepEqual(clean[key], raw[key], `${file} ${key}`);
    }
    for (const key of [
      'InstitutionName',
      'DeviceSerialNumber',
      'StationName',
      'StudyDescription',
      'ProtocolName',
      'AcquisitionTime',
    ]) {
      const value = raw[key];
      // One vendor fills the station's name with its model's.
      if (typeof value === 'string' && value.length > 3 && value !== raw.ManufacturersModelName)
        assert.ok(!JSON.stringify(clean).includes(value), `${file} ${key}`);
    }
  }
});

test('gradient tables pass as they stand, and only when they are tables of numbers', () => {
  const table = '0 1000 -0.5\n1e-3 2 3\n4 5 6\n';
  assert.equal(gradientTable(table, 3, 3), table);
  assert.equal(gradientTable(table, 3, 4), null);
  assert.equal(gradientTable(table, 1, 3), null);
  assert.equal(gradientTable('0 Doe^Jane 3', 1, 3), null);
});
