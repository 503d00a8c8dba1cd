// `cloakroom run` and `deface` over a generated head: the face goes, the brain stays bit for bit, the dataset is BIDS.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { main } from '@/cli/main';
import { readDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { readNifti, type Volume } from '@/domain/nifti/volume';
import { phantomIdentifiers, planted } from '@/domain/phantom/identifiers';
import { phantomSeries } from '@/domain/phantom/series';
import { faceFigures } from '../faces';
import { compareImage } from '../fixtures/compareImage';

const DIMS = [128, 128, 96] as const;
const identifiers = phantomIdentifiers(1);

describe('a generated head', () => {
  let root: string;
  let input: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'cloakroom-run-'));
    input = join(root, `in ${identifiers.patientName}`);
    await mkdir(input);
    const [columns, rows, slices] = DIMS;
    for (const { name, bytes } of phantomSeries({
      modality: 'MR',
      head: true,
      columns,
      rows,
      slices,
      identifiers,
      seed: 1,
    })) {
      await writeFile(join(input, name), bytes);
    }
    const { error } = console;
    console.error = () => {};
    try {
      assert.equal(await main(['convert', input, '--out', join(root, 'converted')]), 0);
      assert.equal(await main(['run', input, '--out', join(root, 'bids'), '--dicom']), 0);
      const [before] = await volumesBelow(join(root, 'converted'));
      assert.equal(await main(['deface', before!, '--out', join(root, 'one.nii.gz')]), 0);
    } finally {
      console.error = error;
    }
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('loses its face and keeps its brain', async () => {
    const [original] = await volumesBelow(join(root, 'converted'));
    const [released] = await volumesBelow(join(root, 'bids'));
    for (const path of [released!, join(root, 'one.nii.gz')]) {
      const [a, b] = [await volumeOf(original!), await volumeOf(path)];
      assert.deepEqual(b.affine, a.affine);
      assert.equal(b.datatype, a.datatype);
      const face = faceFigures(await readFile(original!), await readFile(path));
      assert.ok(face.lines > 500, `only ${face.lines} lines meet the face`);
      assert.ok(face.receded > 0.99, `only ${face.receded} of the face receded by 5 mm`);
      assert.equal(changedShare(a, b, [0, 0, 0], 48), 0, 'voxels of the brain were changed');
    }
  });

  it('lost the same in its DICOM, pixel for pixel, which claims nothing because nobody looked', async () => {
    const volume = await volumeOf((await volumesBelow(join(root, 'bids')))[0]!);
    const images = (await filesBelow(join(root, 'bids', 'sourcedata'))).filter((path) => path.endsWith('.dcm'));
    assert.equal(images.length, DIMS[2]);
    for (const path of images) {
      const bytes = await readFile(path);
      assert.equal(compareImage(bytes, volume).differs, 0, path);
      assert.ok(!readDicom(bytes).dataset.elements.has(TAG.RecognizableVisualFeatures));
    }
  });

  it('leaves no planted identifier in any byte or name', async () => {
    const needles = planted(identifiers).flatMap((value) => [
      Buffer.from(value, 'utf8'),
      Buffer.from(value, 'utf16le'),
    ]);
    for (const path of await filesBelow(root)) {
      if (path.startsWith(input)) continue;
      const bytes = await readFile(path);
      const plain = Buffer.from(
        (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1').toLowerCase(),
        'latin1',
      );
      const name = path.slice(root.length).toLowerCase();
      for (const needle of needles) {
        const lower = Buffer.from(needle.toString('latin1').toLowerCase(), 'latin1');
        assert.ok(!plain.includes(lower), `${needle} is in ${path}`);
        assert.ok(!name.includes(needle.toString('utf8').toLowerCase()), `${needle} is in the name ${path}`);
      }
    }
  });

  it('is a BIDS dataset whose checksums agree', async () => {
    const out = join(root, 'bids');
    const lines = (await readFile(join(out, 'manifest-sha256.txt'), 'utf8')).trim().split('\n');
    const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
    const there = (await filesBelow(out))
      .map((path) => path.slice(out.length + 1))
      .filter((path) => path !== 'manifest-sha256.txt');
    assert.deepEqual([...listed.keys()].sort(), there.sort());
    for (const [path, sum] of listed)
      assert.equal(
        createHash('sha256')
          .update(await readFile(join(out, path)))
          .digest('hex'),
        sum,
        path,
      );
    const description = JSON.parse(await readFile(join(out, 'dataset_description.json'), 'utf8'));
    const { sha256 } = JSON.parse(await readFile('models/deface/manifest.json', 'utf8'));
    assert.ok(description.GeneratedBy[0].Description.includes(sha256));
  });
});

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function volumesBelow(path: string): Promise<string[]> {
  return (await filesBelow(path)).filter((name) => name.endsWith('.nii.gz'));
}

async function volumeOf(path: string): Promise<Volume> {
  return readNifti(gunzipSync(await readFile(path)));
}

/** Share of the voxels that differ within `radius` mm of `centre`, in the head's own coordinates (mm, middle of the brain). */
function changedShare(a: Volume, b: Volume, centre: readonly [number, number, number], radius: number): number {
  const [nx, ny, nz] = a.shape;
  const [before, after] = [a, b].map((v) => new Int16Array(Uint8Array.from(v.data).buffer)) as [Int16Array, Int16Array];
  // The generator puts the middle of the volume at (0, 4, -34) of the head.
  const middle = [0, 4, -34] as const;
  let inside = 0;
  let changed = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const offset = [i - (nx - 1) / 2, j - (ny - 1) / 2, k - (nz - 1) / 2].map((n, axis) => {
          const sign = a.affine[axis * 4 + axis]! < 0 ? -1 : 1;
          return n * sign * a.spacingMm[axis]! + middle[axis]! - centre[axis]!;
        });
        if (Math.hypot(...offset) > radius) continue;
        inside += 1;
        const at = i + nx * (j + ny * k);
        if (before[at] !== after[at]) changed += 1;
      }
  return changed / inside;
}
