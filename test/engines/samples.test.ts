// Every sample file ends as accepted or set aside with a reason: none crashes, none ends without a word.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { presets } from '@/domain/deid/presets';
import { cleanSeries } from '@/engines/cleanSeries';
import { deidKeys } from '@/engines/dicomFiles';
import { lookInto } from '@/engines/lookInto';
import { sampleFiles, samplesMissing } from '../samples';

test('every sample ends as accepted, passed over or quarantined with a reason', {
  skip: samplesMissing(),
}, async () => {
  const accepted: string[] = [];
  for (const path of sampleFiles('dicom')) {
    const look = await lookInto(path);
    if (look.kind === 'image') accepted.push(path);
    else assert.ok('reason' in look && look.reason.length > 10, basename(path));
  }
  assert.ok(accepted.length > 20);
  const out = mkdtempSync(join(tmpdir(), 'cloakroom-samples-'));
  try {
    const output = (index: number) => join(out, `${index}.dcm`);
    const keys = deidKeys(new Uint8Array(32));
    const options = { files: accepted, output, profile: presets.research.profile, keys, subjectCode: 'sub-001' };
    const { clean, refused } = await cleanSeries(options);
    assert.equal(clean.length + refused.length, accepted.length);
    for (const index of clean) assert.ok(existsSync(output(index)));
    for (const { index, reason } of refused) {
      assert.ok(reason.length > 10);
      assert.ok(!existsSync(output(index)), `${basename(accepted[index]!)} was refused and left something behind`);
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
