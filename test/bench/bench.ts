// npm run bench: one JSON line a measure, on generated scans, each command in a process of its own with its start counted; and
// how well burned-in text is found.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNifti } from '@/domain/nifti/write';
import { headPhantom } from '@/domain/phantom/head';
import { benchScore } from './benchScore';
import { benchText, benchTextSeries } from './benchText';
import { isInstalled, PEERS } from './peers';
import { writeMultiFrame, writeSlices } from './slices';

const FILES = 1000;
const ROUNDS = 5;
const PROGRAM = join(import.meta.dirname, '../../bin/cloakroom.mjs');
const USAGE = join(import.meta.dirname, 'usage.mjs');

interface Taken {
  readonly status: number;
  readonly seconds: number;
  /** Of all cores together. */
  readonly cpuSeconds: number;
}

/** Runs a command and takes its time, as the shell does. */
function timed(command: string, args: readonly string[]): Taken {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>/dev/null';
  const shell = spawnSync('bash', ['-c', script, 'bash', command, ...args], { encoding: 'utf8' });
  const [seconds = 0, user = 0, system = 0] = shell.stderr.trim().split(' ').map(Number);
  return { status: shell.status ?? 2, seconds, cpuSeconds: user + system };
}

const cloakroom = (...args: string[]) => timed(process.execPath, [PROGRAM, ...args]);

