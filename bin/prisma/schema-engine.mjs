#!/usr/bin/env node
// Stand-in for Prisma's native schema-engine: speaks the same JSON-RPC over
// stdio, but runs the WebAssembly build that is published on npm.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as bg from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const require = createRequire(import.meta.url);
const dir = path.dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
const argv = process.argv.slice(2);
if (argv.includes('--version') || argv.includes('-V')) {
  console.log('schema-engine-cli wasm ');
  process.exit(0);
}
const models = [];
let datasource = {};
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--datamodels' || argv[i] === '-d') models.push(argv[++i]);
  else if (argv[i] === '--datasource') datasource = JSON.parse(argv[++i]);
}
const cliAt = argv.indexOf('cli');
const log = (level, message) =>
  process.stderr.write(
    `${JSON.stringify({
      level,
      timestamp: new Date().toISOString(),
      fields: { message },
      target: 'schema_engine::logger',
    })}\n`,
  );
let engine, adapter;
// adapter-pg cannot read the catalogue's "char" columns (OID 18): hand them over as text.
let charColumns = [];
const { addFields } = pg.Result.prototype;
pg.Result.prototype.addFields = function (fields) {
  charColumns = fields.map((f) => f.dataTypeID === 18);
  for (const f of fields) if (f.dataTypeID === 18) f.dataTypeID = 25;
  return addFields.call(this, fields);
};
function readChars(q) {
  const queryRaw = q.queryRaw.bind(q);
  q.queryRaw = async (query) => {
    charColumns = [];
    const r = await queryRaw(query);
    charColumns.forEach((is, i) => {
      if (is) r.columnTypes[i] = ColumnTypeEnum.Character;
    });
    return r;
  };
  // adapter-pg splits scripts at every semicolon, also inside dollar quotes: send them whole.
  if (q.client)
    q.executeScript = async (script) => {
      try {
        await q.client.query(script);
      } catch (error) {
        q.onError(error);
      }
    };
  if (q.startTransaction) {
    const start = q.startTransaction.bind(q);
    q.startTransaction = async (...a) => readChars(await start(...a));
  }
  return q;
}
const panics = {
  message: '',
  set_message(m) {
    this.message = m;
  },
};
globalThis.PRISMA_WASM_PANIC_REGISTRY = panics;
// (adapter-pg's own connectToShadowDb is wrong with a connection string: pg lets the
// string's database win, so the "shadow" would be the real database.)
function makeAdapter() {
  const f = new PrismaPg({ connectionString: datasource.url, max: 1 });
  const connect = f.connect.bind(f);
  f.connect = async () => readChars(await connect());
  f.connectToShadowDb = async () => {
    if (datasource.shadowDatabaseUrl)
      return readChars(await new PrismaPg({ connectionString: datasource.shadowDatabaseUrl, max: 1 }).connect());
    const database = `prisma_migrate_shadow_${globalThis.crypto.randomUUID()}`;
    await admin(`CREATE DATABASE "${database}"`);
    shadows.add(database);
    const u = new URL(datasource.url);
    u.pathname = `/${database}`;
    const conn = readChars(await new PrismaPg({ connectionString: u.toString(), max: 1 }).connect());
    const dispose = conn.dispose.bind(conn);
    conn.dispose = async () => {
      await dispose();
      await dropShadow(database);
    };
    return conn;
  };
  return bindMigrationAwareSqlAdapterFactory(f);
}
const shadows = new Set();
const dropShadow = async (d) => {
  if (shadows.delete(d)) await admin(`DROP DATABASE IF EXISTS "${d}" WITH (FORCE)`);
};
async function admin(sql) {
  const u = new URL(datasource.url);
  u.pathname = '/postgres';
  u.search = '';
  const c = new pg.Client({ connectionString: u.toString() });
  await c.connect();
  try {
    await c.query(sql);
  } finally {
    await c.end();
  }
}
async function getEngine() {
  if (engine) return engine;
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(dir, 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': bg,
  });
  bg.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  adapter = makeAdapter();
  const datamodels = models.length ? models.map((m) => [m, fs.readFileSync(m, 'utf8')]) : undefined;
  engine = await bg.SchemaEngine.new({ datamodels }, (m) => log('INFO', String(m)), adapter);
  return engine;
}
async function cli(cmd) {
  log('INFO', 'Starting schema engine CLI (wasm)');
  const u = new URL(datasource.url);
  const name = decodeURIComponent(u.pathname.slice(1));
  const fail = (code, message) => {
    process.stderr.write(
      JSON.stringify({
        level: 'ERROR',
        timestamp: new Date().toISOString(),
        fields: { message, is_panic: false, error_code: code, meta: {} },
        target: 'schema_engine::logger',
      }),
    );
    process.exitCode = 1;
  };
  try {
    if (cmd === 'can-connect-to-database') {
      const c = new pg.Client({ connectionString: datasource.url });
      await c.connect();
      await c.end();
    } else if (cmd === 'create-database') await admin(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    else if (cmd === 'drop-database') {
      await admin(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
      process.stderr.write('The database was successfully dropped.\n');
    } else fail('P1000', `unknown cli command ${cmd}`);
  } catch (e) {
    if (e.code === '3D000')
      fail('P1003', `Database \`${name}\` does not exist on the database server at \`${u.host}\`.`);
    else if (e.code === '28P01')
      fail(
        'P1000',
        `Authentication failed against database server, the provided database credentials for \`${u.username}\` are not valid.`,
      );
    else fail('P1001', `Can't reach database server at \`${u.host}\`: ${e.message}`);
  }
}
async function createDatabase() {
  const u = new URL(datasource.url);
  const name = decodeURIComponent(u.pathname.slice(1));
  const probe = new pg.Client({ connectionString: datasource.url });
  try {
    await probe.connect();
    await probe.end();
    const e = new Error(`Database \`${name}\` already exists on the database server`);
    e.code = 'P1009';
    throw e;
  } catch (e) {
    if (e.code !== '3D000') throw e;
  }
  u.pathname = '/postgres';
  u.search = '';
  const c = new pg.Client({ connectionString: u.toString() });
  await c.connect();
  try {
    await c.query(`CREATE DATABASE ${c.escapeIdentifier(name)}`);
  } finally {
    await c.end();
  }
  return { databaseName: name };
}
async function call(method, params) {
  if (method === 'createDatabase') return createDatabase();
  const e = await getEngine();
  switch (method) {
    case 'getDatabaseVersion':
      return e.version(params ?? null);
    case 'diff': {
      const { stdout, ...r } = await e.diff(params);
      if (stdout) await print(stdout);
      return r;
    }
    case 'ensureConnectionValidity':
      return (await e.ensureConnectionValidity(params)) ?? {};
    default: {
      if (typeof e[method] !== 'function') throw Object.assign(new Error(`unknown method ${method}`));
      const r = await e[method](params);
      return r === undefined ? null : r;
    }
  }
}
let pid = 0;
const waiting = new Map();
function print(content) {
  const id = `p${++pid}`;
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'print', params: { content } })}\n`);
  return new Promise((r) => waiting.set(id, r));
}
if (cliAt >= 0) {
  await cli(argv[cliAt + 1]);
  process.exit();
}
let chain = Promise.resolve();
const rl = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
rl.on('line', (line) => {
  if (!line.trim()) return;
  const m = JSON.parse(line);
  if (!m.method) {
    waiting.get(m.id)?.();
    waiting.delete(m.id);
    return;
  }
  chain = chain.then(async () => {
    try {
      const result = await call(m.method, m.params);
      process.stdout.write(
        `${JSON.stringify({ jsonrpc: '2.0', id: m.id, result }, (_k, v) =>
          v instanceof Map ? Object.fromEntries(v) : v,
        )}\n`,
      );
    } catch (e) {
      if (process.env.SHIM_DEBUG) console.error(e);
      const cause =
        adapter?.errorRegistry && e?.id !== undefined ? adapter.errorRegistry.consumeError(e.id)?.error : undefined;
      process.stdout.write(
        `${JSON.stringify({
          jsonrpc: '2.0',
          id: m.id,
          error: {
            code: 4466,
            message: 'An error happened.',
            data: {
              is_panic: e instanceof WebAssembly.RuntimeError,
              message: panics.message || (e.message ?? String(e)),
              error_code: e.code,
              meta: e.meta ?? {},
              cause: cause && String(cause),
            },
          },
        })}\n`,
      );
    }
  });
});
rl.on('close', () =>
  chain.finally(() => Promise.allSettled([...shadows].map(dropShadow))).finally(() => process.exit(0)),
);
process.on('SIGTERM', () => Promise.allSettled([...shadows].map(dropShadow)).finally(() => process.exit(0)));
