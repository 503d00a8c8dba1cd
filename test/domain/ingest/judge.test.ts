// Which DICOM files are taken as images, and the words for those that are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Element } from '@/domain/dicom/dataset';
import { makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { judgeDicom, type Verdict } from '@/domain/ingest/judge';
import { PLANTED, slice } from '../../workers/scan';

const ctx = { bigEndian: false, charsets: [] };
const SOP_CLASS = 0x00080016;

function judged(...over: Element[]): Verdict {
  return judgeDicom(readDicom(slice(0, { size: 8 }, over)));
}
const sopClass = (uid: string) => makeElement(SOP_CLASS, 'UI', uid, ctx);

test('an MR image is taken, without a risk of text', () => {
  const verdict = judged();
  assert.ok(verdict.kind === 'image' && verdict.risk === null && verdict.facts.modality === 'MR');
});

test('an index file is passed over', () => {
  assert.equal(judged(sopClass('1.2.840.10008.1.3.10')).kind, 'ignored');
});

test('what is no image is named', () => {
  const cases: [string, RegExp][] = [
    ['1.2.840.10008.5.1.4.1.1.88.11', /structured report/],
    ['1.2.840.10008.5.1.4.1.1.481.3', /structure set/],
    ['1.2.840.10008.5.1.4.1.1.481.5', /radiotherapy plan/],
    ['1.2.840.10008.5.1.4.1.1.481.2', /dose/],
    ['1.2.840.10008.5.1.4.1.1.66.4', /segmentation/],
    ['1.2.840.10008.5.1.4.1.1.104.1', /document/],
    ['1.2.840.10008.5.1.4.1.1.11.1', /presentation state/],
    ['1.2.840.10008.5.1.4.1.1.9.1.1', /waveform/],
    ['1.2.840.10008.5.1.4.1.1.77.1.6', /microscopy/],
    ['1.2.3.4', /kind this version does not know/],
  ];
  for (const [uid, words] of cases) {
    const verdict = judged(sopClass(uid));
    assert.ok(verdict.kind === 'quarantined', uid);
    assert.match(verdict.reason, words);
    for (const value of PLANTED) assert.ok(!verdict.reason.includes(value));
  }
});

test('an image without its place, without pixels or with a lie about them is kept back', () => {
  const cases: [Element, RegExp][] = [
    [makeElement(0x0020000e, 'UI', '', ctx), /UID is missing/],
    [makeElement(0x00280010, 'US', [4000], ctx), /pixel/i],
    [makeElement(0x00280100, 'US', [8], ctx), /pixel/i],
  ];
  for (const [element, words] of cases) {
    const verdict = judged(element);
    assert.ok(verdict.kind === 'quarantined');
    assert.match(verdict.reason, words);
  }
});

test('an image that may hold text is taken, with the risk named', () => {
  const verdict = judged(makeElement(0x00280301, 'CS', 'YES', ctx));
  assert.ok(verdict.kind === 'image' && verdict.risk !== null);
});
