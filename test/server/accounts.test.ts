// Accounts and invitations through their services: passwords, the lock, links that expire and work once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, mock } from 'node:test';
import { accountOf, actorFor, oidcAccount, register, verifyPassword } from '@/server/accounts';
import { db } from '@/server/db';
import { acceptInvitation, createInvitation, firstRunInvitation, lookAtInvitation } from '@/server/invitations';
import { inviteMember, listMembers, removeMember } from '@/server/members';
import './database';
import { makeTeam, somebody } from './fixtures/people';

const password = 'correct horse battery';
const newPerson = (name = 'Anna') => ({ name, email: `${randomUUID()}@Example.org`, password });
const tokenOf = (path: string) => path.replace('/invite/', '');

describe('passwords', () => {
  it('lets in with the right one, whatever the case of the address, and keeps only a hash', async () => {
    const person = newPerson();
    const { userId } = await register(person);
    assert.equal((await verifyPassword(person.email.toUpperCase(), password))?.userId, userId);
    const row = await db.user.findUniqueOrThrow({ where: { id: userId } });
    assert.match(row.passwordHash ?? '', /^scrypt\$/);
    assert.ok(!JSON.stringify(row).includes(password));
  });

  it('answers null to a wrong password, an unknown address and an account without a password alike', async () => {
    const person = newPerson();
    await register(person);
    const { email } = await accountOf(await somebody());
    assert.equal(await verifyPassword(person.email, 'wrong'), null);
    assert.equal(await verifyPassword('nobody@example.org', password), null);
    assert.equal(await verifyPassword(email, ''), null);
  });

  it('locks after ten wrong tries, the right password included, and opens again after 15 minutes', async () => {
    const person = newPerson();
    const { userId } = await register(person);
    for (let n = 0; n < 10; n += 1) assert.equal(await verifyPassword(person.email, `wrong ${n}`), null);
    assert.equal(await verifyPassword(person.email, password), null, 'locked');
    const { lockedUntil } = await db.user.findUniqueOrThrow({ where: { id: userId } });
    const minutes = ((lockedUntil?.getTime() ?? 0) - Date.now()) / 60_000;
    assert.ok(minutes > 14 && minutes <= 15, `locked for ${minutes} minutes`);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 16 * 60_000 });
    const later = await verifyPassword(person.email, password).finally(() => mock.timers.reset());
    assert.equal(later?.userId, userId);
  });

  it('does not lock for nine wrong tries and a right one, again and again', async () => {
    const person = newPerson();
    await register(person);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 9; n += 1) await verifyPassword(person.email, 'wrong');
      assert.ok(await verifyPassword(person.email, password));
    }
  });

  it('refuses a short password and an address that is taken', async () => {
    await assert.rejects(register({ ...newPerson(), password: 'short' }), { code: 'INVALID' });
    const person = newPerson();
    await register(person);
    await assert.rejects(register({ ...person, email: person.email.toLowerCase() }), { code: 'CONFLICT' });
  });

  it('audits refusals without saying whose', async () => {
    await verifyPassword('anna.secret@example.org', 'wrong');
    const event = await db.auditEvent.findFirstOrThrow({ orderBy: { seq: 'desc' } });
    assert.equal(event.type, 'user.signInRefused');
    assert.ok(!JSON.stringify(event).includes('secret'));
  });
});

describe('OpenID Connect', () => {
  it('makes an account without rights, finds it again, and never opens an account that has a password', async () => {
    const subject = {
      issuer: 'https://id.example.org',
      sub: randomUUID(),
      email: `${randomUUID()}@example.org`,
      name: 'Cleo',
    };
    const made = await oidcAccount(subject);
    assert.ok(made);
    assert.equal(made.isSiteAdmin, false);
    assert.equal((await oidcAccount(subject))?.userId, made.userId);
    const person = newPerson();
    await register(person);
    assert.equal(await oidcAccount({ ...subject, sub: randomUUID(), email: person.email }), null);
  });
});

describe('invitations', () => {
  it('makes the first administrator once, and only the last link printed works', async () => {
    const first = tokenOf((await firstRunInvitation()) ?? '');
    const second = tokenOf((await firstRunInvitation()) ?? '');
    await assert.rejects(acceptInvitation(first, newPerson()), { code: 'GONE' });
    const { userId } = await acceptInvitation(second, newPerson('Admin'));
    assert.equal((await actorFor(userId)).isSiteAdmin, true);
    assert.equal(await firstRunInvitation(), null);
    await assert.rejects(acceptInvitation(second, newPerson()), { code: 'GONE' });
  });

  it('adds a member with the role of the link, once, and keeps only the hash of the token', async () => {
    const { lead, projectId, slug } = await makeTeam();
    const link = await inviteMember(lead, projectId, { role: 'reviewer', days: 7 });
    const token = tokenOf(link.path);
    assert.equal((await lookAtInvitation(token)).role, 'reviewer');
    assert.ok(!JSON.stringify(await db.invitation.findMany()).includes(token));
    assert.ok(!JSON.stringify(await db.auditEvent.findMany()).includes(token));
    const [one, other] = [await somebody(), await somebody()];
    const both = await Promise.allSettled([acceptInvitation(token, one), acceptInvitation(token, other)]);
    assert.deepEqual(both.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
    const joined = both[0]?.status === 'fulfilled' ? one : other;
    assert.deepEqual((await actorFor(joined.userId)).roles[projectId], ['reviewer']);
    const accepted = both.find((result) => result.status === 'fulfilled');
    assert.equal(accepted?.value.projectSlug, slug);
  });

  it('expires', async () => {
    const { lead, projectId } = await makeTeam();
    const { path } = await createInvitation(lead, { projectId, role: 'coordinator', days: 1 });
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 25 * 3_600_000 });
    await assert
      .rejects(acceptInvitation(tokenOf(path), await somebody()), { code: 'GONE' })
      .finally(() => mock.timers.reset());
    await assert.rejects(lookAtInvitation('made-up'), { code: 'NOT_FOUND' });
  });

  it('is for leads to make, of their own project', async () => {
    const [ours, theirs] = [await makeTeam(), await makeTeam()];
    const wish = { role: 'lead', days: 7 } as const;
    await assert.rejects(inviteMember(ours.coordinator, ours.projectId, wish), { code: 'FORBIDDEN' });
    await assert.rejects(inviteMember(ours.lead, theirs.projectId, wish), { code: 'NOT_FOUND' });
    await assert.rejects(createInvitation(ours.lead, { projectId: null, role: 'account', days: 7 }), {
      code: 'NOT_FOUND',
    });
  });
});

describe('members', () => {
  it('loses rights with the role, but a project never its last lead', async () => {
    const { lead, anna, projectId } = await makeTeam();
    await removeMember(lead, projectId, anna.userId);
    assert.equal((await actorFor(anna.userId)).roles[projectId], undefined);
    assert.equal(
      (await listMembers(lead, projectId)).some((row) => row.userId === anna.userId),
      false,
    );
    await assert.rejects(removeMember(lead, projectId, lead.userId), { code: 'CONFLICT' });
  });
});
