// A researcher's way to the data: ask with a purpose and the accepted agreement, the lead decides, the grant ends by itself.
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { step } from '@/domain/machine';
import { type AccessState, accessMachine, type ReleaseState } from '@/domain/machines';
import type { Actor } from '@/domain/policy';
import { authorise, authorised, notFound, rowId } from './authorise';
import { termsHash } from './catalogue';
import { db } from './db';
import type { AccessRequest } from './generated/prisma/client';
import { transact } from './transact';

export interface MyRequest {
  readonly id: string;
  readonly slug: string;
  /** Name of the dataset. */
  readonly dataset: string;
  readonly state: AccessState;
  /** Granted and not expired; `expired` says that it was granted once. */
  readonly usable: boolean;
  readonly expired: boolean;
  readonly affiliation: string;
  readonly purpose: string;
  readonly createdAt: string;
  readonly decidedAt: string | null;
  readonly expiresAt: string | null;
  readonly decisionNote: string | null;
  /** What can be downloaded, newest first; empty unless usable. */
  readonly releases: readonly MyRelease[];
}
interface MyRelease {
  readonly releaseId: string;
  readonly version: number;
  readonly title: string;
  readonly state: ReleaseState;
  readonly fileCount: number;
  readonly byteCount: number;
}
export interface AccessRow {
  readonly id: string;
  readonly researcher: { readonly name: string; readonly email: string };
  readonly affiliation: string;
  readonly purpose: string;
  readonly state: AccessState;
  readonly expired: boolean;
  readonly createdAt: string;
  readonly decidedAt: string | null;
  /** Name of the lead who decided. */
  readonly decidedBy: string | null;
  readonly expiresAt: string | null;
  readonly decisionNote: string | null;
}

const DAY = 86_400_000;
const MAX_DAYS = 1825;

const newRequest = z.object({
  affiliation: z.string().trim().min(2, 'Say where you work or study.').max(300),
  purpose: z.string().trim().min(10, 'Say in a sentence or two what you want the data for.').max(5000),
  acceptTerms: z.literal(true, 'The data can only be had by accepting the data use agreement.'),
  termsSha256: z.string().optional(),
});

