// Every sample DICOM file ends cleaned or refused in plain words; what was cleaned opens here and in dcmjs, and nothing removed is in it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import dcmjs from 'dcmjs';
import { deidentify } from '@/domain/deid/deidentify';
import { presets } from '@/domain/deid/presets';
import { residualScan } from '@/domain/deid/residual';
import { readDicom } from '@/domain/dicom/read';
import { uid } from '@/domain/dicom/values';
import { writeDicom } from '@/domain/dicom/write';
import { DomainError } from '@/domain/errors';
import { sampleFiles, samplesMissing } from '../../samples';
import { joined, keys } from './build';

const inflateRaw = (deflated: Uint8Array) => inflateRawSync(deflated, { maxOutputLength: 1 << 28 });
const read = (bytes: Uint8Array) => readDicom(bytes, { inflateRaw });
const { DicomMessage } = dcmjs.data;
dcmjs.log.setLevel('silent');

function openInDcmjs(bytes: Uint8Array): boolean {
  try {
    DicomMessage.readFile(bytes.slice().buffer);
    return true;
  } catch {
    return false;
  }
}

/** What became of a file: the cleaned bytes, or null when it was refused. Any other end is a defect. */
function cleaned(original: Uint8Array, preset: 'research' | 'basic'): Uint8Array | null {
  try {
    const { file, removed } = deidentify(read(original), presets[preset].profile, keys, { subjectCode: 'sub-001' });
    const output = joined(writeDicom(file, { deflateRaw: (plain) => deflateRawSync(plain) }));
    assert.deepEqual(residualScan(output, removed, { inflateRaw }), []);
    const again = read(output);
    if (again.meta.elements.size > 0 && uid(again.dataset, 0x00080018))
      assert.match(uid(again.dataset, 0x00080018)!, /^2\.25\./);
    return output;
  } catch (error) {
    assert.ok(error instanceof DomainError, String(error));
    return null;
  }
}

for (const preset of ['research', 'basic'] as const)
  for (const folder of ['dicom', 'series'])
    test(`every file of ${folder} under ${preset}`, { skip: samplesMissing() }, () => {
      let opened = 0;
      for (const path of sampleFiles(folder)) {
        const original = new Uint8Array(readFileSync(path));
        const output = cleaned(original, preset);
        if (!output || !openInDcmjs(original)) continue;
        assert.ok(openInDcmjs(output), `dcmjs opened ${basename(path)} before and not afterwards`);
        opened++;
      }
      assert.ok(opened > 0);
    });
