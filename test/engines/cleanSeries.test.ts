// Cleaning a series: the same whoever does the work, in bounded memory whatever its size, and never half.
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { main } from '@/cli/main';
import { presets } from '@/domain/deid/presets';
import { parseProfile } from '@/domain/deid/profile';
import { makeElement } from '@/domain/dicom/make';
import { readDicom } from '@/domain/dicom/read';
import { type CleanOptions, cleanSeries } from '@/engines/cleanSeries';
import { Crew } from '@/engines/crew';
import { deidKeys } from '@/engines/dicomFiles';
import { headerTable } from '@/engines/headerTable';
import { knownValues } from '@/engines/knownValues';
import { lookInto } from '@/engines/lookInto';
import { scan, slice } from '../workers/scan';

const root = await mkdtemp(join(tmpdir(), 'cloakroom-clean-'));
after(() => rm(root, { recursive: true, force: true }));
const ctx = { bigEndian: false, charsets: [] };
const keys = deidKeys(Buffer.alloc(32, 5));

async function folder(name: string, files: readonly Uint8Array[]): Promise<string[]> {
  const path = join(root, name);
  await mkdir(path);
  const paths = files.map((_, i) => join(path, `IM${String(i).padStart(4, '0')}`));
  for (const [i, bytes] of files.entries()) await writeFile(paths[i]!, bytes);
  return paths;
}

async function clean(name: string, files: readonly string[], more: Partial<CleanOptions> = {}) {
  const out = join(root, name);
  await mkdir(out);
  const output = (index: number) => join(out, String(index).padStart(4, '0'));
  const { profile } = presets.research;
  const result = await cleanSeries({ files, output, profile, keys, subjectCode: 'sub-1', ...more });
  const names = await readdir(out);
  return { result, files: await Promise.all(names.sort().map((one) => readFile(join(out, one)))), names };
}

test('one thread and two write the same, say the same, and count the same', async () => {
  const slices = scan({ slices: 80, size: 16 }).map(({ bytes }) => bytes);
  slices[17] = slices[17]!.subarray(0, -40);
  const files = await folder('many', slices);
  const [one, two] = [new Crew(1), new Crew(2)];
  const rows: string[][] = [[], []];
  const told = (n: number) => (some: readonly { original: string; replacement: string }[]) => {
    for (const { original, replacement } of some) rows[n]!.push(`${original} ${replacement}`);
  };
  const alone = await clean('alone', files, { crew: one, onCrosswalk: told(0) });
  const together = await clean('together', files, { crew: two, onCrosswalk: told(1) });
  await two.close();
  assert.equal(alone.names.length, 79);
  assert.deepEqual(together.names, alone.names);
  assert.deepEqual(together.files, alone.files);
  assert.deepEqual(rows[1], rows[0]);
  const { removed, ...shown } = alone.result;
  const { removed: alsoRemoved, ...alsoShown } = together.result;
  assert.deepEqual(alsoShown, shown);
  assert.deepEqual(new Set(alsoRemoved.map(({ text }) => text)), new Set(removed.map(({ text }) => text)));
});

test('pixels too large to be held are passed on unchanged, and hidden bits in them are cleared', async () => {
  const size = 1100;
  const pixels = (plane: number) => (_z: number, y: number, x: number) =>
    ((x * 31 + y * 7) & 0xfff) | (y === 1000 ? plane : 0);
  const files = await folder(
    'large',
    [0, 0x4000].map((plane) => slice(0, { size, pixels: pixels(plane) })),
  );
  const { files: cleaned } = await clean('large-out', files);
  const [plain, cleared] = cleaned.map((bytes) => readDicom(bytes).dataset.elements.get(0x7fe00010)!);
  const original = readDicom(await readFile(files[0]!)).dataset.elements.get(0x7fe00010)!;
  assert.ok(plain?.kind === 'bytes' && cleared?.kind === 'bytes' && original.kind === 'bytes');
  assert.deepEqual(plain.bytes, original.bytes);
  assert.deepEqual(cleared.bytes, original.bytes);
});

test('what any slice says is looked for in the pixels of all, on both sides of a piece too', async () => {
  const name = makeElement(0x00080090, 'PN', 'Wintermantel^Adalbert', ctx);
  for (const [number, size, at] of [
    [1, 32, 501],
    [2, 200, 44_444],
    [3, 800, 2 ** 20 - 5],
  ] as const) {
    const hidden = slice(0, { size });
    const start = hidden.length - 2 * size * size;
    hidden.set(Buffer.from('WINTERMANTEL'), start + at);
    const over = [makeElement(0x00280101, 'US', [16], ctx), makeElement(0x00280102, 'US', [15], ctx)];
    const bits = readDicom(hidden).dataset.elements.get(0x7fe00010)!;
    const files = await folder(`hidden-${number}`, [slice(0, { size }, [...over, bits]), slice(1, { size }, [name])]);
    const { result, names } = await clean(`hidden-out-${number}`, files);
    assert.deepEqual(
      result.refused.map(({ index }) => index),
      [0],
      `${size}`,
    );
    assert.deepEqual(names, ['0001']);
  }
});

