// Child programs: started in groups of their own, so that Ctrl-C reaches us alone and we stop them in order.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import process from 'node:process';

/** Whether a process of that number runs. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether process `pid` runs and its command line mentions `word` (numbers are used again by other programs). */
export function isOurs(pid, word) {
  if (!pid || !isAlive(pid)) return false;
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
  } catch {
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.includes(word) ?? false;
  }
}

/** Starts a Node program; `log` is a file its output is added to, or 'inherit'. */
export function startNode(args, { cwd, env, log }) {
  const out = log === 'inherit' ? 'inherit' : fs.openSync(log, 'a', 0o600);
  const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ['ignore', out, out] });
  if (out !== 'inherit') fs.closeSync(out);
  return child;
}

/** Asks a program and its children to end; kills what has not ended after `grace` ms. */
export async function stopGroup(child, grace = 20_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), grace);
  await ended;
  clearTimeout(timer);
}

export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

/** Runs a program to its end. Rejects with its last words when it fails. */
export async function runToEnd(command, args, { cwd, env, show = false }) {
  const stdio = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { cwd, env, stdio });
  let said = '';
  let answer = '';
  child.stdout?.on('data', (chunk) => {
    answer += chunk;
    said = (said + chunk).slice(-8_000);
  });
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-8_000);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw Object.assign(new Error(`${args.slice(0, 3).join(' ')} failed:\n${said}`), { said });
  return answer;
}
