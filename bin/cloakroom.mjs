#!/usr/bin/env node
// `npx cloakroom`: the command line, bundled when the sources are newer than the bundle, then run in this process.
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { bundleAll, bundleCli, generateClient, ROOT } from './platform/prepare.mjs';
import { runToEnd } from './platform/processes.mjs';

const silent = () => {};

/** A command runs for seconds: less inlining and later compiling save more than they cost (a fifth of all CPU time, measured). */
const BRIEF = '--max-inlined-bytecode-size-cumulative=200 --interrupt-budget=500000';

async function folders(argv) {
  v8.setFlagsFromString(BRIEF);
  await bundleCli(silent);
  const { main } = await import(pathToFileURL(path.join(ROOT, 'dist/cli.mjs')).href);
  process.exitCode = await main(argv);
}

/** `audit verify` asks the database, which the folder commands know nothing of. */
async function auditVerify() {
  await generateClient(silent);
  await bundleAll(silent);
  const [{ startCluster }, { siteEnv }] = await Promise.all([
    import('./platform/postgres.mjs'),
    import('./platform/site.mjs'),
  ]);
  const dataDir = path.resolve(process.env.DATA_DIR || path.join(ROOT, 'data'));
  const cluster = process.env.DATABASE_URL ? null : await startCluster({ folder: path.join(dataDir, 'postgres') });
  try {
    const env = siteEnv(dataDir, process.env.DATABASE_URL ?? cluster.appUrl('cloakroom'), 'http://localhost');
    await runToEnd(process.execPath, [path.join(ROOT, 'dist/auditVerify.mjs')], { cwd: ROOT, env, show: true });
  } catch {
    process.exitCode = 1;
  } finally {
    if (cluster && !cluster.adopted) cluster.stop();
  }
}

const argv = process.argv.slice(2);
if (argv[0] === 'audit' && argv[1] === 'verify') await auditVerify();
else await folders(argv);
