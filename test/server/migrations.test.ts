import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as machines from '@/domain/machines';
import { stageNames } from '@/domain/pipeline';
import { projectRoles } from '@/domain/policy';
import { db } from '@/server/db';
import './database';

const expected: Record<string, readonly string[]> = {
  'Upload.state': Object.keys(machines.uploadMachine),
  'UploadFile.state': Object.keys(machines.fileMachine),
  'Series.state': Object.keys(machines.seriesMachine),
  'StageRun.state': Object.keys(machines.stageRunMachine),
  'StageRun.stage': stageNames,
  'Release.state': Object.keys(machines.releaseMachine),
  'AccessRequest.state': Object.keys(machines.accessMachine),
  'Membership.role': projectRoles,
};

describe('the constraints of the database', () => {
  it('name exactly the states, stages and roles that the domain knows', async () => {
    const rows = await db.$queryRaw<{ table: string; column: string; text: string }[]>`
      SELECT r.relname::text AS table, a.attname::text AS column, pg_get_constraintdef(c.oid) AS text
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
      JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = c.conkey[1]
      WHERE c.contype = 'c' AND a.attname IN ('state', 'stage', 'role')`;
    const found = rows.map(({ table, column, text }) => [
      `${table}.${column}`,
      [...text.matchAll(/'(\w+)'/g)].map((match) => match[1]).sort(),
    ]);
    const wanted = Object.entries(expected).map(([name, values]) => [name, [...values].sort()]);
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted));
  });

  it('constrain every column named state', async () => {
    const columns = await db.$queryRaw<{ name: string }[]>`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name IN ('state', 'stage')`;
    assert.deepEqual(
      columns.map(({ name }) => name).sort(),
      Object.keys(expected)
        .filter((name) => !name.endsWith('.role'))
        .sort(),
    );
  });
});
