import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import type { DicomFile } from '../../../src/domain/dicom/dataset';
import { makeDataSet, makeElement, makeItem, makeSequence } from '../../../src/domain/dicom/make';
import { readDicom } from '../../../src/domain/dicom/read';
import { TAG } from '../../../src/domain/dicom/tags';
import { contextOf, text } from '../../../src/domain/dicom/values';
import { writeDicom } from '../../../src/domain/dicom/write';
import { DomainError } from '../../../src/domain/errors';
import { bytesOf, contextFor, fileOf, PLAIN_SYNTAXES } from '../../fixtures/dicom';
import { sampleFiles, samplesMissing } from '../../samples';
import { arbitraryElements, plainOf } from './arbitrary';

const zlib = {
  inflateRaw: (bytes: Uint8Array) => inflateRawSync(bytes, { maxOutputLength: 64_000_000 }),
  deflateRaw: (bytes: Uint8Array) => deflateRawSync(bytes),
};

function readIfPossible(bytes: Uint8Array): DicomFile | null {
  try {
    return readDicom(bytes, zlib);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

test('whatever is written reads back the same, in every plain transfer syntax', () => {
  fc.assert(
    fc.property(arbitraryElements, fc.constantFrom(...PLAIN_SYNTAXES), (elements, syntax) => {
      const file = fileOf(elements, syntax);
      const back = readDicom(bytesOf(file));
      assert.deepEqual(back.encoding, file.encoding);
      assert.deepEqual(plainOf(back.dataset), plainOf(file.dataset));
    }),
    { numRuns: 400 },
  );
});

test('an unchanged file is written byte for byte, without its trailing bytes', () => {
  fc.assert(
    fc.property(arbitraryElements, fc.constantFrom(...PLAIN_SYNTAXES), (elements, syntax) => {
      const bytes = bytesOf(fileOf(elements, syntax));
      const padded = new Uint8Array(bytes.length + 6);
      padded.set(bytes);
      const file = readDicom(padded);
      assert.equal(file.trailing.length, 6);
      assert.deepEqual(Buffer.concat(writeDicom(file)), Buffer.from(bytes));
    }),
  );
});

test('a deflated file reads back the same, and says so when nobody can inflate it', () => {
  fc.assert(
    fc.property(arbitraryElements, (elements) => {
      const plain = fileOf(elements, 'little', '1.2.840.10008.1.2.1.99');
      const file = { ...plain, encoding: { ...plain.encoding, deflated: true } };
      const bytes = new Uint8Array(Buffer.concat(writeDicom(file, zlib)));
      assert.deepEqual(plainOf(readDicom(bytes, zlib).dataset), plainOf(file.dataset));
      assert.throws(
        () => readDicom(bytes),
        (error) => error instanceof DomainError && error.code === 'UNSUPPORTED',
      );
      assert.throws(
        () => writeDicom(file),
        (error) => error instanceof DomainError && error.code === 'UNSUPPORTED',
      );
    }),
    { numRuns: 30 },
  );
});

test('untouched elements are views into what was read, in one run before and one behind a change', () => {
  const context = contextFor('little');
  const pixels = makeElement(TAG.PixelData, 'OW', new Uint8Array(4096), context);
  const name = makeElement(TAG.PatientName, 'PN', 'Roe^Jane', context);
  const modality = makeElement(TAG.Modality, 'CS', 'CT', context);
  const bytes = bytesOf(fileOf([modality, name, pixels]));
  const file = readDicom(bytes);
  assert.equal(writeDicom(file).filter((chunk) => chunk.buffer === bytes.buffer).length, 2);
  const renamed = makeElement(TAG.PatientName, 'PN', 'Nobody', context);
  const changed = { ...file, dataset: makeDataSet([...file.dataset.elements.values(), renamed]) };
  const chunks = writeDicom(changed);
  assert.ok(chunks.some((chunk) => chunk.buffer === bytes.buffer && chunk.length > 4096));
  assert.equal(text(readDicom(Buffer.concat(chunks)).dataset, TAG.PatientName, context), 'Nobody');
});

test('group lengths and the meta length follow a change, and stay where nothing changed', () => {
  const context = contextFor('little');
  const groupLength = (tag: number, length: number) => makeElement(tag, 'UL', [length], context);
  const patient = makeElement(TAG.PatientName, 'PN', 'Roe^Jane', context);
  const id = makeElement(TAG.PatientID, 'LO', 'A1', context);
  const modality = makeElement(TAG.Modality, 'CS', 'CT', context);
  const file = readDicom(
    bytesOf(fileOf([groupLength(0x00080000, 0), modality, groupLength(0x00100000, 0), patient, id])),
  );
  const lengths = (one: DicomFile) =>
    [0x00080000, 0x00100000].map((tag) => text(one.dataset, tag, contextOf(one))).map(Number);
  assert.deepEqual(lengths(file), [10, 26]);
  const kept = [...file.dataset.elements.values()].filter((element) => element.tag !== TAG.PatientID);
  assert.deepEqual(lengths(readDicom(Buffer.concat(writeDicom({ ...file, dataset: makeDataSet(kept) })))), [10, 16]);
  const meta = makeDataSet([
    ...file.meta.elements.values(),
    makeElement(TAG.SourceApplicationEntityTitle, 'AE', 'HERE', context),
  ]);
  const back = readDicom(Buffer.concat(writeDicom({ ...file, meta })));
  const size = [...back.meta.elements.values()].slice(1).reduce((sum, element) => sum + element.source!.length, 0);
  assert.equal(Number(text(back.meta, TAG.FileMetaInformationGroupLength, context)), size);
});

test('a value too long for its length field goes as UN, and an odd one is padded', () => {
  const context = contextFor('little');
  const long = makeElement(TAG.PatientComments, 'LT', 'x'.repeat(70_000), context);
  const odd = { kind: 'bytes', tag: TAG.PatientID, vr: 'LO', bytes: Uint8Array.of(0x41) } as const;
  const back = readDicom(bytesOf(fileOf([long, odd])));
  assert.equal(back.dataset.elements.get(TAG.PatientComments)?.vr, 'UN');
  assert.equal(text(back.dataset, TAG.PatientComments, context)?.length, 70_000);
  assert.deepEqual(back.dataset.elements.get(TAG.PatientID)?.source?.length, 10);
});

test('UN sequences keep their implicit little endian items when they are made anew, even in a big endian file', () => {
  for (const syntax of ['little', 'big'] as const) {
    const item = makeItem([makeElement(TAG.Rows, 'US', [513], contextFor('little'))]);
    const sequence = makeSequence(0x00400275, [item], { vr: 'UN', undefinedLength: true });
    const back = readDicom(
      bytesOf(fileOf([makeElement(TAG.Modality, 'CS', 'MR', contextFor(syntax)), sequence], syntax)),
    );
    assert.deepEqual(plainOf({ elements: new Map([[sequence.tag, back.dataset.elements.get(sequence.tag)!]]) }), [
      [sequence.tag, 'UN', true, [[false, [[TAG.Rows, 'US', '0102']]]]],
    ]);
  }
});

test('every sample that can be read is written back byte for byte', { skip: samplesMissing() }, () => {
  let written = 0;
  for (const path of [...sampleFiles('dicom'), ...sampleFiles('series')]) {
    const bytes = readFileSync(path);
    const file = readIfPossible(bytes);
    if (!file) continue;
    const out = Buffer.concat(writeDicom(file, zlib));
    if (file.encoding.deflated) assert.deepEqual(plainOf(readDicom(out, zlib).dataset), plainOf(file.dataset));
    else assert.ok(out.equals(bytes.subarray(0, bytes.length - file.trailing.length)), path);
    written++;
  }
  assert.ok(written > 300);
});
