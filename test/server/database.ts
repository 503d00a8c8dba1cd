// Gives a server test file a database of its own, cloned from a migrated template, a data folder and an environment.
// Import it in every test under test/server; `node bin/test.mjs --only FILE` provides the PostgreSQL.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import pg from 'pg';
import { closeDb } from '@/server/db';
import { closeQueue } from '@/server/queues';

const template = process.env.CLOAKROOM_TEST_DATABASE_URL ?? '';
const appUrl = process.env.CLOAKROOM_TEST_APP_URL ?? '';
if (!template || !appUrl) throw new Error('Run server tests with: node bin/test.mjs --only test/server/FILE.test.ts');

const name = `test_${randomUUID().replaceAll('-', '')}`;

function on(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: on(template, 'postgres') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

// One clone at a time: a template must have no other user while it is copied.
async function clone(): Promise<void> {
  const source = new URL(template).pathname.slice(1);
  const client = new pg.Client({ connectionString: on(template, 'postgres') });
  await client.connect();
  await client.query('SELECT pg_advisory_lock(1)');
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`).finally(() => client.end());
}

const dataDir = mkdtempSync(path.join(tmpdir(), 'cloakroom-test-'));
Object.assign(process.env, {
  DATABASE_URL: on(appUrl, name),
  REDIS_URL: '',
  DATA_DIR: dataDir,
  SITE_KEY: randomBytes(32).toString('hex'),
  NEXTAUTH_SECRET: randomBytes(32).toString('hex'),
  NEXTAUTH_URL: 'http://localhost:3000',
});
await clone();

/** The owner's address of this file's database, for checking what even the owner may not do. */
export const ownerUrl = on(template, name);
export { dataDir };

after(async () => {
  await closeQueue();
  await closeDb();
  rmSync(dataDir, { recursive: true, force: true });
  await admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});
