// The demo: made once, one account a role, its scans on their way.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { verifyPassword } from '@/server/accounts';
import { db } from '@/server/db';
import { makeDemo } from '@/workers/demo';
import '../server/database';
import { workAll } from './people';

it('makes a project with an account a role, and does nothing a second time', async () => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...words: unknown[]) => lines.push(words.join(' '));
  try {
    await makeDemo();
    await makeDemo();
  } finally {
    console.log = log;
  }
  const printed = lines.flatMap((line) => line.match(/^ {2}(\w+) +(\S+@demo\.example) +(\S+)$/) ?? []);
  for (const role of ['administrator', 'lead', 'coordinator', 'reviewer', 'researcher']) {
    const at = printed.indexOf(role);
    assert.ok(at >= 0, `${role} has no account`);
    assert.ok(await verifyPassword(printed[at + 1]!, printed[at + 2]!), `${role} cannot sign in`);
  }
  assert.equal(await db.project.count(), 1);
  assert.equal(await db.user.count(), 5);
  await workAll('ingest');
  assert.equal(await db.series.count({ where: { state: 'received' } }), 4);
  assert.deepEqual(
    (await db.uploadFile.findMany({ where: { state: 'quarantined' } })).map((file) => file.reason),
    ['This is a text file, not a medical image.'],
  );
});
