import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import type { Element, Item } from '../../../src/domain/dicom/dataset';
import { makeElement, makeItem, makeSequence } from '../../../src/domain/dicom/make';
import { isDicom, readDicom } from '../../../src/domain/dicom/read';
import { TAG } from '../../../src/domain/dicom/tags';
import { contextOf, itemContext, items, number, text } from '../../../src/domain/dicom/values';
import { DomainError } from '../../../src/domain/errors';
import { bytesOf, contextFor, fileOf } from '../../fixtures/dicom';
import { sampleFiles, samplesMissing } from '../../samples';

const context = contextFor('little');
const modality = makeElement(TAG.Modality, 'CS', 'MR', context);
const name = makeElement(TAG.PatientName, 'PN', 'Zubrowka^Anastazja', context);
const pixels = makeElement(TAG.PixelData, 'OW', new Uint8Array(32), context);

function refused(bytes: Uint8Array, words?: RegExp): void {
  assert.throws(
    () => readDicom(bytes),
    (error) => {
      assert.ok(error instanceof DomainError, String(error));
      assert.equal(error.code, 'UNREADABLE');
      assert.doesNotMatch(error.message, /Zubrowka|Anastazja/);
      if (words) assert.match(error.message, words);
      return true;
    },
  );
}

/** Writes elements one behind the other as they come, sorted or not. */
function raw(...elements: Element[]): Uint8Array {
  const head = bytesOf(fileOf([modality]));
  const bodies = elements.map((element) => bytesOf(fileOf([element])).subarray(head.length - 10));
  return new Uint8Array(Buffer.concat([head.subarray(0, head.length - 10), ...bodies]));
}

test('files start with a preamble, with DICM, or with an attribute', () => {
  const whole = bytesOf(fileOf([modality, name]));
  const cases: [Uint8Array, number | undefined][] = [
    [whole, 128],
    [whole.subarray(128), 0],
    [whole.subarray(132), undefined],
    [bytesOf({ ...fileOf([modality, name]), meta: { elements: new Map() } }).subarray(132), undefined],
  ];
  for (const [bytes, preamble] of cases) {
    assert.ok(isDicom(bytes));
    const file = readDicom(bytes);
    assert.equal(file.preamble?.length, preamble);
    assert.equal(text(file.dataset, TAG.PatientName, contextOf(file)), 'Zubrowka^Anastazja');
  }
});

test('a data set without file meta shows its own encoding', () => {
  for (const syntax of ['implicit', 'little', 'big'] as const) {
    const rows = makeElement(TAG.Rows, 'US', [300], contextFor(syntax));
    const file = readDicom(
      bytesOf({ ...fileOf([modality, rows], syntax), meta: { elements: new Map() } }).subarray(132),
    );
    assert.deepEqual(file.encoding, {
      explicitVr: syntax !== 'implicit',
      bigEndian: syntax === 'big',
      deflated: false,
    });
    assert.equal(number(file.dataset, TAG.Rows, contextOf(file)), 300);
  }
});

test('what is not DICOM is not taken for it', () => {
  for (const content of ['', 'hello', 'a text file that calls itself .dcm '.repeat(20), '%PDF-1.7 '.repeat(40)]) {
    const bytes = new TextEncoder().encode(content);
    assert.equal(isDicom(bytes), false);
    refused(bytes, /does not begin like a DICOM file/);
  }
  refused(new Uint8Array(2000));
});

test('a data set under the wrong transfer syntax is refused, not misread', () => {
  for (const [written, named] of [
    ['implicit', '1.2.840.10008.1.2.1'],
    ['implicit', '1.2.840.10008.1.2.4.90'],
    ['little', '1.2.840.10008.1.2'],
    ['little', '1.2.840.10008.1.2.2'],
    ['big', '1.2.840.10008.1.2.1'],
  ] as const)
    refused(bytesOf(fileOf([modality, name], written, named)), /not encoded in the transfer syntax/);
});

test('an unknown transfer syntax is unsupported', () => {
  assert.throws(
    () => readDicom(bytesOf(fileOf([modality], 'little', '1.2.840.10008.1.9.1'))),
    (error) => error instanceof DomainError && error.code === 'UNSUPPORTED',
  );
});

test('duplicate tags and tags out of order are refused', () => {
  refused(raw(modality, name, name), /PatientName \(0010,0010\) occurs twice/);
  refused(raw(name, modality), /Modality \(0008,0060\) is out of order/);
});

test('a VR that does not exist is refused', () => {
  const bytes = bytesOf(fileOf([modality, name]));
  bytes[bytes.length - name.bytes.length - 3] = 0x6e;
  refused(bytes, /value representation that does not exist/);
});

test('every truncation of a file is refused', () => {
  const item = makeItem([name], true);
  const whole = bytesOf(fileOf([modality, makeSequence(0x00081140, [item], { undefinedLength: true }), name, pixels]));
  const bodyAt = bytesOf(fileOf([modality])).length;
  for (let length = bodyAt + 1; length < whole.length; length++) {
    const cut = whole.subarray(0, length);
    try {
      // A cut between two attributes leaves a shorter file that is well formed: it must lack what was cut, and no more.
      const { dataset, trailing } = readDicom(cut);
      const last = [...dataset.elements.values()].at(-1)!.source!;
      assert.equal(last.byteOffset + last.length, length);
      assert.equal(trailing.length, 0);
    } catch (error) {
      assert.ok(error instanceof DomainError, String(error));
    }
  }
});

