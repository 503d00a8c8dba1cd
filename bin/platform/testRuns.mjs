// Runs the test cases and counts them: node:test over test/, Playwright over a whole Cloakroom.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { findChromium } from './chromium.mjs';
import { freePort } from './ports.mjs';
import { ROOT } from './prepare.mjs';

async function run(args, env) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  const [code] = await once(child, 'exit');
  return code;
}

/** Every test file but the browser's. */
export function testFiles() {
  const entries = fs.readdirSync(path.join(ROOT, 'test'), { recursive: true });
  return entries
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name))
    .sort();
}

/** Unit and server tests. The tally counts what node:test says in its own summary. */
export async function runNodeTests(args, cluster) {
  const tap = path.join(cluster.scratch, 'tests.tap');
  const reporters = [
    '--test-reporter=dot',
    '--test-reporter-destination=stdout',
    '--test-reporter=tap',
    `--test-reporter-destination=${tap}`,
  ];
  const limits = ['--test-concurrency=2', '--test-timeout=600000'];
  const code = await run(['--import', 'tsx', '--test', ...limits, ...reporters, ...args], cluster.env);
  const text = fs.readFileSync(tap, 'utf8');
  const count = (word) => Number(text.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0);
  const tally = {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  };
  for (const reason of skipReasons(text)) console.log(`  skipped: ${reason}`);
  // A run that ended badly without a failed case still failed.
  if ((code !== 0 || tally.passed === 0) && tally.failed === 0) tally.failed = 1;
  return tally;
}

function skipReasons(text) {
  const counts = new Map();
  for (const [, reason] of text.matchAll(/^\s*ok .* # SKIP ?(.*)$/gm))
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} x ${reason || 'no reason given'}`);
}

/** Browser tests against a site of their own on the scratch cluster. */
export async function runBrowserTests(args, cluster, onOpening) {
  const chromium = findChromium((text) => console.log(`  ${text}`));
  if (!chromium) {
    console.log('  skipped: browser tests, as there is no Chromium and none can be installed');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const { openSite } = await import('./site.mjs');
  const dataDir = fs.mkdtempSync(path.join(cluster.scratch, 'site-'));
  const site = await openSite({ dataDir, port: await freePort(), database: cluster.database('e2e'), onOpening });
  try {
    const env = {
      CHROMIUM: chromium,
      CLOAKROOM_URL: site.url,
      CLOAKROOM_FIRST_LINK: site.firstLink ?? '',
      CLOAKROOM_DATA_DIR: dataDir,
      PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(cluster.scratch, 'browser.json'),
    };
    const code = await run([path.join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', ...args], env);
    return tallyOf(env.PLAYWRIGHT_JSON_OUTPUT_FILE, code);
  } finally {
    await site.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

function tallyOf(results, code) {
  const stats = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')).stats : null;
  const tally = {
    passed: stats?.expected ?? 0,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
    skipped: stats?.skipped ?? 0,
  };
  if ((code !== 0 || tally.passed + tally.skipped === 0) && tally.failed === 0) tally.failed = 1;
  return tally;
}
