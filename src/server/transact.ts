// The only way to write: one transaction with the audit events that say who did it, chained by SHA-256.
import { createHash } from 'node:crypto';
import { type AuditEvent, canonicalEvent } from '@/domain/auditEvent';
import type { Actor } from '@/domain/policy';
import { db, type Tx } from './db';
import type { Prisma } from './generated/prisma/client';

/** A worker or the start program: audited with no user id. */
export interface SystemActor {
  readonly system: true;
}
export const systemActor: SystemActor = { system: true };

export type Audit = (event: AuditEvent, about?: { projectId?: string | null | undefined }) => void;
export type AfterCommit = (work: () => Promise<void>) => void;

export interface Transaction {
  readonly tx: Tx;
  /** Notes an event; all are written, in order, just before the commit. */
  readonly audit: Audit;
  /** Work to do once the commit holds; if it fails the sweep repairs it, so its error is only reported. */
  readonly afterCommit: AfterCommit;
}

interface Noted {
  readonly event: AuditEvent;
  readonly projectId: string | null;
}

/** Serialises the chain: whoever holds it is the only one to append. */
const CHAIN_LOCK = 1_129_072_980;

/** What the first event's hash is chained to. */
export const CHAIN_START = '0'.repeat(64);

/** Hash of an event that follows `prevHash`. */
export function chainHash(prevHash: string, canonical: string): string {
  return createHash('sha256').update(`${prevHash}\n${canonical}`).digest('hex');
}

/**
 * Runs `work` in one transaction as `actor`. Throws, and so rolls back, when it audited nothing.
 */
export async function transact<T>(
  actor: Actor | SystemActor,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const later: (() => Promise<void>)[] = [];
  const result = await db.$transaction(async (tx) => {
    const noted: Noted[] = [];
    const value = await work({
      tx,
      audit: (event, about) => noted.push({ event, projectId: about?.projectId ?? null }),
      afterCommit: (task) => later.push(task),
    });
    if (noted.length === 0) throw new Error('A transaction wrote without an audit event; it was rolled back.');
    await append(tx, 'system' in actor ? null : actor.userId || null, noted);
    return value;
  });
  for (const task of later) await task().catch(reportLate);
  return result;
}

async function append(tx: Tx, actorId: string | null, noted: readonly Noted[]): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CHAIN_LOCK})`;
  const last = await tx.auditEvent.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } });
  let seq = last?.seq ?? 0;
  let prevHash = last?.hash ?? CHAIN_START;
  const at = new Date();
  const data = noted.map(({ event, projectId }) => {
    seq += 1;
    const { type, ...payload } = event;
    const hash = chainHash(prevHash, canonicalEvent({ seq, at: at.toISOString(), actorId, projectId, type, payload }));
    const row = { seq, at, actorId, projectId, type, payload: payload as Prisma.InputJsonObject, prevHash, hash };
    prevHash = hash;
    return row;
  });
  await tx.auditEvent.createMany({ data });
}

function reportLate(error: unknown): void {
  console.error('Work after a commit failed; the sweep will repair it.', error instanceof Error ? error.name : '');
}