test('lengths past the end are refused wherever they stand', () => {
  const whole = bytesOf(fileOf([modality, makeSequence(0x00081140, [makeItem([name])]), pixels]));
  const bodyAt = bytesOf(fileOf([modality])).length;
  const huge = [0xfffffffe, 0xffffffff, 0x80000000, 0x7fffffff, whole.length];
  const spots = { sequence: bodyAt + 8, item: bodyAt + 16, pixelData: whole.length - 36 };
  for (const at of Object.values(spots)) {
    for (const length of huge) {
      const bytes = whole.slice();
      new DataView(bytes.buffer).setUint32(at, length, true);
      refused(bytes);
    }
  }
});

test('sequences nested too deep are refused without exhausting the stack', () => {
  for (const undefinedLength of [true, false]) {
    const nest = (depth: number) => {
      let item: Item = makeItem([name], undefinedLength);
      for (let i = 0; i < depth; i++)
        item = makeItem([makeSequence(0x00081140, [item], { undefinedLength })], undefinedLength);
      return bytesOf(fileOf([modality, ...item.elements.values()]));
    };
    assert.equal(readDicom(nest(100)).dataset.elements.size, 2);
    refused(nest(1000), /nested more than 128 deep/);
  }
});

test('UN of undefined length is a sequence of implicit items, private ones too (CP-246)', () => {
  const nested = makeSequence(0x00091003, [makeItem([name])], { vr: 'UN', undefinedLength: true });
  const file = readDicom(bytesOf(fileOf([modality, nested], 'big')));
  const sequence = file.dataset.elements.get(0x00091003)!;
  assert.ok(sequence.kind === 'sequence' && sequence.vr === 'UN');
  const [item] = items(file.dataset, 0x00091003);
  assert.equal(text(item!, TAG.PatientName, itemContext(sequence, item!, contextOf(file))), 'Zubrowka^Anastazja');
});

test('UN of defined length is a sequence only where a dictionary says so and it reads as one', () => {
  const known = makeSequence(0x00081140, [makeItem([name])], { vr: 'UN' });
  const unknown = makeSequence(0x00091003, [makeItem([name])], { vr: 'UN' });
  const broken = makeElement(0x00400275, 'UN', Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0xff, 0, 0, 0), context);
  const { elements } = readDicom(bytesOf(fileOf([known, unknown, broken]))).dataset;
  assert.deepEqual(
    [0x00081140, 0x00091003, 0x00400275].map((tag) => elements.get(tag)?.kind),
    ['sequence', 'bytes', 'bytes'],
  );
});

test('implicit VR takes its VRs from the dictionaries, signed where the pixels are', () => {
  const creator = makeElement(0x00190010, 'LO', 'GEMS_ACQU_01', context);
  const speed = makeElement(0x00191023, 'DS', '12.5', context);
  const unknown = makeElement(0x00211001, 'LO', 'who knows', context);
  const signed = makeElement(TAG.PixelRepresentation, 'US', [1], context);
  const smallest = makeElement(0x00280106, 'SS', [-5], context);
  const file = readDicom(bytesOf(fileOf([modality, creator, speed, unknown, signed, smallest], 'implicit')));
  const vr = (tag: number) => file.dataset.elements.get(tag)?.vr;
  assert.deepEqual([0x00190010, 0x00191023, 0x00211001, 0x00280106].map(vr), ['LO', 'DS', 'UN', 'SS']);
  assert.equal(number(file.dataset, 0x00280106, contextOf(file)), -5);
});

test('bytes behind the pixel data are kept apart; anywhere else they are an error', () => {
  const hidden = new TextEncoder().encode('hidden words');
  const withPixels = Buffer.concat([bytesOf(fileOf([modality, pixels])), hidden]);
  assert.deepEqual(Buffer.from(readDicom(withPixels).trailing), Buffer.from(hidden));
  refused(Buffer.concat([bytesOf(fileOf([modality, name])), hidden]));
});

test('fragments of compressed pixels are views, in order, unread', () => {
  const fragments = [Uint8Array.of(1, 2), Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0), Uint8Array.of(5, 6)];
  const encapsulated = {
    kind: 'encapsulated',
    tag: TAG.PixelData,
    vr: 'OB',
    offsetTable: Uint8Array.of(0, 0, 0, 0),
    fragments,
  } as const;
  const bytes = bytesOf(fileOf([modality, encapsulated], 'little', '1.2.840.10008.1.2.4.90'));
  const element = readDicom(bytes).dataset.elements.get(TAG.PixelData);
  assert.ok(element?.kind === 'encapsulated');
  assert.deepEqual(
    element.fragments.map((part) => [...part]),
    fragments.map((part) => [...part]),
  );
  assert.ok(element.fragments.every((part) => part.buffer === bytes.buffer));
});

/** Of the malformed samples, those whose damage is no damage to the structure. */
const SOUND = /nopreamble|polyglot|MR_small_implicit_hugelen/;

test('every sample ends as read or refused, the malformed ones as they should', { skip: samplesMissing() }, () => {
  const inflateRaw = (bytes: Uint8Array) => inflateRawSync(bytes, { maxOutputLength: 32_000_000 });
  const paths = [...sampleFiles('dicom'), ...sampleFiles('series')];
  assert.ok(paths.length > 300);
  for (const path of paths) {
    let readable = true;
    try {
      readDicom(readFileSync(path), { inflateRaw });
    } catch (error) {
      assert.ok(error instanceof DomainError, `${path}: ${String(error)}`);
      readable = false;
    }
    if (path.includes('malformed')) assert.equal(readable, SOUND.test(basename(path)), path);
  }
});
