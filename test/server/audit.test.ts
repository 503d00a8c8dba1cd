import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import pg from 'pg';
import { type Actor, nobody } from '@/domain/policy';
import { exportAudit, listAudit, verifyAudit } from '@/server/audit';
import { db } from '@/server/db';
import { systemActor, transact } from '@/server/transact';
import { ownerUrl } from './database';

const projectId = randomUUID();
const otherProject = randomUUID();
const actor = (over: Partial<Actor>): Actor => ({
  userId: randomUUID(),
  isSiteAdmin: false,
  roles: {},
  grants: [],
  ...over,
});
const lead = actor({ roles: { [projectId]: ['lead'] } });
const siteAdmin = actor({ isSiteAdmin: true });

async function note(count: number, project: string | null): Promise<void> {
  await transact(systemActor, async ({ audit }) => {
    for (let events = 0; events < count; events++) audit({ type: 'audit.exported', events }, { projectId: project });
  });
}

/** Somebody with the owner's password and intent: switches the trigger off, tampers, switches it on again. */
async function tamper(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(`ALTER TABLE "AuditEvent" DISABLE TRIGGER "AuditEvent_append_only"`);
  await client.query(sql);
  await client.query(`ALTER TABLE "AuditEvent" ENABLE ALWAYS TRIGGER "AuditEvent_append_only"`);
  await client.end();
}

describe('listAudit', () => {
  it('shows a lead the events of the project, newest first, page by page', async () => {
    await note(130, projectId);
    await note(3, otherProject);
    const first = await listAudit(lead, { projectId });
    assert.equal(first.events.length, 100);
    assert.ok(first.next);
    const second = await listAudit(lead, { projectId, cursor: first.next });
    assert.equal(second.next, null);
    const all = [...first.events, ...second.events];
    assert.equal(all.length, 130);
    assert.ok(all.every((event) => event.projectId === projectId));
    assert.ok(all.every((event, i) => i === 0 || event.seq < all[i - 1]!.seq));
  });

  it('filters by type and by time', async () => {
    await transact(systemActor, async ({ audit }) => audit({ type: 'site.opened' }));
    const opened = await listAudit(siteAdmin, { type: 'site.opened' });
    assert.deepEqual(
      opened.events.map((event) => event.type),
      ['site.opened'],
    );
    const { at } = opened.events[0]!;
    assert.equal((await listAudit(siteAdmin, { type: 'site.opened', to: at })).events.length, 0);
    assert.equal((await listAudit(siteAdmin, { type: 'site.opened', from: at })).events.length, 1);
    await assert.rejects(listAudit(siteAdmin, { from: 'yesterday' }), { code: 'INVALID' });
  });

  it('is not there for anybody else', async () => {
    const reviewer = actor({ roles: { [projectId]: ['reviewer', 'coordinator'] } });
    for (const [who, filter] of [
      [nobody, {}],
      [nobody, { projectId }],
      [reviewer, { projectId }],
      [lead, {}],
      [lead, { projectId: otherProject }],
    ] as const) {
      await assert.rejects(listAudit(who, filter), { code: 'NOT_FOUND' });
      await assert.rejects(exportAudit(who, filter), { code: 'NOT_FOUND' });
    }
  });
});

describe('exportAudit', () => {
  it('writes every event of the filter as a line, and audits itself', async () => {
    const lines: string[] = [];
    for await (const line of await exportAudit(lead, { projectId })) lines.push(line);
    const stored = await db.auditEvent.findMany({ where: { projectId }, orderBy: { seq: 'asc' } });
    assert.equal(lines.length, stored.length + 1);
    assert.match(lines[0]!, /^seq,at,actorId,projectId,type,payload,prevHash,hash\r\n$/);
    assert.ok(
      stored.every((event, i) => lines[i + 1]!.startsWith(`${event.seq},`) && lines[i + 1]!.includes(event.hash)),
    );
    assert.deepEqual(stored.at(-1)?.payload, { events: stored.length - 1 });
    assert.equal(stored.at(-1)?.actorId, lead.userId);
  });
});

describe('verifyAudit', () => {
  it('passes a whole chain, longer than one batch', async () => {
    await note(1100, projectId);
    const verdict = await verifyAudit();
    const last = await db.auditEvent.findFirstOrThrow({ orderBy: { seq: 'desc' } });
    assert.deepEqual(verdict, { ok: true, events: last.seq, head: last.hash });
  });

  it('names the first broken link', async () => {
    await tamper(`UPDATE "AuditEvent" SET payload = '{"events": 999}' WHERE seq = 1050`);
    assert.deepEqual(await verifyAudit(), { ok: false, seq: 1050, reason: 'changed' });
    await tamper(`UPDATE "AuditEvent" SET hash = 'x' || substr(hash, 2), "actorId" = NULL WHERE seq = 1010`);
    assert.deepEqual(await verifyAudit(), { ok: false, seq: 1010, reason: 'changed' });
    await tamper(`UPDATE "AuditEvent" SET "prevHash" = repeat('0', 64) WHERE seq = 500`);
    assert.deepEqual(await verifyAudit(), { ok: false, seq: 500, reason: 'unlinked' });
    await tamper(`DELETE FROM "AuditEvent" WHERE seq = 40`);
    assert.deepEqual(await verifyAudit(), { ok: false, seq: 40, reason: 'missing' });
    await tamper(`DELETE FROM "AuditEvent" WHERE seq < 20`);
    assert.deepEqual(await verifyAudit(), { ok: false, seq: 1, reason: 'missing' });
  });
});
