// `npm run bench`: see test/bench/bench.ts. With `-- --record` the figures of burned-in text are kept for the lead's screen.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const args = ['--import', 'tsx', 'test/bench/bench.ts', ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
