// Invitation links: 32 random bytes of which only the SHA-256 is kept; they expire and work once.
import { createHash, randomBytes } from 'node:crypto';
import { DomainError } from '@/domain/errors';
import { type Actor, nobody, type ProjectRole, projectRoles } from '@/domain/policy';
import { checkedPerson, insertUser, type PersonInput } from './accounts';
import { authorise, notFound } from './authorise';
import { db } from './db';
import type { Invitation } from './generated/prisma/client';
import { systemActor, type Transaction, transact } from './transact';

export interface InvitationLink {
  readonly invitationId: string;
  /** '/invite/<token>': shown once, never kept. */
  readonly path: string;
  readonly expiresAt: string;
}
export interface InvitationRow {
  readonly invitationId: string;
  readonly role: ProjectRole | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly state: 'open' | 'accepted' | 'expired';
}
export interface InvitationView {
  readonly kind: 'siteAdmin' | 'member' | 'account';
  readonly projectName: string | null;
  readonly role: ProjectRole | null;
  readonly expiresAt: string;
}

const DAY = 86_400_000;

/** A link that makes a member of a project, or (by the site administrator, without a project) an account. */
export async function createInvitation(
  actor: Actor,
  wish: { projectId: string | null; role: ProjectRole | 'account'; days: number },
): Promise<InvitationLink> {
  const { projectId, role } = wish;
  if (projectId === null) authorise(actor, 'user.invite');
  else authorise(actor, 'project.invite', projectId);
  if ((projectId === null) !== (role === 'account') || !(role === 'account' || projectRoles.includes(role))) {
    throw new DomainError('INVALID', 'Choose the role that the invitation is for.');
  }
  const days = Math.min(Math.max(Math.trunc(wish.days) || 7, 1), 90);
  const kind = projectId === null ? 'account' : 'member';
  return transact(actor, (write) =>
    insertInvitation(write, {
      kind,
      projectId,
      role: role === 'account' ? null : role,
      createdBy: actor.userId,
      expiresAt: new Date(Date.now() + days * DAY),
    }),
  );
}

type NewInvitation = Pick<Invitation, 'kind' | 'projectId' | 'role' | 'createdBy' | 'expiresAt'>;

async function insertInvitation({ tx, audit }: Transaction, data: NewInvitation): Promise<InvitationLink> {
  const token = randomBytes(32).toString('base64url');
  const row = await tx.invitation.create({ data: { ...data, tokenHash: tokenHash(token) } });
  const role = (data.role as ProjectRole | null) ?? 'account';
  audit({ type: 'invitation.created', invitationId: row.id, role }, { projectId: data.projectId });
  return { invitationId: row.id, path: `/invite/${token}`, expiresAt: row.expiresAt.toISOString() };
}

export async function listInvitations(actor: Actor, projectId: string): Promise<InvitationRow[]> {
  authorise(actor, 'project.invite', projectId);
  const rows = await db.invitation.findMany({ where: { projectId }, orderBy: { createdAt: 'desc' }, take: 100 });
  return rows.map((row) => ({
    invitationId: row.id,
    role: row.role as ProjectRole | null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    state: row.acceptedAt !== null ? 'accepted' : row.expiresAt <= new Date() ? 'expired' : 'open',
  }));
}

/** What a link is for. @throws DomainError NOT_FOUND for no such link, GONE when it was used or is too old. */
export async function lookAtInvitation(token: string): Promise<InvitationView> {
  const row = usable(
    await db.invitation.findUnique({
      where: { tokenHash: tokenHash(token) },
      include: { project: { select: { name: true } } },
    }),
  );
  return {
    kind: row.kind as InvitationView['kind'],
    projectName: row.project?.name ?? null,
    role: row.role as ProjectRole | null,
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** Uses a link, by somebody signed in or by a new person whose account it makes. */
export async function acceptInvitation(
  token: string,
  who: PersonInput | Actor,
): Promise<{ userId: string; projectSlug: string | null }> {
  const hash = tokenHash(token);
  usable(await db.invitation.findUnique({ where: { tokenHash: hash } }));
  if ('userId' in who && who.userId === '') throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
  const person = 'userId' in who ? null : await checkedPerson(who);
  return transact('userId' in who ? who : nobody, async (write) => {
    const { tx, audit } = write;
    await tx.$queryRaw`SELECT id FROM "Invitation" WHERE "tokenHash" = ${hash} FOR UPDATE`;
    const row = usable(await tx.invitation.findUnique({ where: { tokenHash: hash }, include: { project: true } }));
    const isSiteAdmin = row.kind === 'siteAdmin';
    let userId = 'userId' in who ? who.userId : '';
    if (person !== null) {
      userId = (await insertUser(tx, { ...person, isSiteAdmin })).userId;
      audit({ type: 'user.registered', userId });
    } else if (isSiteAdmin) {
      await tx.user.update({ where: { id: userId }, data: { isSiteAdmin } });
    }
    if (isSiteAdmin) audit({ type: 'site.opened' });
    await tx.invitation.update({ where: { id: row.id }, data: { acceptedAt: new Date() } });
    audit({ type: 'invitation.accepted', invitationId: row.id, userId }, { projectId: row.projectId });
    await join(write, row, userId);
    return { userId, projectSlug: row.project?.slug ?? null };
  });
}

async function join({ tx, audit }: Transaction, row: Invitation, userId: string): Promise<void> {
  if (row.projectId === null || row.role === null) return;
  const data = { projectId: row.projectId, userId, role: row.role };
  const added = await tx.membership.createMany({ data: [data], skipDuplicates: true });
  if (added.count > 0)
    audit({ type: 'member.added', userId, role: row.role as ProjectRole }, { projectId: row.projectId });
}

/** The path of a fresh link that makes the site administrator; null when there is one. Links printed before stop working. */
export async function firstRunInvitation(): Promise<string | null> {
  if ((await db.user.count({ where: { isSiteAdmin: true } })) > 0) return null;
  return transact(systemActor, async (write) => {
    const now = new Date();
    const open = { kind: 'siteAdmin', acceptedAt: null, expiresAt: { gt: now } };
    await write.tx.invitation.updateMany({ where: open, data: { expiresAt: now } });
    const expiresAt = new Date(now.getTime() + 7 * DAY);
    const wish = { kind: 'siteAdmin', projectId: null, role: null, createdBy: null, expiresAt };
    return (await insertInvitation(write, wish)).path;
  });
}

function usable<T extends { acceptedAt: Date | null; expiresAt: Date }>(row: T | null): T {
  if (row === null) throw notFound('This invitation');
  if (row.acceptedAt !== null)
    throw new DomainError('GONE', 'This invitation was used already. Sign in, or ask for a new one.');
  if (row.expiresAt <= new Date()) throw new DomainError('GONE', 'This invitation is too old. Ask for a new one.');
  return row;
}

function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