test('a file of 2.5 GB is looked into, tabled and planned without being held', async () => {
  const frames = 10_000;
  const length = frames * 512 * 512;
  const head = slice(0, { size: 512 }, [
    makeElement(0x00280008, 'IS', String(frames), ctx),
    makeElement(0x00280100, 'US', [8], ctx),
    makeElement(0x00280101, 'US', [8], ctx),
    makeElement(0x00280102, 'US', [7], ctx),
  ]).subarray(0, -2 * 512 * 512);
  new DataView(head.buffer, head.byteOffset).setUint32(head.length - 4, length, true);
  const path = join(root, 'sparse');
  const file = openSync(path, 'w');
  writeSync(file, head);
  ftruncateSync(file, head.length + length);
  closeSync(file);
  const before = process.memoryUsage().rss;
  assert.equal((await lookInto(path)).kind, 'image');
  assert.equal((await headerTable([path])).instances, 1);
  const crew = new Crew(2);
  const { profile } = presets.research;
  const planned = await cleanSeries({ files: [path], output: null, profile, keys, subjectCode: 'sub-1', crew });
  await crew.close();
  assert.deepEqual(planned.clean, [0]);
  assert.ok(process.memoryUsage().rss - before < 500e6);
  await rm(path);
});

test('a helper that dies ends the command in plain words, and nothing half is left', async (t) => {
  if (os.availableParallelism() < 2) return t.skip('needs two cores, so that there is a helper');
  const files = await folder(
    'dying',
    scan({ slices: 200, size: 16 }).map(({ bytes }) => bytes),
  );
  const [out, lines] = [join(root, 'dying-out'), [] as string[]];
  const kill = (message: unknown) => void (message as { worker: Worker }).worker.terminate();
  const { error } = console;
  console.error = (...words: unknown[]) => lines.push(words.join(' '));
  subscribe('worker_threads', kill);
  try {
    assert.equal(await main(['deidentify', join(files[0]!, '..'), '--out', out]), 2);
  } finally {
    unsubscribe('worker_threads', kill);
    console.error = error;
  }
  assert.match(lines.join(), /helper thread ended before its work was done/);
  assert.deepEqual(await readdir(out), []);
});

test('what only another file of the study tells is cleaned out of a text, not found in the copy and kept back', async () => {
  const text = (words: string) => makeElement(0x00081030, 'LO', words, ctx);
  const nobody = makeElement(0x00100010, 'PN', '', ctx);
  const telling = slice(0, {}, [makeElement(0x00080090, 'PN', 'Liver^Ottoline', ctx)]);
  const files = await folder('study', [
    slice(1, { series: '1.2.826.7' }, [nobody, text('MRI for Liver, T1 sagittal')]),
    telling,
  ]);
  const { options } = presets.research.profile;
  const known = await knownValues(files, options);
  const read = async (name: string, more: Partial<CleanOptions>) => {
    const { result, files: cleaned } = await clean(name, files.slice(0, 1), more);
    return { refused: result.refused.length, out: cleaned.map((bytes) => bytes.toString('latin1')).join() };
  };
  const alone = await read('study-alone', {});
  assert.ok(alone.out.includes('for Liver'), 'nothing in the file itself tells that it is a name');
  const { refused, out } = await read('study-known', { known });
  assert.equal(refused, 0);
  assert.ok(out.includes('T1 sagittal') && !/Liver/.test(out));
});

test('the command gathers what all files of a subject tell before it cleans the first', async () => {
  const texts = ['MRI for Liver, T1 sagittal', ''];
  await folder(
    'subject',
    texts.map((words, z) =>
      slice(z, { series: `1.2.826.7.${z}` }, [
        makeElement(0x00081030, 'LO', words, ctx),
        makeElement(0x00080090, 'PN', z === 1 ? 'Liver^Ottoline' : '', ctx),
      ]),
    ),
  );
  const out = join(root, 'subject-out');
  assert.equal(await main(['deidentify', join(root, 'subject'), '--out', out]), 0);
  const names = await readdir(out, { recursive: true, withFileTypes: true });
  const written = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const all = await Promise.all(written.map((path) => readFile(path, 'latin1')));
  assert.equal(all.length, 2);
  assert.ok(all.some((bytes) => bytes.includes('T1 sagittal')) && !all.some((bytes) => /Liver/.test(bytes)));
});

test('a project that keeps an identifier on purpose does not look for it again', async () => {
  const files = await folder('kept', [slice(0)]);
  const rules = [{ match: { keyword: 'AccessionNumber' }, do: 'keep' }];
  const profile = parseProfile({ ...presets.research.profile, rules });
  const known = await knownValues(files, profile.options);
  const { result } = await clean('kept-out', files, { profile, known });
  assert.deepEqual(result.clean, [0]);
});