/** The most memory that a command of ours held at once, all its threads together. */
async function peakMb(
  root: string,
  ...args: string[]
): Promise<{ status: number | null; seconds: number; peakMb: number }> {
  const file = join(root, 'usage');
  const start = performance.now();
  const { status } = spawnSync(process.execPath, ['--import', USAGE, PROGRAM, ...args], {
    env: { ...process.env, BENCH_USAGE: file },
    stdio: 'ignore',
  });
  const seconds = round((performance.now() - start) / 1000, 2);
  return { status, seconds, peakMb: Math.round(Number(await readFile(file, 'utf8')) / 1024) };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const round = (value: number, digits: number) => Number(value.toFixed(digits));
const say = (line: object) => console.log(JSON.stringify(line));

/** Ours and its peers in turns, so that all meet the same machine. */
async function benchDeidentify(root: string): Promise<void> {
  const input = join(root, 'in');
  const megabytes = round(writeSlices(input, FILES) / 1e6, 1);
  const [peers, missing] = [PEERS.filter(isInstalled), PEERS.filter((peer) => !isInstalled(peer))];
  for (const { name, debian } of missing)
    say({ bench: 'deidentify', program: name, skipped: `not installed (Debian: ${debian})` });
  const runs = new Map<string, Taken[]>();
  const take = (name: string, one: Taken) => runs.set(name, [...(runs.get(name) ?? []), one]);
  for (let n = 0; n < ROUNDS; n++) {
    const out = join(root, 'out');
    for (const { name, command, before, args } of peers) {
      before?.(input, out, root);
      take(name, timed(command, args(input, out, root)));
      await rm(out, { recursive: true, force: true });
    }
    const own = cloakroom('deidentify', input, '--out', out);
    if (own.status !== 0) throw new Error('deidentify left files out');
    take('cloakroom deidentify', own);
    await rm(out, { recursive: true, force: true });
  }
  const { peakMb: peak } = await peakMb(root, 'deidentify', input, '--out', join(root, 'out'));
  const own = median(runs.get('cloakroom deidentify')!.map(({ seconds }) => seconds));
  for (const [name, taken] of runs) {
    const seconds = median(taken.map((one) => one.seconds));
    const cpuSeconds = round(median(taken.map((one) => one.cpuSeconds)), 2);
    const ours = name.startsWith('cloakroom') ? { peakMb: peak } : {};
    say({
      bench: 'deidentify',
      program: name,
      files: FILES,
      megabytes,
      seconds,
      cpuSeconds,
      ratioToOurs: round(seconds / own, 2),
      ...ours,
    });
  }
  await rm(input, { recursive: true });
}

function benchStart(): void {
  const node = median(Array.from({ length: ROUNDS }, () => timed(process.execPath, ['-e', '0']).seconds));
  for (const args of [['--help'], ['deidentify']]) {
    const seconds = median(Array.from({ length: ROUNDS }, () => cloakroom(...args).seconds));
    say({ bench: 'start', command: `cloakroom ${args.join(' ')}`, seconds, ofWhichNode: node });
  }
}

async function benchLinear(root: string): Promise<void> {
  for (const files of [200, 1000, 5000, 20_000]) {
    const input = join(root, `linear-${files}`);
    writeSlices(input, files, 64);
    const out = join(root, 'linear-out');
    const { seconds, peakMb: peak } = await peakMb(root, 'deidentify', input, '--out', out);
    say({
      bench: 'linear',
      files,
      pixels: '64x64',
      seconds,
      millisecondsPerFile: round((1000 * seconds) / files, 2),
      peakMb: peak,
    });
    for (const folder of [input, out]) await rm(folder, { recursive: true });
  }
}

async function benchMultiFrame(root: string): Promise<void> {
  const input = join(root, 'multiframe-in');
  const gigabytes = round(writeMultiFrame(input) / 1e9, 2);
  const {
    status,
    seconds,
    peakMb: peak,
  } = await peakMb(root, 'deidentify', input, '--out', join(root, 'multiframe-out'));
  say({ bench: 'multiframe', gigabytes, outcome: status === 0 ? 'written' : 'left out', seconds, peakMb: peak });
  await rm(join(root, 'multiframe-out'), { recursive: true, force: true });
}

/** Heads in the air that real scans have around them, each coarse voxel repeated `times` along every side. */
const HEADS = [
  { contrast: 't1', dims: [128, 128, 128], times: 2, mm: 1 },
  { contrast: 'ct', dims: [128, 128, 75], times: 4, mm: 0.5 },
  { contrast: 'ct', dims: [128, 128, 150], times: 4, mm: 0.5 },
] as const;

async function benchDeface(root: string): Promise<void> {
  for (const { contrast, dims, times, mm } of HEADS) {
    const coarse = headPhantom({ dims, spacingMm: [mm * times, mm * times, mm * times], contrast, seed: 5 });
    const shape = dims.map((n) => n * times) as unknown as readonly [number, number, number];
    const stored = new Int16Array(shape[0] * shape[1] * shape[2]);
    let at = 0;
    for (let z = 0; z < shape[2]; z++) {
      for (let y = 0; y < shape[1]; y++) {
        const row = (Math.floor(z / times) * dims[1] + Math.floor(y / times)) * dims[0];
        for (let x = 0; x < shape[0]; x++) stored[at++] = coarse[row + Math.floor(x / times)]!;
      }
    }
    const [x, y, z] = shape.map((n) => (-(n - 1) * mm) / 2);
    const affine = [mm, 0, 0, x!, 0, mm, 0, y! + 4, 0, 0, mm, z! - 34, 0, 0, 0, 1];
    const [input, out, told] = ['head.nii', 'defaced.nii.gz', 'told.json'].map((name) => join(root, name));
    await writeFile(input!, writeNifti({ shape, affine, datatype: 4, data: new Uint8Array(stored.buffer) }));
    const { status, seconds, peakMb: peak } = await peakMb(root, 'deface', input!, '--out', out!, '--report', told!);
    const report = JSON.parse(await readFile(told!, 'utf8'));
    const outcome = status === 0 ? report.outcome : `not written: ${report.reason}`;
    say({ bench: 'deface', contrast, shape, seconds, byStage: report.seconds, outcome, peakMb: peak });
    for (const file of [input!, out!]) await rm(file, { force: true });
  }
}

const root = await mkdtemp(join(tmpdir(), 'cloakroom-bench-'));
try {
  // The first start bundles, which no later one does.
  cloakroom('--help');
  await benchDeidentify(root);
  benchStart();
  await benchMultiFrame(root);
  await benchLinear(root);
  await benchDeface(root);
  say(await benchText());
  say(await benchTextSeries());
  say(benchScore());
} finally {
  await rm(root, { recursive: true, force: true });
}
