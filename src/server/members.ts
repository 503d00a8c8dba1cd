// Who belongs to a project and in which roles. A project never loses its last lead.
import { DomainError } from '@/domain/errors';
import { type Actor, type ProjectRole, projectRoles } from '@/domain/policy';
import { authorise, notFound } from './authorise';
import { db } from './db';
import { createInvitation, type InvitationLink } from './invitations';
import { transact } from './transact';

export interface MemberRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly ProjectRole[];
  readonly isMe: boolean;
}

export async function listMembers(actor: Actor, projectId: string): Promise<MemberRow[]> {
  authorise(actor, 'project.view', projectId);
  const rows = await db.membership.findMany({
    where: { projectId },
    include: { user: true },
    orderBy: { user: { name: 'asc' } },
  });
  const people = new Map(rows.map((row) => [row.userId, row.user]));
  return [...people].map(([userId, user]) => ({
    userId,
    name: user.name,
    email: user.email,
    roles: projectRoles.filter((role) => rows.some((row) => row.userId === userId && row.role === role)),
    isMe: userId === actor.userId,
  }));
}

/** A link that makes whoever opens it a member. */
export async function inviteMember(
  actor: Actor,
  projectId: string,
  wish: { role: ProjectRole; days: number },
): Promise<InvitationLink> {
  return createInvitation(actor, { projectId, ...wish });
}

/** Gives a member one more role; somebody who is not a member yet needs an invitation. */
export async function addMemberRole(actor: Actor, projectId: string, userId: string, role: ProjectRole): Promise<void> {
  authorise(actor, 'project.invite', projectId);
  if (!projectRoles.includes(role)) throw new DomainError('INVALID', 'Choose one of the roles.');
  if ((await db.membership.count({ where: { projectId, userId, role } })) > 0) return;
  await transact(actor, async ({ tx, audit }) => {
    if ((await tx.membership.count({ where: { projectId, userId } })) === 0) throw notFound('This member');
    await tx.membership.createMany({ data: [{ projectId, userId, role }], skipDuplicates: true });
    audit({ type: 'member.added', userId, role }, { projectId });
  });
}

/** Takes one role away, or all of them when none is named. */
export async function removeMember(actor: Actor, projectId: string, userId: string, role?: ProjectRole): Promise<void> {
  authorise(actor, 'project.invite', projectId);
  await transact(actor, async ({ tx, audit }) => {
    await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR UPDATE`;
    const where = { projectId, userId, ...(role === undefined ? {} : { role }) };
    const going = await tx.membership.findMany({ where });
    if (going.length === 0) throw notFound('This member');
    const otherLeads = await tx.membership.count({ where: { projectId, role: 'lead', userId: { not: userId } } });
    if (otherLeads === 0 && going.some((row) => row.role === 'lead')) {
      throw new DomainError('CONFLICT', 'A project needs a lead. Make somebody else a lead first.');
    }
    await tx.membership.deleteMany({ where });
    for (const row of going) audit({ type: 'member.removed', userId, role: row.role as ProjectRole }, { projectId });
  });
}
