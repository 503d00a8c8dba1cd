// Accounts: registering, checking a password with a lock after many wrong tries, and who an actor is right now.
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { type Actor, nobody, type ProjectRole } from '@/domain/policy';
import { authorise } from './authorise';
import { db, type Tx } from './db';
import { hashPassword, passwordMatches } from './password';
import { transact } from './transact';

export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly isSiteAdmin: boolean;
  readonly createdAt: string;
}

export const personInput = z.object({
  name: z.string().trim().min(1, 'Say your name.').max(200),
  email: z.string().trim().toLowerCase().pipe(z.email('This is not an e-mail address.')),
  password: z
    .string()
    .min(12, 'A password needs at least 12 characters.')
    .max(200, 'A password may have at most 200 characters.'),
});
export type PersonInput = z.input<typeof personInput>;

/** The one answer to a wrong password, an unknown address and a locked account. */
export const signInRefused =
  'The e-mail address or the password is wrong. After ten wrong tries an account rests for 15 minutes.';

const MAX_WRONG = 10;
const WINDOW_MS = 15 * 60_000;

/** A new account without any role: what a researcher starts with. */
export async function register(input: PersonInput): Promise<Account> {
  const person = await checkedPerson(input);
  return transact(nobody, async ({ tx, audit }) => {
    const user = await insertUser(tx, person);
    audit({ type: 'user.registered', userId: user.userId });
    return user;
  });
}

/** The account, or null for a wrong password, an unknown address or a locked account: all three look the same. */
export async function verifyPassword(email: string, password: string): Promise<Account | null> {
  const user = await db.user.findUnique({ where: { email: email.trim().toLowerCase() } });
  const right = await passwordMatches(password.slice(0, 1000), user?.passwordHash ?? null);
  if (user === null) return refuse('unknownAccount');
  return transact({ ...nobody, userId: right ? user.id : '' }, async ({ tx, audit }) => {
    await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${user.id}::uuid FOR UPDATE`;
    const now = await tx.user.findUniqueOrThrow({ where: { id: user.id } });
    if (now.lockedUntil !== null && now.lockedUntil > new Date()) {
      audit({ type: 'user.signInRefused', reason: 'locked' });
      return null;
    }
    if (!right) {
      await tx.user.update({ where: { id: user.id }, data: afterWrong(now) });
      audit({ type: 'user.signInRefused', reason: 'wrongPassword' });
      return null;
    }
    await tx.user.update({ where: { id: user.id }, data: { failedSignIns: 0, failedSince: null, lockedUntil: null } });
    audit({ type: 'user.signedIn', userId: user.id });
    return accountDto(now);
  });
}

function afterWrong(user: { failedSignIns: number; failedSince: Date | null }) {
  const now = Date.now();
  const sameWindow = user.failedSince !== null && user.failedSince.getTime() > now - WINDOW_MS;
  const failedSignIns = sameWindow ? user.failedSignIns + 1 : 1;
  const failedSince = sameWindow ? user.failedSince : new Date(now);
  if (failedSignIns < MAX_WRONG) return { failedSignIns, failedSince };
  return { failedSignIns: 0, failedSince: null, lockedUntil: new Date(now + WINDOW_MS) };
}

function refuse(reason: 'unknownAccount'): Promise<null> {
  return transact(nobody, async ({ audit }) => {
    audit({ type: 'user.signInRefused', reason });
    return null;
  });
}

/** Rights as they are at this moment; nobody's for an account that is not there. */
export async function actorFor(userId: string): Promise<Actor> {
  const user = await db.user.findUnique({
    where: { id: userId },
    select: {
      isSiteAdmin: true,
      memberships: { select: { projectId: true, role: true } },
      accessRequests: { where: { state: 'granted', expiresAt: { gt: new Date() } }, select: { projectId: true } },
    },
  });
  if (user === null) return nobody;
  const roles: Record<string, ProjectRole[]> = {};
  for (const { projectId, role } of user.memberships) {
    roles[projectId] = [...(roles[projectId] ?? []), role as ProjectRole];
  }
  return { userId, isSiteAdmin: user.isSiteAdmin, roles, grants: user.accessRequests.map((grant) => grant.projectId) };
}

export async function accountOf(actor: Actor): Promise<Account> {
  const user = actor.userId === '' ? null : await db.user.findUnique({ where: { id: actor.userId } });
  if (user === null) throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
  return accountDto(user);
}

export async function listUsers(actor: Actor): Promise<Account[]> {
  authorise(actor, 'user.list');
  return (await db.user.findMany({ orderBy: { createdAt: 'asc' } })).map(accountDto);
}

/**
 * The account of an OpenID Connect subject, made on first sight without any role. An address that already has an account
 * with a password is refused rather than linked: the provider's word about an address must not open somebody's account.
 */
export async function oidcAccount(subject: {
  issuer: string;
  sub: string;
  email: string;
  name: string;
}): Promise<Account | null> {
  const oidcSubject = subjectKey(subject.issuer, subject.sub);
  const known = await db.user.findUnique({ where: { oidcSubject } });
  const email = subject.email.trim().toLowerCase();
  if (known === null && (email === '' || (await db.user.count({ where: { email } })) > 0)) return null;
  return transact({ ...nobody, userId: known?.id ?? '' }, async ({ tx, audit }) => {
    const user = known ?? (await tx.user.create({ data: { email, name: subject.name || email, oidcSubject } }));
    if (known === null) audit({ type: 'user.registered', userId: user.id });
    audit({ type: 'user.signedIn', userId: user.id });
    return accountDto(user);
  });
}

/** The user id of an OpenID Connect subject that has signed in. */
export async function oidcUserId(issuer: string, sub: string): Promise<string | null> {
  const user = await db.user.findUnique({ where: { oidcSubject: subjectKey(issuer, sub) }, select: { id: true } });
  return user?.id ?? null;
}

function subjectKey(issuer: string, sub: string): string {
  return `${issuer} ${sub}`;
}

/** A person's input, checked, with the password hashed. @throws DomainError INVALID in plain words. */
export async function checkedPerson(
  input: PersonInput,
): Promise<{ name: string; email: string; passwordHash: string }> {
  const parsed = personInput.safeParse(input);
  if (!parsed.success)
    throw new DomainError('INVALID', parsed.error.issues[0]?.message ?? 'Please check what you typed.');
  const { name, email, password } = parsed.data;
  return { name, email, passwordHash: await hashPassword(password) };
}

/** @throws DomainError CONFLICT when the address is taken. */
export async function insertUser(
  tx: Tx,
  person: { name: string; email: string; passwordHash: string; isSiteAdmin?: boolean },
): Promise<Account> {
  const made = await tx.user.createManyAndReturn({ data: [person], skipDuplicates: true });
  if (made[0] === undefined) {
    throw new DomainError(
      'CONFLICT',
      'This e-mail address cannot be used for a new account. If it is yours, sign in instead.',
    );
  }
  return accountDto(made[0]);
}

function accountDto(user: { id: string; email: string; name: string; isSiteAdmin: boolean; createdAt: Date }): Account {
  return {
    userId: user.id,
    email: user.email,
    name: user.name,
    isSiteAdmin: user.isSiteAdmin,
    createdAt: user.createdAt.toISOString(),
  };
}
