import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import pg from 'pg';
import { nobody } from '@/domain/policy';
import { verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import { systemActor, transact } from '@/server/transact';
import { ownerUrl } from './database';

async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  return work(client).finally(() => client.end());
}

const newUser = () => ({ email: `${randomUUID()}@example.org`, name: 'A Person' });

describe('transact', () => {
  it('writes the rows and their events together', async () => {
    const user = await transact(systemActor, async ({ tx, audit }) => {
      const made = await tx.user.create({ data: newUser() });
      audit({ type: 'user.registered', userId: made.id });
      return made;
    });
    const event = await db.auditEvent.findFirstOrThrow({ orderBy: { seq: 'desc' } });
    assert.equal(event.type, 'user.registered');
    assert.deepEqual(event.payload, { userId: user.id });
    assert.equal(event.actorId, null);
  });

  it('rolls back what was not audited', async () => {
    const before = await db.user.count();
    await assert.rejects(
      transact(systemActor, async ({ tx }) => tx.user.create({ data: newUser() })),
      /without an audit/,
    );
    assert.equal(await db.user.count(), before);
  });

  it('keeps neither rows nor events of work that threw, and runs nothing after it', async () => {
    const [users, events] = [await db.user.count(), await db.auditEvent.count()];
    let ran = false;
    const attempt = transact(systemActor, async ({ tx, audit, afterCommit }) => {
      await tx.user.create({ data: newUser() });
      audit({ type: 'site.opened' });
      afterCommit(async () => {
        ran = true;
      });
      throw new Error('no');
    });
    await assert.rejects(attempt, /^Error: no$/);
    assert.deepEqual([await db.user.count(), await db.auditEvent.count(), ran], [users, events, false]);
  });

  it('holds the commit although work after it fails', async () => {
    const before = await db.auditEvent.count();
    await transact(nobody, async ({ audit, afterCommit }) => {
      audit({ type: 'site.opened' });
      afterCommit(async () => {
        throw new Error('the queue is away');
      });
    });
    assert.equal(await db.auditEvent.count(), before + 1);
  });

  it('numbers and chains events of many writers without a gap', async () => {
    const before = await db.auditEvent.count();
    const writers = Array.from({ length: 20 }, (_, i) =>
      transact(systemActor, async ({ audit }) => {
        for (let n = 0; n <= i % 3; n++) audit({ type: 'audit.exported', events: i });
      }),
    );
    await Promise.all(writers);
    const verdict = await verifyAudit();
    assert.equal(verdict.ok, true);
    assert.equal(await db.auditEvent.count(), before + writers.map((_, i) => (i % 3) + 1).reduce((a, b) => a + b));
  });
});

describe('the audit trail in the database', () => {
  const attacks = [
    `UPDATE "AuditEvent" SET type = 'site.opened'`,
    `DELETE FROM "AuditEvent"`,
    `TRUNCATE "AuditEvent"`,
    `ALTER TABLE "AuditEvent" DISABLE TRIGGER ALL`,
    `DROP TABLE "AuditEvent"`,
    'SET ROLE cloakroom_owner',
  ];
  for (const attack of attacks) {
    it(`refuses the application: ${attack}`, async () => {
      await assert.rejects(db.$executeRawUnsafe(attack), /permission denied|must be owner|append-only/);
    });
  }

  it('refuses the application also after RESET ROLE', async () => {
    const attempt = db.$transaction(async (tx) => {
      await tx.$executeRawUnsafe('RESET ROLE');
      await tx.$executeRawUnsafe(`DELETE FROM "AuditEvent"`);
    });
    await assert.rejects(attempt, /permission denied/);
  });

  for (const attack of attacks.slice(0, 3)) {
    it(`refuses the owner: ${attack}`, async () => {
      await asOwner(async (client) => {
        await assert.rejects(client.query(attack), /append-only/);
        await client.query('SET session_replication_role = replica');
        await assert.rejects(client.query(attack), /append-only/);
      });
    });
  }

  it('keeps the migration ledger from the application', async () => {
    await assert.rejects(db.$executeRawUnsafe(`DELETE FROM "_prisma_migrations"`), /permission denied/);
  });
});
