// The checks of `npm test` that are no test cases: each counts as one. A check answers null when all is well, else what is wrong.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ROOT } from './prepare.mjs';

const module = (name) => path.join(ROOT, 'node_modules', name);

/** Runs a tool of node_modules; what it said when it failed, else null. */
function tool(script, args, env = {}) {
  const options = {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
    maxBuffer: 64 * 1024 * 1024,
  };
  const done = spawnSync(process.execPath, [module(script), ...args], options);
  return { ok: done.status === 0, said: `${done.stdout}${done.stderr}`, out: done.stdout };
}

const passes = (script, args, env) => {
  const { ok, said } = tool(script, args, env);
  return ok ? null : said;
};

function rooms() {
  const config = ['--config', '.dependency-cruiser.cjs'];
  const { out, said } = tool('dependency-cruiser/bin/dependency-cruise.mjs', [
    ...config,
    '--output-type',
    'json',
    'src',
  ]);
  let summary;
  try {
    ({ summary } = JSON.parse(out));
  } catch {
    return said;
  }
  // It has been seen to look at nothing and call that clean.
  if (!(summary.totalCruised > 0)) return 'dependency-cruiser looked at no module';
  const broken = summary.violations.map(({ rule, from, to }) => `${rule.severity} ${rule.name}: ${from} -> ${to}`);
  return broken.length > 0 ? broken.join('\n') : null;
}

/** Name of each check, in order; `owner` is a superuser's address of a scratch PostgreSQL. */
export const checks = {
  'format and lint': () =>
    passes('@biomejs/biome/bin/biome', ['ci', '--colors=off', '--error-on-warnings', '--diagnostic-level=warn', '.']),
  types: () => passes('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']),
  'room rules': rooms,
  'dead code': () => passes('knip/bin/knip.js', ['--no-progress']),
  'schema and migrations agree': ({ owner }) => {
    const ends = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma', '--exit-code'];
    return passes('prisma/build/index.js', ['migrate', 'diff', ...ends], { MIGRATE_DATABASE_URL: owner });
  },
};
