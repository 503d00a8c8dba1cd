// Other people's software on what comes out: it opens as it did before, and dciodvfy finds no error that was not there.
// Each tool is asked about all files in one process; a tool that is not installed is skipped, saying so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import dcmjs from 'dcmjs';
import { presets } from '@/domain/deid/presets';
import { readDicom } from '@/domain/dicom/read';
import { sampleFiles } from '../samples';
import { cleanFiles, cleanStudy } from './score';
import { plantedStudy } from './study';

const SEED = Number(process.env.CLOAKROOM_SEED ?? Date.now() % 1_000_000_000);
const { DicomMessage } = dcmjs.data;
dcmjs.log.setLevel('silent');

interface Pair {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Of a kind that dciodvfy understands: of a class, and not deflated. */
  readonly plain: boolean;
}

const root = mkdtempSync(join(tmpdir(), 'cloakroom-peers-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Another preset for each, and for each another one with the next seed. */
const presetOf = (i: number) => Object.values(presets)[(SEED + i) % Object.keys(presets).length]!.profile;

/** Generated files, a big batch, and the small samples, each before and after. */
function pairs(): Pair[] {
  for (const folder of ['before', 'after']) mkdirSync(join(root, folder));
  const generated = [0, 1].flatMap((i) => cleanStudy(plantedStudy(SEED + i, 30), presetOf(i)));
  const samples = sampleFiles('dicom')
    .map((path) => new Uint8Array(readFileSync(path)))
    .filter((bytes) => bytes.length < 300_000);
  return [
    ...generated.map(({ source, output }) => [source.bytes, output] as const),
    ...samples.flatMap((sample, i) => cleanFiles([sample], presetOf(i))),
  ].flatMap(([original, output], i) => {
    if (output === null) return [];
    const name = `${String(i).padStart(4, '0')}.dcm`;
    const pair = { name, before: join(root, 'before', name), after: join(root, 'after', name), plain: isPlain(output) };
    writeFileSync(pair.before, original);
    writeFileSync(pair.after, output);
    return [pair];
  });
}
function isPlain(bytes: Uint8Array): boolean {
  try {
    const { encoding, dataset } = readDicom(bytes);
    return !encoding.deflated && dataset.elements.has(0x00080016) && dataset.elements.has(0x00080018);
  } catch {
    return false;
  }
}

const PAIRS = pairs();

const isThere = (command: string, ...args: string[]) =>
  spawnSync(command, args).error === undefined && spawnSync(command, args).status === 0;
const missing = (there: boolean, tool: string) => (there ? false : `${tool} is not installed`);

/** What a tool says of each file of a folder: one process, an answer behind each name. */
function answers(folder: 'before' | 'after', command: string): Map<string, string> {
  const script = `cd "$1" && for file in *.dcm; do echo "== $file"; ${command} "$file" 2>&1; done`;
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', join(root, folder)], {
    encoding: 'latin1',
    maxBuffer: 2 ** 29,
  });
  const parts = stdout.split(/^== /m).slice(1);
  return new Map(parts.map((part) => [part.slice(0, 8), part.slice(part.indexOf('\n') + 1)]));
}

/** Kinds of complaint: without the values and places that a file names. */
function complaints(text: string, mark: RegExp): Set<string> {
  const lines = text.split('\n').filter((line) => mark.test(line));
  return new Set(lines.map((line) => line.replace(/<[^>]*>|'[^']*'|\[\d+\]|0x[0-9a-f]+|\d{3,}/g, '')));
}

function newComplaints(command: string, mark: RegExp, asked: readonly Pair[] = PAIRS): string[] {
  const [before, now] = [answers('before', command), answers('after', command)];
  assert.ok(now.size === PAIRS.length);
  const names = new Set(asked.map(({ name }) => name));
  return [...now].flatMap(([name, text]) => {
    // What the tool gave up on in the middle cannot be compared.
    if (!names.has(name) || /dataset read failed/.test(before.get(name) ?? '')) return [];
    const known = complaints(before.get(name) ?? '', mark);
    return [...complaints(text, mark)].filter((one) => !known.has(one)).map((one) => `${name}: ${one}`);
  });
}

test('dciodvfy finds no new error', {
  skip: missing(isThere('sh', '-c', 'command -v dciodvfy'), 'dciodvfy (Debian: dicom3tools)'),
}, () => {
  assert.deepEqual(
    newComplaints(
      'dciodvfy -new',
      /^Error/,
      PAIRS.filter(({ plain }) => plain),
    ),
    [],
    `CLOAKROOM_SEED=${SEED}`,
  );
});

test('dcmdump reads all', {
  skip: missing(isThere('sh', '-c', 'command -v dcmdump'), 'dcmdump (Debian: dcmtk)'),
}, () => {
  assert.deepEqual(newComplaints('dcmdump -q +L -M', /^[EF]:/), [], `CLOAKROOM_SEED=${SEED}`);
});

const READ_ALL = `
import sys, os, warnings
import pydicom
warnings.simplefilter('ignore')
for name in sorted(os.listdir(sys.argv[1])):
    try:
        dataset = pydicom.dcmread(os.path.join(sys.argv[1], name), force=True)
        dataset.walk(lambda _, element: element.value)
        print(name, 'read', flush=True)
    except Exception as error:
        print(name, 'failed', type(error).__name__, flush=True)
`;

test('pydicom reads all that it read before', {
  skip: missing(isThere('/usr/bin/python3', '-c', 'import pydicom'), 'pydicom (Debian: python3-pydicom)'),
}, () => {
  const read = (folder: string) =>
    spawnSync('/usr/bin/python3', ['-c', READ_ALL, join(root, folder)], { encoding: 'utf8' }).stdout.split('\n');
  const before = new Set(read('before'));
  const worse = read('after').filter((line) => line.includes('failed') && before.has(`${line.slice(0, 8)} read`));
  assert.deepEqual(worse, [], `CLOAKROOM_SEED=${SEED}`);
  assert.ok([...before].filter((line) => line.endsWith(' read')).length > PAIRS.length / 2);
});

test('dcmjs reads all that it read before', () => {
  const opens = (path: string) => {
    try {
      DicomMessage.readFile(new Uint8Array(readFileSync(path)).buffer);
      return true;
    } catch {
      return false;
    }
  };
  const read = PAIRS.filter(({ before }) => opens(before));
  // Of what is planted dcmjs refuses much, by chance up to three files of four.
  assert.ok(read.length > 0, `CLOAKROOM_SEED=${SEED}: it read nothing`);
  for (const { name, after: path } of read) assert.ok(opens(path), `${name}, CLOAKROOM_SEED=${SEED}`);
});
