// The bad input of every day, each with the words its quarantine should use.

import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import yazl from 'yazl';
import { makeElement } from '@/domain/dicom/make';
import { writeNifti } from '@/domain/nifti/write';
import { slice } from './scan';

export interface BadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reason: RegExp;
}

const ctx = { bigEndian: false, charsets: [] };
const series = '1.2.826.0.1.3680043.10.1.77';
const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const;

export async function zipOf(files: Record<string, Uint8Array>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** An archive whose one file climbs out of it. */
async function climbingZip(): Promise<Buffer> {
  const zip = await zipOf({ 'aa/evil.txt': Buffer.from('x') });
  return Buffer.from(zip.toString('latin1').replaceAll('aa/evil.txt', '../evil.txt'), 'latin1');
}

function absurdNifti(): Uint8Array {
  const bytes = writeNifti({ shape: [2, 2, 2], affine: identity, datatype: 2, data: new Uint8Array(8) }).slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const axis of [1, 2, 3]) view.setInt16(40 + 2 * axis, 32_767, true);
  return bytes;
}

/** Empty files are not among them: they are quarantined before they are sent. */
export async function badFiles(): Promise<BadFile[]> {
  const whole = slice(1, { series });
  const random = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7919 + (i * i) / 3) & 255);
  return [
    { path: 'drop/truncated.dcm', bytes: whole.slice(0, whole.length - 700), reason: /damaged/ },
    { path: 'drop/random.dcm', bytes: random, reason: /neither DICOM nor NIfTI|damaged/ },
    {
      path: 'drop/letter.dcm',
      bytes: Buffer.from('Dear colleague, Augusta Lovelace was seen today.'),
      reason: /text file/,
    },
    {
      path: 'drop/lying.dcm',
      bytes: slice(2, { series }, [makeElement(0x00280010, 'US', [4000], ctx)]),
      reason: /pixel/i,
    },
    { path: 'drop/bomb.zip', bytes: await zipOf({ zeros: Buffer.alloc(80 * 2 ** 20) }), reason: /ZIP bomb/ },
    { path: 'drop/climbing.zip', bytes: await climbingZip(), reason: /point outside/ },
    { path: 'drop/absurd.nii', bytes: absurdNifti(), reason: /header claims|impossible|shorter/ },
    { path: 'drop/absurd.nii.gz', bytes: gzipSync(absurdNifti()), reason: /header claims|impossible|shorter/ },
    {
      path: 'drop/report.dcm',
      bytes: slice(3, { series }, [makeElement(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11', ctx)]),
      reason: /structured report/,
    },
  ];
}
