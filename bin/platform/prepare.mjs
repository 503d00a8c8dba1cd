// Makes a clone ready to run: packages, Prisma client, bundles, pages. Each step runs only when what it reads has changed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runToEnd } from './processes.mjs';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const STAMPS = path.join(ROOT, '.cloakroom');
const inRoot = (...parts) => path.join(ROOT, ...parts);

/** Installs what package-lock.json names, unless node_modules holds just that. */
export async function install(say) {
  if (installedAsLocked()) return;
  say('Installing packages (a few minutes the first time)');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: inRoot('bin/prisma/schema-engine.mjs') };
  if (npm?.endsWith('.js')) await runToEnd(process.execPath, [npm, ...args], { cwd: ROOT, env });
  else await runToEnd(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: ROOT, env });
}

/** npm leaves a lock of what it installed; optional packages are for other machines. */
function installedAsLocked() {
  const wanted = packagesOf(inRoot('package-lock.json'));
  const found = packagesOf(inRoot('node_modules/.package-lock.json'));
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => !name || optional || found[name]?.version === version,
  );
}

function packagesOf(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).packages : null;
}

/** SHA-256 over names and contents of files and folders. */
function fingerprint(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const file of inputs.flatMap(filesBelow).sort()) {
    hash
      .update(`${path.relative(ROOT, file)}\0`)
      .update(fs.readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(input) {
  const from = inRoot(input);
  if (!fs.existsSync(from)) return [];
  if (fs.statSync(from).isFile()) return [from];
  const entries = fs.readdirSync(from, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Names, sizes and times: the same as last time means that nothing was written since, and costs no reading. */
function glance(inputs) {
  const files = inputs.flatMap(filesBelow).sort();
  return files
    .map((file) => fs.statSync(file))
    .map(({ size, mtimeMs, ino }, i) => `${files[i]} ${size} ${mtimeMs} ${ino}`)
    .join('\n');
}

/** Runs `work` unless it was done for the same inputs and its output is still there. */
async function whenStale(name, inputs, output, work) {
  const stamp = path.join(STAMPS, `${name}.stamp`);
  const [last = '', ...lastSeen] = fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8').split('\n') : [];
  const done = fs.existsSync(inRoot(output));
  const seen = `${process.version}\n${glance(inputs)}`;
  if (done && seen === lastSeen.join('\n')) return;
  const print = fingerprint(inputs);
  if (!done || last !== print) {
    fs.rmSync(stamp, { force: true });
    await work();
  }
  fs.mkdirSync(STAMPS, { recursive: true });
  fs.writeFileSync(stamp, `${print}\n${seen}`);
}

const SHARED = ['package-lock.json', 'tsconfig.json', 'bin/platform/prepare.mjs'];

export async function generateClient(say) {
  const output = 'src/server/generated/prisma/client.ts';
  await whenStale('prisma', ['prisma/schema.prisma', 'package-lock.json'], output, async () => {
    say('Generating the database client');
    await runToEnd(process.execPath, [inRoot('node_modules/prisma/build/index.js'), 'generate'], {
      cwd: ROOT,
      env: process.env,
    });
  });
}

/** What is bundled into dist/NAME.mjs. A worker thread is found beside the bundle that starts it. */
const ENTRIES = {
  worker: 'src/workers/main.ts',
  demo: 'src/workers/demo.ts',
  firstLink: 'src/workers/firstLink.ts',
  auditVerify: 'src/workers/auditVerify.ts',
  cli: 'src/cli/main.ts',
  convertThread: 'src/engines/convertThread.ts',
  crewThread: 'src/engines/crewThread.ts',
  defaceThread: 'src/engines/defaceThread.ts',
};
/** These need no database, so they are bundled before a Prisma client exists. */
const SERVERLESS = ['cli', 'convertThread', 'crewThread', 'defaceThread'];
const SERVERLESS_SOURCES = ['src/domain', 'src/engines', 'src/cli'];

export async function bundleAll(say) {
  await bundle('bundles', Object.keys(ENTRIES), [...SERVERLESS_SOURCES, 'src/server', 'src/workers'], say);
}

/** The command line starts in a moment: its packages are bundled too, and what a command does not need is not loaded. */
export async function bundleCli(say) {
  await bundle('cli', SERVERLESS, SERVERLESS_SOURCES, say);
}

/** Native and WASM packages find their files beside themselves, so they stay where they are. */
const UNBUNDLED = ['onnxruntime-node', '@cornerstonejs/*', '@niivue/dcm2niix', 'tesseract.js', 'tsx'];
/** A name of its own: modules that import createRequire themselves are bundled under this line. */
const REQUIRE = "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);";

async function bundle(name, entries, sources, say) {
  await whenStale(name, [...sources, ...SHARED], `dist/${entries[0]}.mjs`, async () => {
    say('Bundling');
    const { build, stop } = await import('esbuild');
    const present = entries.filter((entry) => fs.existsSync(inRoot(ENTRIES[entry])));
    const common = {
      absWorkingDir: ROOT,
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      logLevel: 'error',
    };
    const points = (some) => Object.fromEntries(some.map((entry) => [entry, ENTRIES[entry]]));
    const alone = present.filter((entry) => SERVERLESS.includes(entry));
    const served = present.filter((entry) => !SERVERLESS.includes(entry));
    await Promise.all([
      build({
        ...common,
        entryPoints: points(alone),
        chunkNames: 'part-[name]-[hash]',
        splitting: true,
        minifySyntax: true,
        minifyWhitespace: true,
        external: UNBUNDLED,
        banner: { js: REQUIRE },
      }),
      served.length > 0 && build({ ...common, entryPoints: points(served), packages: 'external' }),
    ]);
    await stop();
  });
}

export async function buildPages(say) {
  const inputs = ['src', 'prisma/schema.prisma', 'next.config.ts', 'postcss.config.mjs', ...SHARED];
  await whenStale('next', inputs, '.next/BUILD_ID', async () => {
    say('Building the pages (about a minute)');
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
    await runToEnd(process.execPath, [inRoot('node_modules/next/dist/bin/next'), 'build'], { cwd: ROOT, env });
  });
}
