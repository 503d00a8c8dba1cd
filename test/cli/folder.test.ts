// The command line over folders: what goes in, what comes out, what is kept back, and what it must never write.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { text, uid } from '@/domain/dicom/values';
import { readNifti } from '@/domain/nifti/volume';
import { writeNifti } from '@/domain/nifti/write';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { writeText } from '../fixtures/writtenText';
import { badFiles, zipOf } from '../workers/badFiles';
import { PLANTED, scan, slice } from '../workers/scan';
import { run } from './command';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-cli-'));
});
after(() => rm(root, { recursive: true, force: true }));

async function folder(name: string, files: readonly { path: string; bytes: Uint8Array }[]): Promise<string> {
  const path = join(root, name);
  for (const file of files) {
    await mkdir(dirname(join(path, file.path)), { recursive: true });
    await writeFile(join(path, file.path), file.bytes);
  }
  return path;
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}

async function contents(path: string): Promise<Map<string, string>> {
  const names = await filesBelow(path);
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(join(path, name))).toString('latin1')] as const),
    ),
  );
}

async function assertNothingOf(out: string, values: readonly string[]): Promise<void> {
  for (const [name, bytes] of await contents(out)) {
    const text = name.endsWith('.gz') ? gunzipSync(Buffer.from(bytes, 'latin1')).toString('latin1') : bytes;
    for (const value of values) {
      assert.ok(!name.includes(value), `${value} is in the name ${name}`);
      assert.ok(!text.includes(value), `${value} is in ${name}`);
    }
  }
}

const nifti = writeNifti({
  shape: [4, 4, 4],
  affine: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  datatype: 2,
  data: new Uint8Array(64).fill(9),
});

describe('deidentify', () => {
  it('cleans what it can, lists what it cannot, and says so with 1', async () => {
    const bad = await badFiles();
    const input = await folder('in-mixed', [...scan(), ...bad, { path: 'drop/empty', bytes: new Uint8Array(0) }]);
    const [out, report] = [join(root, 'out-mixed'), join(root, 'report.json')];
    const { status, said } = await run('deidentify', input, '--out', out, '--report', report);
    assert.equal(status, 1);
    for (const { path } of bad) assert.ok(said.includes(path), `${path} is not listed`);
    const names = await filesBelow(out);
    assert.equal(names.length, 12);
    for (const name of names) assert.match(name, /^sub-[a-z0-9]+\/ses-01\/ser-001\/\d{6}\.dcm$/);
    await assertNothingOf(out, PLANTED);
    const text = await readFile(report, 'utf8');
    for (const value of [...PLANTED, 'drop/', 'letter', root])
      assert.ok(!text.includes(value), `${value} is in the report`);
    const { done, leftOut, changes } = JSON.parse(text);
    assert.equal(done, 12);
    assert.equal(leftOut.length, bad.length + 1);
    assert.ok(
      changes.some(
        (change: { keyword: string; count: number }) => change.keyword === 'PatientName' && change.count === 12,
      ),
    );
  });

  it('gives the same bytes for the same key, others for another, and keeps the key to its owner', async () => {
    const input = await folder('in-key', scan({ slices: 3 }));
    const key = join(root, 'project.key');
    for (const name of ['key-a', 'key-b'])
      assert.equal((await run('deidentify', input, '--out', join(root, name), '--key', key)).status, 0);
    assert.equal((await run('deidentify', input, '--out', join(root, 'key-c'))).status, 0);
    assert.deepEqual(await contents(join(root, 'key-a')), await contents(join(root, 'key-b')));
    assert.notDeepEqual(await filesBelow(join(root, 'key-a')), await filesBelow(join(root, 'key-c')));
    assert.equal((await stat(key)).mode & 0o777, 0o600);
  });

  it('writes a crosswalk that leads from every original instance to its copy', async () => {
    const files = scan({ slices: 3 });
    const input = await folder('in-cross', files);
    const [out, crosswalk] = [join(root, 'out-cross'), join(root, 'cross.csv')];
    assert.equal((await run('deidentify', input, '--out', out, '--crosswalk', crosswalk)).status, 0);
    const [head, ...lines] = (await readFile(crosswalk, 'utf8')).trim().split('\n');
    assert.equal(head, 'attribute,original,replacement');
    const pairs = new Map(
      lines
        .map((line) => line.split(','))
        .filter(([attribute]) => attribute === 'SOPInstanceUID')
        .map(([, from, to]) => [from, to]),
    );
    const copies = new Set<string>();
    for (const name of await filesBelow(out))
      copies.add(uid(readDicom(await readFile(join(out, name))).dataset, 0x00080018)!);
    for (const file of files) assert.ok(copies.has(pairs.get(uid(readDicom(file.bytes).dataset, 0x00080018)!)!));
    assert.equal((await stat(crosswalk)).mode & 0o777, 0o600);
  });

  it('takes a ZIP archive, passes over system files and exact copies, and cuts NIfTI headers', async () => {
    const good = scan({ slices: 2 });
    const telling = nifti.slice();
    telling.set(Buffer.from('Lovelace'), 148);
    const zip = await zipOf({ 'a/one': good[0]!.bytes, 'a/two': good[1]!.bytes });
    const input = await folder('in-zip', [
      { path: 'scan.zip', bytes: zip },
      { path: 'copy', bytes: good[0]!.bytes },
      { path: '.DS_Store', bytes: Buffer.from('x') },
      { path: 'p/t1.nii', bytes: telling },
    ]);
    const out = join(root, 'out-zip');
    const { status, said } = await run('deidentify', input, '--out', out);
    assert.equal(status, 0, said);
    const names = await filesBelow(out);
    assert.equal(names.filter((name) => name.endsWith('.dcm')).length, 2);
    const volume = names.find((name) => name.endsWith('.nii.gz'))!;
    assert.deepEqual(readNifti(gunzipSync(await readFile(join(out, volume)))).shape, [4, 4, 4]);
    await assertNothingOf(out, PLANTED);
  });

  it('keeps back what may hold text in its pixels', async () => {
    const burnt = makeElement(0x00280301, 'CS', 'YES', { bigEndian: false, charsets: [] });
    const input = await folder('in-burnt', [{ path: 'a', bytes: slice(0, {}, [burnt]) }]);
    const { status, said } = await run('convert', input, '--out', join(root, 'out-burnt'));
    assert.equal(status, 1);
    assert.match(said, /text/);
    assert.deepEqual(await filesBelow(join(root, 'out-burnt')), []);
  });

  it('blacks text out of pixels, counts it, tells to look, and claims nothing', async () => {
    const burnt = makeElement(0x00280301, 'CS', 'YES', { bigEndian: false, charsets: [] });
    const ink = new Set<number>();
    writeText('LOVELACE', 8, 20, 2, (x, y) => ink.add(y * 128 + x));
    const pixels = (_z: number, y: number, x: number) => (ink.has(y * 128 + x) ? 4000 : 900 + ((x * y) % 40));
    const input = await folder('in-ink', [{ path: 'a', bytes: slice(0, { size: 128, pixels }, [burnt]) }]);
    const [out, report] = [join(root, 'out-ink'), join(root, 'ink.json')];
    const { status, said } = await run('deidentify', input, '--out', out, '--report', report);
    assert.equal(status, 0);
    assert.match(said, /looked for in 1 images of 1 series, [1-9]\d* places blacked out.*look at these images/);
    const told = JSON.parse(await readFile(report, 'utf8')) as { burnedInText: { series: number; places: number } };
    assert.equal(told.burnedInText.series, 1);
    const [name] = await filesBelow(out);
    const { bytes, layout } = await openPixels(await readDicomFile(join(out, name!))).frame(0);
    const words = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    assert.equal(words.length, layout.rows * layout.columns);
    assert.ok(!words.includes(4000));
    const { dataset } = await readDicomFile(join(out, name!));
    assert.notEqual(text(dataset, 0x00280301, { bigEndian: false, charsets: [] }), 'NO');
  });
});

