// The command as it is bundled: what it loads only when needed, and the threads beside it, must be found there too.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import type { DicomFile } from '@/domain/dicom/dataset';
import { makeDataSet, makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { writeDicom } from '@/domain/dicom/write';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { layoutOf, packed } from '../fixtures/images';
import { writeText } from '../fixtures/writtenText';
import { scan, slice } from '../workers/scan';

const SIZE = 128;
const INK = 4000;
const NATIVE = '1.2.840.10008.1.2.1';
const context = { bigEndian: false, charsets: [] };
let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cloakroom-built-'));
});
after(() => rm(root, { recursive: true, force: true }));

function cloakroom(...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['bin/cloakroom.mjs', ...argv], { encoding: 'utf8' });
}

/** A slice of a series of its own with a name written over it. */
function writtenOver(series: number): DicomFile {
  const ink = new Set<number>();
  writeText('LOVELACE', 8, 20, 2, (x, y) => ink.add(y * SIZE + x));
  const pixels = (_z: number, y: number, x: number) => (ink.has(y * SIZE + x) ? INK : 900 + ((x * y) % 40));
  const burnt = makeElement(0x00280301, 'CS', 'YES', context);
  return readDicom(slice(0, { size: SIZE, series: `1.2.826.0.1.3680043.10.1.${series}`, pixels }, [burnt]));
}

/** The same slice in another transfer syntax, `suffix` behind the root of DICOM's. */
async function compressed(file: DicomFile, suffix: string): Promise<Uint8Array> {
  const layout = layoutOf({ rows: SIZE, columns: SIZE, bitsAllocated: 16, bitsStored: 12 });
  const { bytes } = await openPixels(file).frame(0);
  const inner = await packed(layout, suffix, [bytes]);
  const elements = [...file.dataset.elements.values(), inner.dataset.elements.get(0x7fe00010)!];
  const syntax = makeElement(0x00020010, 'UI', inner.transferSyntaxUid, context);
  const meta = makeDataSet([...file.meta.elements.values(), syntax]);
  return Buffer.concat(
    writeDicom({ ...file, meta, transferSyntaxUid: inner.transferSyntaxUid, dataset: makeDataSet(elements) }),
  );
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it('reads and blacks out text in every codec', async () => {
  const input = join(root, 'ink');
  await mkdir(input);
  await writeFile(join(input, 'native'), slice(0, {}));
  const suffixes = ['.4.70', '.4.80', '.4.90', '.4.201', '.5'];
  for (const [n, suffix] of suffixes.entries())
    await writeFile(join(input, `packed${n}`), await compressed(writtenOver(20 + n), suffix));
  const out = join(root, 'ink-out');
  await cloakroom('deidentify', input, '--out', out);
  const images = (await filesBelow(out)).filter((name) => name.endsWith('.dcm'));
  assert.equal(images.length, suffixes.length + 1);
  for (const name of images) {
    const file = await readDicomFile(name);
    if (file.transferSyntaxUid === NATIVE) continue;
    const { bytes } = await openPixels(file).frame(0);
    const words = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    assert.ok(!words.includes(INK), `${file.transferSyntaxUid} still shows the name`);
    assert.ok(words.includes(900 + 39), `${file.transferSyntaxUid} lost what is around it`);
  }
});

it('converts and defaces', async () => {
  const input = join(root, 'scan');
  for (const { path, bytes } of scan()) {
    await mkdir(join(input, path, '..'), { recursive: true });
    await writeFile(join(input, path), bytes);
  }
  const out = join(root, 'scan-out');
  await cloakroom('convert', input, '--out', out);
  const volume = (await filesBelow(out)).find((name) => name.endsWith('.nii.gz'))!;
  // A gradient is no head: the model ran if the command says so.
  const refused = cloakroom('deface', volume, '--out', join(root, 'defaced.nii.gz'));
  await assert.rejects(
    refused,
    (error: { code: number; stderr: string }) => error.code === 1 && /head|face/i.test(error.stderr),
  );
});