/** Asks for a project's published data. Only one request of a person can be open or in force at a time. */
export async function requestAccess(
  actor: Actor,
  projectId: string,
  input: { affiliation: string; purpose: string; acceptTerms: boolean; termsSha256?: string },
): Promise<{ id: string }> {
  authorise(actor, 'access.request');
  const project = await db.project.findFirst({
    where: { id: rowId(projectId), releases: { some: { state: 'published' } } },
  });
  if (project === null) throw notFound('This dataset');
  const parsed = newRequest.safeParse(input);
  if (!parsed.success)
    throw new DomainError('INVALID', parsed.error.issues[0]?.message ?? 'Please check what you typed.');
  const { affiliation, purpose, termsSha256 } = parsed.data;
  const terms = termsHash(project.dataUseTerms);
  if (termsSha256 !== undefined && termsSha256 !== terms) {
    throw new DomainError(
      'CONFLICT',
      'The data use agreement was changed meanwhile. Reload the page and read it again.',
    );
  }
  return transact(actor, async ({ tx, audit }) => {
    await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${actor.userId}::uuid FOR UPDATE`;
    const now = new Date();
    const standing = await tx.accessRequest.count({
      where: {
        projectId,
        researcherId: actor.userId,
        OR: [{ state: 'requested' }, { state: 'granted', expiresAt: { gt: now } }],
      },
    });
    if (standing > 0) throw new DomainError('CONFLICT', 'You have asked for this dataset already. See "My account".');
    const row = await tx.accessRequest.create({
      data: { projectId, researcherId: actor.userId, affiliation, purpose, termsSha256: terms, acceptedAt: now },
    });
    audit({ type: 'access.requested', accessId: row.id }, { projectId });
    return { id: row.id };
  });
}

/** The actor's own requests, newest first. */
export async function myRequests(actor: Actor): Promise<MyRequest[]> {
  authorise(actor, 'access.request');
  const rows = await db.accessRequest.findMany({
    where: { researcherId: actor.userId },
    orderBy: { createdAt: 'desc' },
    include: { project: { include: { releases: { where: { state: 'published' }, orderBy: { version: 'desc' } } } } },
  });
  return rows.map((row) => ({
    ...common(row),
    slug: row.project.slug,
    dataset: row.project.name,
    usable: row.state === 'granted' && !expired(row),
    expired: row.state === 'granted' && expired(row),
    releases: row.state !== 'granted' || expired(row) ? [] : row.project.releases.map(myRelease),
  }));
}

function myRelease(row: {
  id: string;
  version: number;
  title: string;
  state: string;
  fileCount: number;
  byteCount: bigint;
}): MyRelease {
  const { id: releaseId, version, title, fileCount } = row;
  return { releaseId, version, title, fileCount, state: row.state as ReleaseState, byteCount: Number(row.byteCount) };
}

/** All requests for a project's data, those to decide first. */
export async function listRequests(actor: Actor, projectId: string): Promise<AccessRow[]> {
  authorise(actor, 'access.decide', projectId);
  const rows = await db.accessRequest.findMany({
    where: { projectId },
    orderBy: { createdAt: 'desc' },
    include: { researcher: true },
  });
  const leads = await db.user.findMany({ where: { id: { in: rows.flatMap((row) => row.decidedBy ?? []) } } });
  return rows
    .map((row) => ({
      ...common(row),
      researcher: { name: row.researcher.name, email: row.researcher.email },
      expired: row.state === 'granted' && expired(row),
      decidedBy: leads.find((lead) => lead.id === row.decidedBy)?.name ?? null,
    }))
    .sort((a, b) => Number(b.state === 'requested') - Number(a.state === 'requested'));
}

function common(row: AccessRequest) {
  return {
    id: row.id,
    state: row.state as AccessState,
    affiliation: row.affiliation,
    purpose: row.purpose,
    createdAt: row.createdAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    decisionNote: row.decisionNote,
  };
}

function expired(row: { expiresAt: Date | null }): boolean {
  return row.expiresAt === null || row.expiresAt <= new Date();
}

/** Grants for a number of days, or declines. */
export async function decideAccess(
  actor: Actor,
  accessId: string,
  wish: { decision: 'grant' | 'deny'; days?: number; note?: string },
): Promise<void> {
  const { decision } = wish;
  const days = Math.trunc(wish.days ?? 0);
  if (decision === 'grant' && !(days >= 1 && days <= MAX_DAYS)) {
    throw new DomainError('INVALID', `Say for how many days, from 1 to ${MAX_DAYS}.`);
  }
  const expiresAt = decision === 'grant' ? new Date(Date.now() + days * DAY) : null;
  const decisionNote = wish.note?.trim().slice(0, 2000) || null;
  const data = { decidedBy: actor.userId, decidedAt: new Date(), expiresAt, decisionNote };
  await move(actor, accessId, decision, data, {
    type: 'access.decided',
    accessId,
    decision,
    expiresAt: expiresAt?.toISOString() ?? null,
  });
}

/** Ends a grant before its time. */
export async function revokeAccess(actor: Actor, accessId: string): Promise<void> {
  await move(actor, accessId, 'revoke', {}, { type: 'access.revoked', accessId });
}

type AccessEvent =
  | { type: 'access.decided'; accessId: string; decision: 'grant' | 'deny'; expiresAt: string | null }
  | { type: 'access.revoked'; accessId: string };

async function move(
  actor: Actor,
  accessId: string,
  event: 'grant' | 'deny' | 'revoke',
  data: Partial<Pick<AccessRequest, 'decidedBy' | 'decidedAt' | 'expiresAt' | 'decisionNote'>>,
  said: AccessEvent,
): Promise<void> {
  const found = await db.accessRequest.findUnique({ where: { id: rowId(accessId) } });
  const { projectId } = authorised(actor, 'access.decide', found);
  await transact(actor, async ({ tx, audit }) => {
    await tx.$queryRaw`SELECT id FROM "AccessRequest" WHERE id = ${accessId}::uuid FOR UPDATE`;
    const row = await tx.accessRequest.findUniqueOrThrow({ where: { id: accessId } });
    const state = step(accessMachine, row.state as AccessState, event);
    await tx.accessRequest.update({ where: { id: accessId }, data: { ...data, state } });
    audit(said, { projectId });
  });
}