describe('convert', () => {
  it('makes a volume with a sidecar whose voxels are the originals', async () => {
    const input = await folder('in-convert', scan());
    const out = join(root, 'out-convert');
    assert.equal((await run('convert', input, '--out', out)).status, 0);
    const names = await filesBelow(out);
    assert.deepEqual(
      names.map((name) => name.split('/').at(-1)),
      ['vol-01.json', 'vol-01.nii.gz'],
    );
    const volume = readNifti(gunzipSync(await readFile(join(out, names[1]!))));
    assert.deepEqual(volume.shape, [32, 32, 12]);
    const voxels = new Uint16Array(Uint8Array.from(volume.data).buffer);
    assert.equal(voxels[3 + 32 * (31 - 4) + 1024 * 5], 100 + ((3 * 7 + 4 * 13 + 5 * 29) % 300));
    await assertNothingOf(out, PLANTED);
  });

  it('never squeezes a stack with a missing slice: it is listed, and nothing of it is written', async () => {
    const input = await folder('in-gap', scan({ missing: 4 }));
    const { status, said } = await run('convert', input, '--out', join(root, 'out-gap'));
    assert.equal(status, 1);
    assert.match(said, /slice/i);
    assert.deepEqual(await filesBelow(join(root, 'out-gap')), []);
  });
});

describe('what cannot run', () => {
  it('says why with 2, and leaves the disk as it was', async () => {
    const input = await folder('in-refused', scan({ slices: 2 }));
    const full = await folder('full', [{ path: 'x', bytes: Buffer.from('x') }]);
    await mkdir(join(root, 'nothing'), { recursive: true });
    const out = join(root, 'out-refused');
    const cases: [string[], RegExp][] = [
      [['deidentify', input, '--out', full], /not empty/],
      [['deidentify', input, '--out', join(input, 'drop/deep')], /inside IN/],
      [['deidentify', join(input, 'drop'), '--out', input], /inside OUT/],
      [['deidentify', join(root, 'absent'), '--out', out], /does not exist/],
      [['deidentify', join(root, 'nothing'), '--out', out], /no files/],
      [['deidentify', input, '--out', out, '--crosswalk', join(out, 'c.csv')], /must not be inside OUT/],
      [['deidentify', input, '--out', out, '--key', join(out, 'key')], /must not be inside OUT/],
      [['deidentify', input, '--out', out, '--profile', 'secret'], /no profile of that name/],
      [['deface', join(input, 'drop/2/IM0000'), '--out', join(root, 'd.nii.gz')], /DICOM file/],
    ];
    for (const [argv, words] of cases) {
      const { status, said } = await run(...argv);
      assert.equal(status, 2, argv.join(' '));
      assert.match(said, words);
    }
    assert.ok(!existsSync(join(input, 'drop/deep')));
    assert.deepEqual(existsSync(out) ? await filesBelow(out) : [], []);
  });

  it('clears up when the disk is full', async () => {
    const input = await folder('in-full', scan({ slices: 3, size: 256 }));
    const out = join(root, 'out-full');
    // A limit of 64 KiB on every file it writes looks to it like a disk that fills in the middle of one.
    const command = `ulimit -f 64; exec "${process.execPath}" --import tsx src/cli/main.ts deidentify "${input}" --out "${out}"`;
    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /disk is full/i);
    assert.deepEqual(await readdir(out), []);
  });
});
