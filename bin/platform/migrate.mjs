// Brings a database to the checked-in migrations, with Prisma's own ledger (so `prisma migrate status` agrees), and
// BullMQ's schema beside them. Runs as the owner; the application's role gets rights on rows only.
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const MIGRATIONS = path.join(import.meta.dirname, '../../prisma/migrations');
const LOCK = 72707369; // the number Prisma's own engine locks
const APP = 'cloakroom_app';
const LEDGER = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;
const QUEUE_RIGHTS = `
  GRANT USAGE ON SCHEMA bullmq TO cloakroom_app;
  GRANT ALL ON ALL TABLES IN SCHEMA bullmq TO cloakroom_app;
  GRANT ALL ON ALL SEQUENCES IN SCHEMA bullmq TO cloakroom_app;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO cloakroom_app`;

/**
 * Migrates the database at `ownerUrl`, creating it when absent. `appPassword` lets cloakroom_app sign in with it (the
 * embedded PostgreSQL); `appUser` is a login of the site's own that becomes a member of cloakroom_app.
 */
export async function migrate({ ownerUrl, appPassword, appUser }) {
  const { default: pg } = await import('pg');
  const { runMigrations } = await import('bullmq');
  const client = await connectOrCreate(pg, ownerUrl);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const applied = await applyAll(client);
    await runMigrations(client, 'bullmq');
    await client.query(QUEUE_RIGHTS);
    if (appPassword) await client.query(`ALTER ROLE ${APP} LOGIN PASSWORD ${client.escapeLiteral(appPassword)}`);
    if (appUser && appUser !== APP) await client.query(`GRANT ${APP} TO ${client.escapeIdentifier(appUser)}`);
    return applied;
  } finally {
    await client.end();
  }
}

async function connectOrCreate(pg, ownerUrl) {
  const client = new pg.Client({ connectionString: ownerUrl });
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (error.code !== '3D000') throw error;
  }
  const url = new URL(ownerUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: url.toString() });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`).finally(() => admin.end());
  const created = new pg.Client({ connectionString: ownerUrl });
  await created.connect();
  return created;
}

async function applyAll(client) {
  await client.query(LEDGER);
  const { rows } = await client.query(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  );
  const known = new Map(rows.map((row) => [row.migration_name, row]));
  const applied = [];
  for (const name of migrationNames()) {
    const sql = fs.readFileSync(path.join(MIGRATIONS, name, 'migration.sql'), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const row = known.get(name);
    if (row?.finished_at && row.checksum === checksum) continue;
    if (row)
      throw new Error(
        `Migration ${name} ${row.finished_at ? 'was edited after it was applied' : 'failed earlier'}. The database was left as it is.`,
      );
    await applyOne(client, name, sql, checksum);
    applied.push(name);
  }
  return applied;
}

/** The names of the checked-in migrations, in order. */
function migrationNames() {
  return fs
    .readdirSync(MIGRATIONS)
    .filter((name) => fs.existsSync(path.join(MIGRATIONS, name, 'migration.sql')))
    .sort();
}

async function applyOne(client, name, sql, checksum) {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
