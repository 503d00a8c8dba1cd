// `npm start`: from a bare clone to a running Cloakroom. Needs Node only; Ctrl-C stops all of it.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { buildPages, bundleAll, generateClient, install, ROOT } from './platform/prepare.mjs';
import { runToEnd } from './platform/processes.mjs';

const dev = process.argv.includes('--dev');
const demo = process.argv.includes('--demo');
const say = (text) => console.log(`  ${text}`);

async function start() {
  requireNode();
  process.chdir(ROOT);
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const port = portAsked();
  console.log('Cloakroom');
  await install(say);
  await generateClient(say);
  if (!dev || demo) await bundleAll(say);
  if (!dev) await buildPages(say);
  // Only now: it reads packages that may just have been installed.
  const { openSite } = await import('./platform/site.mjs');
  const site = await openSite({
    dataDir: path.resolve(process.env.DATA_DIR || 'data'),
    port,
    host: process.env.HOST || '127.0.0.1',
    database: ownDatabase(),
    dev,
    onOpening: stopOnSignals,
    onEnd: (why) => {
      console.error(why);
      process.exitCode = 1;
      process.emit('SIGTERM');
    },
  });
  announce(site);
  if (demo) await runDemo(site);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Cloakroom needs Node 20.19 or later; this is ${process.versions.node}.`);
  process.exit(2);
}

function portAsked() {
  const port = Number(process.env.PORT || 3000);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  console.error(`PORT must be a number from 1 to 65535; it is "${process.env.PORT}".`);
  process.exit(2);
}

function ownDatabase() {
  if (!process.env.DATABASE_URL) return undefined;
  return { appUrl: process.env.DATABASE_URL, ownerUrl: process.env.MIGRATE_DATABASE_URL || process.env.DATABASE_URL };
}

function announce(site) {
  console.log(`\nCloakroom is running at ${site.url}`);
  // The demo brings its own administrator.
  if (site.firstLink && !demo)
    console.log(`Create the administrator's account with this link; it works once:\n  ${site.firstLink}`);
  const keeps = [path.resolve(process.env.DATA_DIR || 'data'), site.databaseHome].filter(Boolean);
  if (site.databaseHome?.startsWith(keeps[0])) keeps.pop();
  console.log(`It keeps everything in ${keeps.join(' and ')}. Stop it with Ctrl-C.`);
}

async function runDemo(site) {
  const program = path.join(ROOT, 'dist/demo.mjs');
  if (!fs.existsSync(program)) return console.error('There is no demo in this version.');
  await runToEnd(process.execPath, [program], { cwd: ROOT, env: site.env, show: true }).catch((error) =>
    console.error(error.message),
  );
}

function stopOnSignals(stop) {
  let asked = false;
  const once = async () => {
    if (asked) return;
    asked = true;
    console.log('\nStopping');
    await stop();
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, once);
}

start().catch((error) => {
  const plain = error.name === 'PlainFault' || error.said !== undefined;
  if (plain) console.error(`\n${error.message}`);
  else if (error.code === 'EACCES') console.error(`\n${error.path} is not ours to write. Was it made by another user?`);
  else console.error(error);
  process.exit(1);
});
