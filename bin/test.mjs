// `npm test`: everything, ending with one line that counts. For a part: --checks, --unit, --e2e [Playwright's arguments], or
// --only FILE... [node:test's arguments].
import process from 'node:process';
import { buildPages, bundleAll, generateClient, install, ROOT } from './platform/prepare.mjs';

const PARTS = ['--checks', '--unit', '--only', '--e2e'];
const at = process.argv.findIndex((argument) => PARTS.includes(argument));
const part = at < 0 ? 'all' : process.argv[at];
const rest = at < 0 ? [] : process.argv.slice(at + 1);
const wants = (...parts) => part === 'all' || parts.includes(part);

const total = { passed: 0, failed: 0, skipped: 0 };
const say = (text) => console.log(`  ${text}`);

function add(tally) {
  for (const kind of Object.keys(total)) total[kind] += tally[kind];
}

/** One check that is no test case: `work` answers what is wrong, or null. */
async function check(name, work) {
  const began = Date.now();
  const wrong = await work().catch((error) => error.message);
  console.log(`${wrong ? 'not ok' : 'ok'} - ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (wrong) console.log(wrong);
  add({ passed: wrong ? 0 : 1, failed: wrong ? 1 : 0, skipped: 0 });
  return !wrong;
}

async function build() {
  await bundleAll(say);
  await buildPages(say);
  return null;
}

async function runAll(cluster, onOpening) {
  const { checks } = await import('./platform/checks.mjs');
  const { runBrowserTests, runNodeTests, testFiles } = await import('./platform/testRuns.mjs');
  if (wants('--checks'))
    for (const [name, work] of Object.entries(checks)) await check(name, async () => work(cluster));
  if (wants('--unit')) add(await runNodeTests(testFiles(), cluster));
  if (part === '--only') add(await runNodeTests(rest, cluster));
  if (!wants('--e2e')) return;
  if (await check('build', build)) add(await runBrowserTests(rest, cluster, onOpening));
}

/** The tests' own site must not meet the settings of a real one. */
const SETTINGS = [
  'DATABASE_URL',
  'MIGRATE_DATABASE_URL',
  'REDIS_URL',
  'DATA_DIR',
  'SITE_KEY',
  'NEXTAUTH_SECRET',
  'NEXTAUTH_URL',
];

async function test() {
  process.chdir(ROOT);
  for (const name of SETTINGS) delete process.env[name];
  await install(say);
  await generateClient(say);
  const { startTestCluster } = await import('./platform/testCluster.mjs');
  const cluster = await startTestCluster();
  let stopSite = async () => {};
  const stop = async () => {
    await stopSite();
    cluster.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => stop().finally(() => process.exit(130)));
  try {
    await runAll(cluster, (stopIt) => {
      stopSite = stopIt;
    });
  } finally {
    await stop();
  }
}

try {
  await test();
} catch (error) {
  console.error(error);
  total.failed += 1;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);
