// Recipes of pydicom/deid: what is taken over and in which order, what has no equivalent, and that nothing not understood is kept.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { deidentify } from '@/domain/deid/deidentify';
import { importCtp } from '@/domain/deid/imports/ctp';
import { importDeid } from '@/domain/deid/imports/deid';
import { residualScan } from '@/domain/deid/residual';
import { contextOf, text } from '@/domain/dicom/values';
import { el, fileOf, holds, keys, outputOf } from '../build';
import { IDENTITY, plantedElements, SECRETS } from '../planted';
import { invalid, rulesOf, told } from './told';

const recipe = (...lines: string[]) => importDeid(['FORMAT dicom', '', '%header', ...lines].join('\n'));

describe('deid recipes', () => {
  test('the actions, in the order that deid gives them', () => {
    const imported = recipe(
      'BLANK StudyID',
      'REMOVE ReferringPhysicianName # a comment',
      'JITTER StudyDate var:jitter',
      'REPLACE StationName SCANNER',
      'ADD Manufacturer ACME Inc',
      'KEEP PatientSex',
      'REPLACE FrameOfReferenceUID func:generate_uid',
      'REPLACE SeriesInstanceUID deid_func:dicom_uuid org_root=1.2',
    );
    assert.deepEqual(rulesOf(imported), [
      { keyword: 'PatientSex', do: 'keep' },
      { keyword: 'Manufacturer', do: 'replace', value: 'ACME Inc' },
      { keyword: 'StationName', do: 'replace', value: 'SCANNER' },
      { keyword: 'FrameOfReferenceUID', do: 'hash' },
      { keyword: 'StudyDate', do: 'shiftDate' },
      { keyword: 'ReferringPhysicianName', do: 'remove' },
      { keyword: 'StudyID', do: 'empty' },
    ]);
    assert.deepEqual(told(imported), [
      [1, 'whole'],
      [3, 'whole'],
      [4, 'whole'],
      [5, 'whole'],
      [6, 'part'],
      [7, 'whole'],
      [8, 'part'],
      [9, 'whole'],
      [10, 'part'],
      [11, 'whole'],
    ]);
  });

  test('fields: tags, private blocks, patterns, selections, groups, nested ones, all but some', () => {
    const matches = (...lines: string[]) => recipe(...lines).profile.rules.map(({ match, do: does }) => [match, does]);
    assert.deepEqual(matches('BLANK (0008,1010)', 'BLANK 00081010'), [
      [{ tag: '(0008,1010)' }, 'empty'],
      [{ tag: '(0008,1010)' }, 'empty'],
    ]);
    assert.deepEqual(matches('REMOVE (0033,"MITRA OBJECT UTF8 ATTRIBUTES 1.0",1E)'), [
      [{ tag: '(0033,xx1E)', privateCreator: 'MITRA OBJECT UTF8 ATTRIBUTES 1.0' }, 'remove'],
    ]);
    assert.deepEqual(matches('BLANK endswith:Name', 'REMOVE startswith:Patient', 'REMOVE contains:Physician|0019'), [
      [{ keyword: 'Patient*' }, 'remove'],
      [{ keyword: '*Physician*' }, 'remove'],
      [{ tag: '(0019,xxxx)' }, 'remove'],
      [{ keyword: '*Name' }, 'empty'],
    ]);
    assert.deepEqual(matches('BLANK select:VR:TM', 'REMOVE select:group:9'), [
      [{ tag: '(0009,xxxx)' }, 'remove'],
      [{ vr: 'TM' }, 'empty'],
    ]);
    assert.deepEqual(matches('REMOVE ReferencedImageSequence__StudyID'), [[{ keyword: 'StudyID' }, 'remove']]);
    assert.deepEqual(matches('REMOVE except:StudyDate', 'REMOVE ALL func:is_name'), [
      [{ keyword: '*StudyDate*' }, 'standard'],
      [{ tag: '(0008,0000)-(FFFC,FFFF)' }, 'remove'],
      [{ tag: '(0008,0000)-(FFFC,FFFF)' }, 'remove'],
    ]);
    const grouped = importDeid(
      'FORMAT dicom\n%fields who\nFIELD StudyID\nFIELD endswith:Name\n%values w\nSPLIT PatientName\n%header\nREMOVE fields:who\nREMOVE values:w\n',
    );
    assert.deepEqual(rulesOf(grouped), [
      { keyword: 'StudyID', do: 'remove' },
      { keyword: '*Name', do: 'remove' },
    ]);
  });

  test('a whole family is never kept as it is, and no patient is', () => {
    assert.deepEqual(
      rulesOf(recipe('KEEP contains:Image', 'KEEP select:group:0018', 'KEEP all')).map((rule) => rule.do),
      ['standard', 'standard', 'standard'],
    );
    assert.deepEqual(
      rulesOf(
        recipe(
          'KEEP PatientID',
          'KEEP PatientAddress',
          'KEEP PixelData',
          'REPLACE PatientID var:id',
          'ADD PatientIdentityRemoved YES',
        ),
      ),
      [{ keyword: 'PatientAddress', do: 'remove' }],
    );
  });

  test('a text in which people write freely is cleaned, a private number is left to the table', () => {
    assert.deepEqual(rulesOf(recipe('KEEP ImageComments', 'KEEP (0029,1010)')), [
      { keyword: 'ImageComments', do: 'clean' },
      { tag: '(0029,1010)', do: 'standard' },
    ]);
  });

  test('filters, labels and what is not understood are told', () => {
    const imported = importDeid(
      '# all of it\nFORMAT dicom\n%filter whitelist\nLABEL CT\n  contains Modality CT\n  coordinates 0,0,512,110\n%labels\nMaintainer me\n%header\nREPLACE StudyID var:x\nREMOVE OperatorName\nREMOVE contains:a(b|c)+\nFORGET StudyID\nREPLACE StudyDate soon\nBLANK',
    );
    assert.deepEqual(told(imported), [
      [2, 'whole'],
      [3, 'part'],
      [4, 'whole'],
      [5, 'whole'],
      [6, 'whole'],
      [7, 'none'],
      [8, 'none'],
      [9, 'whole'],
      [10, 'none'],
      [11, 'none'],
      [12, 'none'],
      [13, 'none'],
      [14, 'none'],
      [15, 'none'],
    ]);
    assert.deepEqual(rulesOf(imported), [
      { keyword: 'StudyID', do: 'remove' },
      { keyword: 'StudyDate', do: 'remove' },
    ]);
    invalid(() => importDeid('%header\nKEEP Modality'));
    invalid(() => importDeid('FORMAT nifti'));
  });

  test('no recipe without KEEP keeps anything', () => {
    const word = fc.constantFrom(
      'ADD',
      'BLANK',
      'JITTER',
      'REPLACE',
      'REMOVE',
      'KEEPER',
      'StudyID',
      'PatientName',
      'all',
      'contains:Date',
      'except:Study',
      'func:x',
      'var:x',
      '(0010,0010)',
      '%header',
      '%filter x',
      '#',
      'x',
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
          { maxLength: 8 },
        ),
        (lines) => {
          for (const rule of recipe(...lines).profile.rules) assert.notEqual(rule.do, 'keep');
        },
      ),
    );
  });
});

test('an imported profile lets nothing planted through, and keeps what it was asked to', () => {
  const ctp = importCtp(
    '<script><e t="00181030" n="ProtocolName">@hash(this)</e><e t="00100040" n="PatientSex">@keep()</e></script>',
  ).profile;
  const deid = recipe('KEEP PatientSex', 'KEEP select:group:0020', 'REMOVE contains:Physician').profile;
  fc.assert(
    fc.property(plantedElements, fc.constantFrom(ctp, deid), (elements, profile) => {
      const file = fileOf({ elements: [...elements, ...IDENTITY, el(0x00100040, 'CS', 'F')] });
      const result = deidentify(file, profile, keys, { subjectCode: 'sub-001' });
      const output = outputOf(result.file);
      for (const secret of SECRETS) assert.ok(!holds(output, secret), `${secret} survives`);
      assert.deepEqual(residualScan(output, result.removed), []);
      assert.equal(text(result.file.dataset, 0x00100040, contextOf(result.file)), 'F');
    }),
    { numRuns: 60 },
  );
});
