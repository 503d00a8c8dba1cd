// Scripts of RSNA CTP's DicomAnonymizer: what is taken over, what has no equivalent, and that nothing not understood is kept.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { importCtp } from '@/domain/deid/imports/ctp';
import { invalid, rulesOf, told } from './told';

const script = (...lines: string[]) => `<script>\n${lines.join('\n')}\n</script>`;
const e = (tag: string, name: string, code: string, en = 'T') => `<e en="${en}" t="${tag}" n="${name}">${code}</e>`;
/** What one element's script comes to. */
const one = (code: string, tag = '00081010', name = 'StationName', more: string[] = []) =>
  rulesOf(importCtp(script(...more, e(tag, name, code)))).map(({ tag: _, ...rest }) => rest);

describe('CTP scripts', () => {
  test('the functions that have an equivalent', () => {
    assert.deepEqual(one('@keep()'), [{ do: 'keep' }]);
    assert.deepEqual(one('@remove()'), [{ do: 'remove' }]);
    assert.deepEqual(one('@empty()'), [{ do: 'empty' }]);
    assert.deepEqual(one(''), [{ do: 'empty' }]);
    assert.deepEqual(one('@blank(8)'), [{ do: 'empty' }]);
    assert.deepEqual(one('@require()'), [{ do: 'keep' }]);
    assert.deepEqual(one('@hash(this,10)'), [{ do: 'hash' }]);
    assert.deepEqual(one('@hash(StationName)'), [{ do: 'hash' }]);
    assert.deepEqual(one('@hashuid(@UIDROOT,this)', '00200052', 'FrameOfReferenceUID'), [{ do: 'hash' }]);
    assert.deepEqual(one('@hashptid(@SITEID,this)', '00101000', 'OtherPatientIDs'), [{ do: 'hash' }]);
    assert.deepEqual(one('@incrementdate(this,@DATEINC)', '00080020', 'StudyDate'), [{ do: 'shiftDate' }]);
    assert.deepEqual(one('@round(this,5)', '00101010', 'PatientAge'), [{ do: 'bin', width: 5 }]);
    assert.deepEqual(one('@always()MR \\@ night'), [{ do: 'remove' }]);
    assert.deepEqual(one('@always()SCANNER'), [{ do: 'replace', value: 'SCANNER' }]);
    assert.deepEqual(one('@param(@NAME)', undefined, undefined, ['<p t="NAME">SCANNER &amp; CO</p>']), [
      { do: 'replace', value: 'SCANNER & CO' },
    ]);
    assert.deepEqual(one('@process()', '00081140', 'ReferencedImageSequence'), [{ do: 'keep' }]);
  });

  test('a text in which people write freely is cleaned where the script keeps it', () => {
    assert.deepEqual(one('@keep()', '00104000', 'PatientComments'), [{ do: 'clean' }]);
    assert.deepEqual(one('@require()', '00081030', 'StudyDescription'), [{ do: 'clean' }]);
    assert.deepEqual(one('@keep()', '00080020', 'StudyDate'), [{ do: 'keep' }]);
  });

  test('conditions on the attribute itself', () => {
    assert.deepEqual(one('@if(this,isblank){@remove()}{@hash(this)}'), [{ do: 'hash' }]);
    assert.deepEqual(one('@if(this,exists){@empty()}{@keep()}'), [{ do: 'empty' }]);
    assert.deepEqual(one('@if(this,contains,"a.b"){@keep()}{@remove()}'), [
      { value: '^.*a\\.b.*$', do: 'keep' },
      { do: 'remove' },
    ]);
    assert.deepEqual(one('@if(StationName,matches,"MR[0-9]"){@keep()}{X}'), [
      { value: '^(MR[0-9])$', do: 'keep' },
      { do: 'replace', value: 'X' },
    ]);
    assert.deepEqual(one('@if(Modality,equals,"MR"){@keep()}{@remove()}'), [{ do: 'remove' }]);
    assert.deepEqual(one('@if(this,matches,"(?=x)"){@keep()}{@keep()}'), [{ do: 'remove' }]);
    assert.deepEqual(one('@select(){@keep()}{@keep()}'), [{ do: 'keep' }]);
    assert.deepEqual(one('@select(){@keep()}{@remove()}'), [{ do: 'remove' }]);
  });

  test('the look-up table', () => {
    const xml = script(e('00080080', 'InstitutionName', '@lookup(this,site,default,"Site X")'));
    assert.deepEqual(rulesOf(importCtp(xml, 'site/North Clinic = Site A\n# a comment\nptid/1 = 2\n')), [
      { tag: '(0008,0080)', do: 'lookup', table: { 'North Clinic': 'Site A' }, otherwise: 'Site X' },
    ]);
    assert.deepEqual(rulesOf(importCtp(xml)), [{ tag: '(0008,0080)', do: 'remove' }]);
    const keeping = script(e('00080080', 'InstitutionName', '@lookup(this,site,keep)'));
    assert.deepEqual(rulesOf(importCtp(keeping, 'site/North = A')), [
      { tag: '(0008,0080)', do: 'lookup', table: { North: 'A' } },
    ]);
  });

  test('what has no equivalent removes the attribute and is told', () => {
    for (const code of [
      '@date()',
      '@time(:)',
      '@quarantine()',
      '@skip()',
      '@contents(this)',
      '@contents(StudyID)x',
      '@truncate(this,4)',
      '@initials(this)',
      '@encrypt(this,"k")',
      '@hash(PatientID)',
      '@append(){@keep()}',
      '@value(this)',
      '@keep',
      '@if(this,isblank){@keep()}',
      '@modifydate(this,*,1,1)',
      '@lowercase(this)',
      '@keep()@keep()',
      '@KEEPALL()',
      '@dateinterval(StudyDate,a,PatientID)',
      '@pathelement(StudyID,1)',
      '@call(x)',
      'a name of more than sixteen letters',
    ]) {
      const imported = importCtp(script(e('00081010', 'StationName', code)));
      assert.deepEqual(rulesOf(imported), [{ tag: '(0008,1010)', do: 'remove' }], code);
      assert.deepEqual(told(imported), [[2, 'none']], code);
    }
  });

  test('every line is told, by its number', () => {
    const imported = importCtp(
      `<?xml version="1.0"?>\n<!-- of a\ntrial -->\n${script(
        '<p t="DATEINC">-3210</p>',
        e('00100010', 'PatientName', '@keep()'),
        e('00100030', 'PatientBirthDate', '@keep()'),
        e('00101040', 'PatientAddress', '@hash(this)'),
        e('00080016', 'SOPClassUID', '@keep()'),
        e('00120063', 'DeIdentificationMethod', '{Per DICOM PS 3.15}'),
        e('00081010', 'StationName', '@keep()', 'F'),
        e('00091001', '', '@keep()'),
        e('0029[SIEMENS CSA HEADER]10', 'CSA', '@keep()'),
        '<!-- twice -->',
        e('00081030', 'StudyDescription', '@keep()'),
        e('00081030', 'StudyDescription', '@remove()'),
        '<k en="T" t="0018">Keep group 0018</k>',
        '<k en="T" t="safeprivateelements">Keep safe private elements</k>',
        '<r en="T" t="curves">Remove curves</r>',
        '<r en="F" t="overlays">Remove overlays</r>',
        '<r en="T" t="unspecifiedelements">Remove unchecked elements</r>',
      )}`,
    );
    assert.deepEqual(told(imported), [
      [5, 'whole'],
      [6, 'part'],
      [7, 'none'],
      [8, 'part'],
      [9, 'whole'],
      [10, 'whole'],
      [11, 'whole'],
      [12, 'none'],
      [13, 'whole'],
      [15, 'none'],
      [16, 'whole'],
      [17, 'part'],
      [18, 'whole'],
      [19, 'whole'],
      [20, 'none'],
      [21, 'part'],
    ]);
    assert.deepEqual(rulesOf(imported), [
      { tag: '(0010,0030)', do: 'remove' },
      { tag: '(0010,1040)', do: 'hash' },
      { tag: '(0029,xx10)', privateCreator: 'SIEMENS CSA HEADER', do: 'keep' },
      { tag: '(0008,1030)', do: 'remove' },
    ]);
    assert.equal(imported.profile.options.retainSafePrivate, true);
    for (const { words } of imported.lines) assert.match(words, /\.$/);
  });

  test('anything else is refused, entities and document types too', () => {
    for (const xml of [
      '',
      '<script>',
      '<scripts></scripts>',
      '{"name": 1}',
      `<!DOCTYPE s [<!ENTITY a "b">]>${script('')}`,
      script('<e t="x">&a;</e>'),
      script('<e t="00080020">a<b/></e>'),
      script('text'),
      `${script('')}more`,
    ])
      invalid(() => importCtp(xml));
    assert.deepEqual(importCtp('<script></script>').lines, []);
    assert.deepEqual(rulesOf(importCtp(script(e('00081010', 'StationName', '&#x41;&lt;')))), [
      { tag: '(0008,1010)', do: 'replace', value: 'A<' },
    ]);
  });

  test('no script that does not say keep keeps anything', () => {
    const part = fc.constantFrom(
      '@',
      'hash',
      'if',
      'select',
      'lookup',
      '(',
      ')',
      '{',
      '}',
      ',',
      'this',
      '"',
      '\\',
      'isblank',
      'remove()',
      'always()',
      'x',
      ' ',
      '@hash(this)',
      '@empty()',
      '@param(@P)',
    );
    const code = fc.array(part, { maxLength: 15 }).map((parts) => parts.join('').replaceAll('<', ''));
    fc.assert(
      fc.property(code, fc.constantFrom('00081010', '00100040', '00081140', '00091010', '00080020'), (written, tag) => {
        for (const rule of importCtp(script('<p t="P">v</p>', e(tag, 'Name', written.replaceAll('&', '')))).profile
          .rules)
          assert.notEqual(rule.do, 'keep', written);
      }),
      { numRuns: 500 },
    );
  });
});
