import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  entryOf,
  findTag,
  formatTag,
  isPrivate,
  isPrivateCreator,
  type Keyword,
  keywordOf,
  parseTag,
  privateCreatorOf,
  tagOf,
  vrOf,
} from '../../../src/domain/dicom/dictionary';
import { makeDataSet, makeElement } from '../../../src/domain/dicom/make';
import { sopClass } from '../../../src/domain/dicom/sopClasses';
import { TAG } from '../../../src/domain/dicom/tags';
import { TRANSFER_SYNTAXES } from '../../../src/domain/dicom/transferSyntaxes';
import { vrShape } from '../../../src/domain/dicom/vr';
import { contextFor } from '../../fixtures/dicom';

test('the tags named in the code are those of the standard', () => {
  const delimiters = new Set<number>([TAG.Item, TAG.ItemDelimitationItem, TAG.SequenceDelimitationItem]);
  for (const [keyword, tag] of Object.entries(TAG))
    if (!delimiters.has(tag)) assert.equal(findTag(keyword), tag, keyword);
});

test('keywords, tags and VRs lead to each other', () => {
  assert.equal(tagOf('PatientName'), TAG.PatientName);
  assert.equal(keywordOf(0x00081155), 'ReferencedSOPInstanceUID');
  assert.equal(vrOf(TAG.Rows), 'US');
  assert.equal(vrOf(0x00280106), 'US');
  assert.equal(entryOf(0x00280106)?.vr, 'US/SS');
  assert.equal(vrOf(TAG.PixelData), 'OW');
  assert.equal(keywordOf(0x60024000), 'OverlayComments');
  assert.equal(keywordOf(0x50043000), 'CurveData');
  assert.equal(keywordOf(0x00100000), 'GroupLength');
  assert.equal(keywordOf(0x00104990), null);
  assert.equal(findTag('PatientsName'), null);
  assert.throws(() => tagOf('PatientsName' as Keyword), /no such keyword/);
});

test('every VR of the dictionary exists', () => {
  for (const tag of [TAG.Modality, 0x60003000, 0x7fe00008, 0x00720083])
    for (const vr of entryOf(tag)!.vr.split('/')) assert.ok(vrShape(vr), vr);
});

test('tags are written and parsed alike', () => {
  assert.equal(formatTag(TAG.PixelData), '(7FE0,0010)');
  for (const written of ['(7FE0,0010)', '7fe0,0010', '7FE00010']) assert.equal(parseTag(written), TAG.PixelData);
  for (const written of ['', '(7FE0,001)', 'PixelData', '7FE0 0010x']) assert.equal(parseTag(written), null);
});

test('private attributes are known by the creator of their block', () => {
  assert.ok(isPrivate(0x00191023) && isPrivateCreator(0x00190010) && !isPrivateCreator(0x00191023));
  const creator = makeElement(0x00190011, 'LO', 'GEMS_ACQU_01', contextFor('little'));
  const dataset = makeDataSet([creator]);
  assert.equal(privateCreatorOf(dataset, 0x00191123), 'GEMS_ACQU_01');
  assert.equal(privateCreatorOf(dataset, 0x00191023), null);
  assert.equal(privateCreatorOf(dataset, TAG.PatientName), null);
  assert.equal(vrOf(0x00191123, 'GEMS_ACQU_01'), 'DS');
  assert.equal(vrOf(0x00191123, 'NOBODY 1.0'), null);
  assert.equal(vrOf(0x00191123), null);
});

test('transfer syntaxes and SOP classes are found by UID', () => {
  for (const [uid, syntax] of TRANSFER_SYNTAXES) {
    assert.equal(syntax.uid, uid);
    if (syntax.encapsulated) assert.deepEqual(syntax.encoding, { explicitVr: true, bigEndian: false, deflated: false });
  }
  assert.deepEqual(sopClass('1.2.840.10008.5.1.4.1.1.4.1'), {
    uid: '1.2.840.10008.5.1.4.1.1.4.1',
    name: 'Enhanced MR Image',
    kind: 'enhancedImage',
    volumetric: true,
  });
  assert.equal(sopClass('1.2.840.10008.5.1.4.1.1.88.11')?.kind, 'report');
  assert.equal(sopClass('1.2.3'), null);
});
