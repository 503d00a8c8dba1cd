// Other programs that take identifiers out of DICOM headers, measured beside ours where they are installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Peer {
  readonly name: string;
  /** Package that brings it; null for what every machine has. */
  readonly debian: string | null;
  readonly command: string;
  /** What is done before the clock starts. */
  readonly before?: (input: string, out: string, scratch: string) => void;
  readonly args: (input: string, out: string, scratch: string) => string[];
}

function must(command: string, args: string[]): void {
  if (spawnSync(command, args, { stdio: 'ignore' }).status !== 0) throw new Error(`${command} failed`);
}

const certificate = (scratch: string) => join(scratch, 'peer.pem');

/** gdcmanon by PS3.15 needs a certificate, into which it seals what it takes out; its folders must be there. */
function makeCertificate(_input: string, out: string, scratch: string): void {
  mkdirSync(out);
  const key = join(scratch, 'peer.key');
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=bench', '-days', '2'];
  must('openssl', [...request, '-keyout', key, '-out', certificate(scratch)]);
}

export const PEERS: readonly Peer[] = [
  { name: 'cp -r', debian: null, command: 'cp', args: (input, out) => ['-r', input, out] },
  {
    name: 'gdcmanon -e (PS3.15 Basic Profile)',
    debian: 'libgdcm-tools',
    command: 'gdcmanon',
    before: makeCertificate,
    args: (input, out, scratch) => ['-e', '-c', certificate(scratch), '-r', input, out],
  },
  {
    name: 'gdcmanon --dumb (three attributes)',
    debian: 'libgdcm-tools',
    command: 'gdcmanon',
    before: (_input, out) => mkdirSync(out),
    args: (input, out) => [
      ...['--dumb', '--empty', '10,10', '--empty', '10,20', '--remove', '10,30'],
      ...['-r', input, out],
    ],
  },
  {
    name: 'dcmodify (in place, three attributes)',
    debian: 'dcmtk',
    command: 'dcmodify',
    before: (input, out) => must('cp', ['-r', input, out]),
    args: (_input, out) => [
      ...['-nb', '-ma', '(0010,0010)=A', '-ma', '(0010,0020)=B', '-ea', '(0010,0030)'],
      ...filesOf(out),
    ],
  },
];

function filesOf(folder: string): string[] {
  const { stdout } = spawnSync('find', [folder, '-type', 'f'], { encoding: 'utf8' });
  return stdout.trim().split('\n');
}

/** Whether a program is there. */
export function isInstalled({ command }: Peer): boolean {
  return spawnSync('which', [command], { stdio: 'ignore' }).status === 0;
}
