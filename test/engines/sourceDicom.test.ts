// Real series, converted, masked and mapped back: mosaic, enhanced, 4D with private scaling, a tilted gantry. The masks are made up.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { applyMask } from '@/domain/deface/apply';
import { presets } from '@/domain/deid/presets';
import { readNifti } from '@/domain/nifti/volume';
import { writeNifti } from '@/domain/nifti/write';
import { pixelValues } from '@/domain/pixels/paint';
import { convertSeries } from '@/engines/convert';
import { deidKeys, readDicomFile } from '@/engines/dicomFiles';
import { readNiftiBytes, writeNiftiBytes } from '@/engines/files';
import { openPixels } from '@/engines/framePixels';
import { sourceDicom } from '@/engines/sourceDicom';
import { sampleFiles, samplesMissing } from '../samples';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-source-'));
});
after(() => rm(root, { recursive: true, force: true }));

/** Converts a sample series; removes the front right of each volume when it is a head, and makes its DICOM. */
async function made(
  name: string,
  { head, most = 100, converted = most }: { head: boolean; most?: number; converted?: number },
) {
  const files = sampleFiles(`series/${name}/dicom`).slice(0, most);
  const folder = await mkdtemp(join(root, 'series-'));
  const { volumes } = await convertSeries({
    files: files.slice(0, converted),
    outDir: folder,
    tempDir: folder,
  });
  let marked = 0;
  const parts = [];
  for (const { niftiPath, corrected } of volumes) {
    const bytes = await readNiftiBytes(niftiPath);
    const volume = readNifti(bytes);
    const { shape, affine } = volume;
    const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
    for (let n = 0; head && n < mask.length; n++)
      if (n % shape[0] > 0.4 * shape[0] && Math.floor(n / shape[0]) % shape[1] > 0.7 * shape[1]) mask[n] = 1;
    marked += mask.reduce((sum, v) => sum + v, 0) * volume.volumes;
    const fills = Array.from({ length: volume.volumes }, (_, t) => 3001 + t);
    const [nifti, at] = [`${niftiPath}-after.nii.gz`, `${niftiPath}-mask.nii.gz`];
    await writeNiftiBytes(nifti, applyMask(bytes, volume, mask, fills));
    await writeNiftiBytes(at, writeNifti({ shape, affine, datatype: 2, data: mask }));
    parts.push({ nifti, mask: head ? at : null, straightened: corrected !== null });
  }
  const out = await mkdtemp(join(root, 'out-'));
  const result = await sourceDicom({
    files,
    profile: presets.research.profile,
    keys: deidKeys(new Uint8Array(32)),
    subjectCode: 'sub-001',
    volumes: parts,
    sayFacesRemoved: true,
    folder: out,
  });
  return { files, result, marked, out };
}

/** How many pixels of the results are not those of the originals. */
async function changed(originals: readonly string[], results: readonly string[]): Promise<number> {
  let count = 0;
  for (const [n, path] of originals.entries()) {
    const [before, after] = [openPixels(await readDicomFile(path)), openPixels(await readDicomFile(results[n]!))];
    for (let frame = 0; frame < before.layout.frames; frame++) {
      const [was, is] = [await before.frame(frame), await after.frame(frame)];
      const [a, b] = [pixelValues(was.bytes, was.layout), pixelValues(is.bytes, is.layout)];
      count += a.reduce((sum, value, i) => sum + (value === b[i] ? 0 : 1), 0);
    }
  }
  return count;
}

const skip = samplesMissing();
for (const name of ['mr_siemens_mosaic_epi', 'mr_siemens_xa10_enh_fmri', 'mr_philips_fmri'] as const) {
  test(`${name}: as many pixels go as voxels were marked`, { skip }, async () => {
    const { files, result, marked } = await made(name, { head: true });
    assert.ok('files' in result, 'leftOut' in result ? result.leftOut : '');
    const gone = await changed(files, result.files);
    // Some held the filling value before.
    assert.ok(gone <= marked && gone > 0.99 * marked, `${gone} of ${marked}`);
  });
}

test('a tilted gantry, straightened by the converter: what the mask touches goes, and not much more', {
  skip,
}, async () => {
  const { files, result, marked } = await made('ct_philips_tilt', { head: true, most: 4 });
  assert.ok('files' in result, 'leftOut' in result ? result.leftOut : '');
  const gone = await changed(files, result.files);
  // The straightened volume is larger than the images, so part of what it marks is in none.
  assert.ok(gone > 0.6 * marked && gone < 1.1 * marked, `${gone} of ${marked}`);
});

test('a series that is no head keeps every pixel; one whose images are not all in its volumes stays out, leaving nothing', {
  skip,
}, async () => {
  const { files, result } = await made('mr_hitachi', { head: false });
  assert.ok('files' in result, 'leftOut' in result ? result.leftOut : '');
  assert.equal(await changed(files, result.files), 0);
  for (const head of [true, false]) {
    const partly = await made('mr_hitachi', { head, converted: 3 });
    assert.ok('leftOut' in partly.result);
    assert.match(partly.result.leftOut, /does not agree|Not all of its DICOM images/);
    const left = await readdir(partly.out, { recursive: true });
    assert.deepEqual(
      left.filter((path) => path.endsWith('.dcm')),
      [],
    );
  }
});
