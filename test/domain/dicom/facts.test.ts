import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { burnedInRisk } from '../../../src/domain/dicom/burnedInRisk';
import type { Element } from '../../../src/domain/dicom/dataset';
import { type InstanceFacts, instanceFacts } from '../../../src/domain/dicom/facts';
import { makeDataSet, makeElement } from '../../../src/domain/dicom/make';
import { checkPixelLength } from '../../../src/domain/dicom/pixelLength';
import { readDicom } from '../../../src/domain/dicom/read';
import { TAG } from '../../../src/domain/dicom/tags';
import { contextFor, fileOf, phantomIdentifiers, phantomSeries, planted } from '../../fixtures/dicom';
import { sampleFiles, samplesMissing } from '../../samples';

const identifiers = phantomIdentifiers(11);
const [phantom] = phantomSeries({ modality: 'CT', slices: 2, rows: 8, columns: 12, identifiers, seed: 1, head: true });
const file = readDicom(phantom!.bytes);
const facts = instanceFacts(file);

test('the facts of an instance are those written into it', () => {
  assert.equal(facts.patientName, identifiers.patientName);
  assert.equal(facts.patientId, identifiers.patientId);
  assert.equal(facts.issuerOfPatientId, identifiers.issuerOfPatientId);
  assert.equal(facts.patientBirthDate, identifiers.birthDate);
  assert.equal(facts.studyInstanceUid, identifiers.uidRoot);
  assert.equal(facts.sopInstanceUid, `${identifiers.uidRoot}.1.1`);
  assert.deepEqual([facts.rows, facts.columns, facts.frames], [8, 12, null]);
  assert.deepEqual(facts.orientation, [1, 0, 0, 0, 1, 0]);
  assert.deepEqual(facts.imageType, ['ORIGINAL', 'PRIMARY', 'AXIAL']);
  assert.deepEqual([facts.hasPixelData, facts.hasOverlay, facts.isMosaic], [true, true, false]);
});

test('what a file does not say is null', () => {
  const empty = instanceFacts(fileOf([makeElement(TAG.Modality, 'CS', '', contextFor('little'))]));
  for (const [name, value] of Object.entries(empty)) {
    if (typeof value === 'boolean') assert.equal(value, false, name);
    else if (name === 'imageType') assert.deepEqual(value, []);
    else if (name !== 'transferSyntaxUid') assert.equal(value, null, name);
  }
});

test('a damaged place counts as none', () => {
  const context = contextFor('little');
  const broken = [
    makeElement(TAG.ImagePositionPatient, 'DS', '1\\x\\3', context),
    makeElement(TAG.PixelSpacing, 'DS', '1', context),
  ];
  const { position, pixelSpacing } = instanceFacts(fileOf(broken));
  assert.deepEqual([position, pixelSpacing], [null, null]);
});

test('plain CT, MR and PET slices are at no risk of burned-in text; everything else is', () => {
  const risk = (change: Partial<InstanceFacts>) => burnedInRisk({ ...facts, ...change }).atRisk;
  const storage = (suffix: string) => ({ sopClassUid: `1.2.840.10008.5.1.4.1.1.${suffix}` });
  for (const [modality, suffix] of [
    ['CT', '2'],
    ['MR', '4'],
    ['PT', '128'],
    ['CT', '2.1'],
    ['MR', '4.1'],
  ] as const)
    for (const kind of ['ORIGINAL', 'DERIVED'])
      assert.equal(risk({ modality, ...storage(suffix), imageType: [kind, 'PRIMARY'] }), false, suffix);
  assert.equal(risk({ burnedInAnnotation: 'NO' }), false);
  const risky: Partial<InstanceFacts>[] = [
    { burnedInAnnotation: 'YES' },
    { modality: 'US', ...storage('6.1') },
    { ...storage('7') },
    { ...storage('7.4') },
    { conversionType: 'WSD' },
    { imageType: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'] },
    { imageType: ['DERIVED', 'SECONDARY', 'DOSE_INFO'] },
    { hasUltrasoundRegions: true },
    { samplesPerPixel: 3 },
    { modality: 'OT' },
    { modality: 'XC', ...storage('77.1.4') },
    { modality: 'SM', ...storage('77.1.6') },
    { modality: 'DX', ...storage('1.1') },
    { sopClassUid: null },
    { sopClassUid: '1.2.3' },
    { modality: 'US', burnedInAnnotation: 'NO', ...storage('6.1') },
  ];
  for (const change of risky) {
    const judged = burnedInRisk({ ...facts, ...change });
    assert.equal(judged.atRisk, true, JSON.stringify(change));
    for (const value of planted(identifiers)) assert.ok(!judged.reason!.includes(value));
  }
});

test('the samples with text in their pixels are at risk, the scans are not', { skip: samplesMissing() }, () => {
  const judged = (folder: string) =>
    sampleFiles(folder).map((path) => [
      basename(path),
      burnedInRisk(instanceFacts(readDicom(readFileSync(path)))).atRisk,
    ]);
  for (const [name, atRisk] of judged('dicom/burned_in_us')) assert.equal(atRisk, true, String(name));
  for (const [name, atRisk] of [...judged('series'), ...judged('dicom/philips_dwi')])
    assert.equal(atRisk, false, String(name));
});

test('a header that lies about its pixels is found out', () => {
  const context = contextFor('little');
  const withChange = (...elements: Element[]) =>
    checkPixelLength({ ...file, dataset: makeDataSet([...file.dataset.elements.values(), ...elements]) });
  const us = (tag: number, value: number) => makeElement(tag, 'US', [value], context);
  assert.equal(checkPixelLength(file), null);
  assert.match(withChange(us(TAG.Rows, 9))!, /cut short/);
  assert.match(withChange(us(TAG.Rows, 65535), us(TAG.Columns, 65535))!, /cut short/);
  assert.match(withChange(makeElement(TAG.NumberOfFrames, 'IS', '2', context))!, /cut short/);
  assert.match(withChange(us(TAG.SamplesPerPixel, 3))!, /cut short/);
  assert.match(withChange(us(TAG.Rows, 6))!, /more pixels than/);
  assert.match(withChange(us(TAG.Rows, 0))!, /does not say how many/);
  const fragments = {
    kind: 'encapsulated',
    tag: TAG.PixelData,
    vr: 'OB',
    offsetTable: new Uint8Array(0),
    fragments: [],
  } as const;
  assert.match(withChange(fragments)!, /not compressed, but they are/);
  const jpeg = { ...file, transferSyntaxUid: '1.2.840.10008.1.2.4.70' };
  assert.match(checkPixelLength(jpeg)!, /compressed, but they are not/);
  const whole = { ...fragments, fragments: [Uint8Array.of(1, 2)] };
  const compressed = (element: Element) =>
    checkPixelLength({ ...jpeg, dataset: makeDataSet([...file.dataset.elements.values(), element]) });
  assert.match(compressed(fragments)!, /cut short/);
  assert.equal(compressed(whole), null);
});

test('the pixels of the sample series are as long as their headers say', { skip: samplesMissing() }, () => {
  for (const path of sampleFiles('series')) assert.equal(checkPixelLength(readDicom(readFileSync(path))), null, path);
});
