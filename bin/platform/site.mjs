// One running Cloakroom: database, pages and worker over one data folder. `npm start` runs one, the browser tests another.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { migrate } from './migrate.mjs';
import { isFree } from './ports.mjs';
import { startCluster } from './postgres.mjs';
import { ROOT } from './prepare.mjs';
import { isOurs, runToEnd, signalGroup, startNode, stopGroup } from './processes.mjs';
import { keptSecret, makeDataFolder } from './secrets.mjs';

/** A fault to be told without a stack: what is wrong and what to do. */
class PlainFault extends Error {
  name = 'PlainFault';
}

/**
 * Opens the site. `database` is { ownerUrl, appUrl, appPassword? }; without it the embedded PostgreSQL is started.
 * `dev` runs the sources with reloading. `onOpening` gets the function that stops all of it as soon as there is something
 * to stop. Resolves when pages are answered.
 */
export async function openSite({ dataDir, port, host = '127.0.0.1', database, dev = false, onOpening, onEnd }) {
  makeDataFolder(dataDir);
  await claim(dataDir, port, host);
  const stopping = { now: false };
  const running = {};
  const cluster = database ? null : await startCluster({ folder: path.join(dataDir, 'postgres') });
  const stop = async () => {
    stopping.now = true;
    await Promise.all(Object.values(running).map((child) => stopGroup(child)));
    cluster?.stop();
    fs.rmSync(runFile(dataDir), { force: true });
  };
  onOpening?.(stop);
  try {
    const urls = database ?? urlsOf(cluster);
    await migrateOrSay(urls);
    const env = siteEnv(dataDir, urls.appUrl, `http://localhost:${port}`);
    const programs = dev ? devPrograms(port, host) : builtPrograms(port, host);
    if (stopping.now) throw new PlainFault('Stopped.');
    keepRunning({ programs, env, dataDir, dev, running, stopping, onEnd });
    await answering(`http://${host}:${port}/api/health`, () => running.web);
    const firstLink = await firstRunLink(env, dev);
    return { url: env.NEXTAUTH_URL, firstLink, env, databaseHome: cluster?.home ?? null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function urlsOf(cluster) {
  const { appPassword } = cluster;
  return { ownerUrl: cluster.ownerUrl('cloakroom'), appUrl: cluster.appUrl('cloakroom'), appPassword };
}

const runFile = (dataDir) => path.join(dataDir, 'running.json');

/** Refuses to run twice over one data folder, and ends what a killed start has left behind. */
async function claim(dataDir, port, host) {
  const file = runFile(dataDir);
  const last = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  if (last.start !== process.pid && isOurs(last.start, last.program)) {
    throw new PlainFault(`Cloakroom runs here already (process ${last.start}). Stop it first, or use it.`);
  }
  for (const pid of last.children ?? []) {
    // Next renames its process.
    if (isOurs(pid, ROOT) || isOurs(pid, 'next-server')) signalGroup(pid, 'SIGKILL');
  }
  for (let waited = 0; last.children?.length && waited < 20 && !(await isFree(port, host)); waited++) await delay(100);
  if (!(await isFree(port, host))) {
    throw new PlainFault(`Port ${port} is used by another program. Choose another one: PORT=${port + 1} npm start`);
  }
}

function noteRunning(dataDir, running) {
  const children = Object.values(running).map((child) => child.pid);
  const note = { start: process.pid, program: path.basename(process.argv[1]), children };
  fs.writeFileSync(runFile(dataDir), JSON.stringify(note), { mode: 0o600 });
}

async function migrateOrSay(urls) {
  const [owner, app] = [new URL(urls.ownerUrl), new URL(urls.appUrl)];
  const appUser = urls.appPassword || owner.username === app.username ? undefined : decodeURIComponent(app.username);
  try {
    await migrate({ ownerUrl: urls.ownerUrl, appPassword: urls.appPassword, appUser });
  } catch (error) {
    if (!['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', '28P01', '28000'].includes(error.code)) throw error;
    throw new PlainFault(`The database at ${owner.host} does not let us in (${error.code}). Check DATABASE_URL.`);
  }
}

/** The programs' environment; the owner's address of the database stays with us. */
export function siteEnv(dataDir, appUrl, url) {
  const { MIGRATE_DATABASE_URL: _owner, ...rest } = process.env;
  return {
    ...rest,
    DATABASE_URL: appUrl,
    DATA_DIR: dataDir,
    SITE_KEY: process.env.SITE_KEY || keptSecret(path.join(dataDir, 'site.key')),
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || keptSecret(path.join(dataDir, 'nextauth.secret')),
    NEXTAUTH_URL: process.env.NEXTAUTH_URL || url,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

const NEXT = path.join(ROOT, 'node_modules/next/dist/bin/next');
const TSX = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');

function builtPrograms(port, host) {
  return {
    web: [NEXT, 'start', ROOT, '-p', String(port), '-H', host],
    worker: ['--enable-source-maps', path.join(ROOT, 'dist/worker.mjs')],
  };
}

function devPrograms(port, host) {
  return {
    web: [NEXT, 'dev', ROOT, '-p', String(port), '-H', host],
    worker: [TSX, 'watch', path.join(ROOT, 'src/workers/main.ts')],
  };
}

/** Starts the programs; a worker that dies is started again, its runs are taken up by the sweep. */
function keepRunning({ programs, env, dataDir, dev, running, stopping, onEnd }) {
  const logs = path.join(dataDir, 'logs');
  fs.mkdirSync(logs, { recursive: true, mode: 0o700 });
  const start = (name) => {
    const log = dev ? 'inherit' : path.join(logs, `${name}.log`);
    const NODE_ENV = dev ? 'development' : 'production';
    const child = startNode(programs[name], { cwd: ROOT, env: { ...env, NODE_ENV }, log });
    running[name] = child;
    noteRunning(dataDir, running);
    child.on('exit', async (code) => {
      if (stopping.now) return;
      if (name === 'web') return onEnd?.(`The web server ended (${code}). See ${path.join(logs, 'web.log')}.`);
      await delay(1_000);
      if (!stopping.now) start(name);
    });
  };
  for (const name of Object.keys(programs)) start(name);
}

async function answering(url, web) {
  for (const until = Date.now() + 90_000; Date.now() < until; await delay(200)) {
    if (web().exitCode !== null)
      throw new PlainFault('The web server ended as it started. Its log is in the data folder.');
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
  }
  throw new PlainFault('The web server does not answer. Its log is in the data folder.');
}

/** A link for creating the administrator, while there is none. */
async function firstRunLink(env, dev) {
  const program = dev ? [TSX, path.join(ROOT, 'src/workers/firstLink.ts')] : [path.join(ROOT, 'dist/firstLink.mjs')];
  const link = (await runToEnd(process.execPath, program, { cwd: ROOT, env })).trim();
  return link ? new URL(link, env.NEXTAUTH_URL).toString() : null;
}
