// Reading the audit trail: pages, CSV, and the check of its hash chain.
import { canonicalEvent } from '@/domain/auditEvent';
import { DomainError } from '@/domain/errors';
import { type Actor, can } from '@/domain/policy';
import { db } from './db';
import type { Prisma } from './generated/prisma/client';
import { CHAIN_START, chainHash, transact } from './transact';

export interface AuditFilter {
  projectId?: string | undefined;
  type?: string | undefined;
  /** ISO dates or times; `to` is not included. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface AuditRow {
  seq: number;
  at: string;
  actorId: string | null;
  /** Null for the system and for people not signed in. */
  actorName: string | null;
  projectId: string | null;
  type: string;
  payload: Record<string, unknown>;
}

const PAGE = 100;
const BATCH = 1000;

function authorise(actor: Actor, filter: AuditFilter): void {
  const allowed =
    can(actor, 'audit.viewAll') || (filter.projectId !== undefined && can(actor, 'audit.view', filter.projectId));
  if (!allowed) throw new DomainError('NOT_FOUND', 'There is no such page, or it is not yours to see.');
}

function moment(text: string, name: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new DomainError('INVALID', `"${name}" is not a date. Write it as 2026-01-31.`);
  return date;
}

function where(filter: AuditFilter): Prisma.AuditEventWhereInput {
  return {
    ...(filter.projectId === undefined ? {} : { projectId: filter.projectId }),
    ...(filter.type === undefined ? {} : { type: filter.type }),
    at: {
      ...(filter.from === undefined ? {} : { gte: moment(filter.from, 'from') }),
      ...(filter.to === undefined ? {} : { lt: moment(filter.to, 'to') }),
    },
  };
}

/** One page of the trail, newest first; `cursor` is the `next` of the page before. */
export async function listAudit(
  actor: Actor,
  filter: AuditFilter & { cursor?: number | undefined },
): Promise<{ events: AuditRow[]; next: number | null }> {
  authorise(actor, filter);
  const before = filter.cursor === undefined ? {} : { seq: { lt: filter.cursor } };
  const rows = await db.auditEvent.findMany({
    where: { ...where(filter), ...before },
    orderBy: { seq: 'desc' },
    take: PAGE + 1,
  });
  const page = rows.slice(0, PAGE);
  const ids = [...new Set(page.flatMap((row) => row.actorId ?? []))];
  const people = await db.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const names = new Map(people.map((person) => [person.id, person.name]));
  return {
    events: page.map((row) => ({
      seq: row.seq,
      at: row.at.toISOString(),
      actorId: row.actorId,
      actorName: (row.actorId && names.get(row.actorId)) || null,
      projectId: row.projectId,
      type: row.type,
      payload: row.payload as Record<string, unknown>,
    })),
    next: rows.length > PAGE ? (page.at(-1)?.seq ?? null) : null,
  };
}

/** The trail as CSV, oldest first, hashes included. The export itself is audited before the first line. */
export async function exportAudit(actor: Actor, filter: AuditFilter): Promise<AsyncIterable<string>> {
  authorise(actor, filter);
  const events = await db.auditEvent.count({ where: where(filter) });
  await transact(actor, async ({ audit }) =>
    audit({ type: 'audit.exported', events }, { projectId: filter.projectId }),
  );
  return csvLines(filter);
}

async function* csvLines(filter: AuditFilter): AsyncGenerator<string> {
  yield 'seq,at,actorId,projectId,type,payload,prevHash,hash\r\n';
  for await (const row of inOrder(where(filter))) {
    const fields = [
      row.at.toISOString(),
      row.actorId ?? '',
      row.projectId ?? '',
      row.type,
      JSON.stringify(row.payload),
    ];
    yield `${[row.seq, ...fields.map(quoted), row.prevHash, row.hash].join(',')}\r\n`;
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

async function* inOrder(filter: Prisma.AuditEventWhereInput) {
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const seq = after === Number.MIN_SAFE_INTEGER ? {} : { seq: { gt: after } };
    const rows = await db.auditEvent.findMany({ where: { AND: [filter, seq] }, orderBy: { seq: 'asc' }, take: BATCH });
    yield* rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.seq ?? after;
  }
}

export type AuditVerdict =
  | { ok: true; events: number; head: string }
  | { ok: false; seq: number; reason: 'missing' | 'unlinked' | 'changed' };

/**
 * Walks the whole chain and names the first broken link: `missing` (a number is skipped), `unlinked` (it does not follow
 * the event before it), `changed` (its fields no longer give its hash). `head` is the last hash: kept elsewhere, it
 * also shows that nothing was cut off the end.
 */
export async function verifyAudit(): Promise<AuditVerdict> {
  let seq = 0;
  let head = CHAIN_START;
  for await (const row of inOrder({})) {
    seq += 1;
    if (row.seq !== seq) return { ok: false, seq, reason: 'missing' };
    if (row.prevHash !== head) return { ok: false, seq, reason: 'unlinked' };
    const { at, actorId, projectId, type, payload } = row;
    const canonical = canonicalEvent({ seq, at: at.toISOString(), actorId, projectId, type, payload });
    if (row.hash !== chainHash(head, canonical)) return { ok: false, seq, reason: 'changed' };
    head = row.hash;
  }
  return { ok: true, events: seq, head };
}
