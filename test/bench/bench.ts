// npm run bench: one JSON line a measure. Files per second of `deidentify` beside `cp -r` of the same files, seconds per
// volume of `deface`, and the peak memory of each, measured on generated scans in fresh processes; and how well burned-in text
// is found.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeNifti } from '@/domain/nifti/write';
import { headPhantom } from '@/domain/phantom/head';
import { scan } from '../workers/scan';
import { benchText } from './benchText';

const FILES = 400;
const ROUNDS = 3;

interface ChildAnswer {
  readonly status: number;
  readonly seconds: number;
  readonly peakMb: number;
}

/** Runs a command of the CLI in a process of its own, so that its memory is its own. */
function cli(...argv: string[]): ChildAnswer {
  const child = spawnSync(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'child.ts'), ...argv], {
    encoding: 'utf8',
  });
  const last = child.stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`the command said nothing: ${child.stderr}`);
  return JSON.parse(last) as ChildAnswer;
}

function copy(from: string, to: string): number {
  const start = performance.now();
  const { status } = spawnSync('cp', ['-r', from, to]);
  if (status !== 0) throw new Error('cp -r failed');
  return (performance.now() - start) / 1000;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const round = (value: number, digits: number) => Number(value.toFixed(digits));
const say = (line: object) => console.log(JSON.stringify(line));

async function benchDeidentify(root: string): Promise<void> {
  const input = join(root, 'in');
  let bytes = 0;
  for (const file of scan({ slices: FILES, size: 512, pixels: (z, y, x) => (x * y + z) & 1023 })) {
    await mkdir(dirname(join(input, file.path)), { recursive: true });
    await writeFile(join(input, file.path), file.bytes);
    bytes += file.bytes.byteLength;
  }
  const copies: number[] = [];
  const runs: ChildAnswer[] = [];
  // In turns, so that both meet the same machine.
  for (let n = 0; n < ROUNDS; n++) {
    copies.push(copy(input, join(root, `cp-${n}`)));
    runs.push(cli('deidentify', input, '--out', join(root, `out-${n}`)));
    for (const name of [`cp-${n}`, `out-${n}`]) await rm(join(root, name), { recursive: true, force: true });
  }
  if (runs.some((run) => run.status !== 0)) throw new Error('deidentify left files out');
  const [seconds, copySeconds] = [median(runs.map((run) => run.seconds)), median(copies)];
  say({
    bench: 'deidentify',
    files: FILES,
    megabytes: round(bytes / 1e6, 1),
    filesPerSecond: round(FILES / seconds, 1),
    cpFilesPerSecond: round(FILES / copySeconds, 1),
    timesCp: round(seconds / copySeconds, 2),
    peakMb: Math.max(...runs.map((run) => run.peakMb)),
  });
}

async function benchDeface(root: string): Promise<void> {
  const shape = [160, 200, 192] as const;
  const spacingMm = [1.2, 1.2, 1.25] as const;
  const voxels = headPhantom({ dims: shape, spacingMm, contrast: 't1', seed: 5 });
  const affine = [1.2, 0, 0, -96, 0, 1.2, 0, -120, 0, 0, 1.25, -120, 0, 0, 0, 1] as const;
  const stored = Int16Array.from(voxels);
  const input = join(root, 'head.nii');
  await writeFile(input, writeNifti({ shape, affine, datatype: 4, data: new Uint8Array(stored.buffer) }));
  const { status, seconds, peakMb } = cli('deface', input, '--out', join(root, 'defaced.nii.gz'));
  say({
    bench: 'deface',
    shape,
    secondsPerVolume: round(seconds, 2),
    outcome: status === 0 ? 'written' : 'held',
    peakMb,
  });
}

const root = await mkdtemp(join(tmpdir(), 'cloakroom-bench-'));
try {
  await benchDeidentify(root);
  await benchDeface(root);
  say(await benchText());
} finally {
  await rm(root, { recursive: true, force: true });
}
