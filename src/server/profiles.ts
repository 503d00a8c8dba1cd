// Profile versions of a project: each change is a new version, runs keep the one they started with.
import { type PresetName, presets } from '@/domain/deid/presets';
import { type Profile, parseProfile, profileSchema } from '@/domain/deid/profile';
import { DomainError } from '@/domain/errors';
import type { Actor } from '@/domain/policy';
import { authorise, notFound } from './authorise';
import { db, type Tx } from './db';
import type { Prisma, ProfileVersion as VersionRecord } from './generated/prisma/client';
import { type Transaction, transact } from './transact';

/** A profile as somebody wishes it: one of the presets, or JSON of their own. */
export type ProfileWish = { readonly preset: PresetName } | { readonly profile: unknown };

export interface ProfileDraft {
  readonly preset: PresetName | 'own';
  readonly profile: Profile;
}

export interface ProfileVersion extends ProfileDraft {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Stage runs that used it. */
  readonly runs: number;
  /** The dry run it was tried in, if it was. */
  readonly dryRunId: string | null;
}

/** The wish in its checked form. @throws DomainError INVALID that says what is wrong with it */
export function draftOf(wish: ProfileWish): ProfileDraft {
  if (!('preset' in wish)) return { preset: 'own', profile: parseProfile(wish.profile) };
  if (!Object.hasOwn(presets, wish.preset)) throw new DomainError('INVALID', 'Choose one of the profiles.');
  return { preset: wish.preset, profile: presets[wish.preset].profile };
}

/** A new version of the project's profile; series already on their way keep theirs until they are processed again. */
export async function changeProfile(actor: Actor, projectId: string, wish: ProfileWish): Promise<ProfileVersion> {
  authorise(actor, 'profile.change', projectId);
  const draft = draftOf(wish);
  await transact(actor, async (write) => {
    const { version } = await lockNewest(write.tx, projectId);
    await addVersion(write, { projectId, version: version + 1, ...draft, createdBy: actor.userId });
  });
  const [made] = await profileVersions(projectId, 1);
  if (made === undefined) throw notFound('This profile');
  return made;
}

/** The version in use; nobody else can make the next one until the transaction ends. */
export async function lockNewest(tx: Tx, projectId: string): Promise<VersionRecord> {
  await tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR UPDATE`;
  return tx.profileVersion.findFirstOrThrow({ where: { projectId }, orderBy: { version: 'desc' } });
}

interface NewVersion extends ProfileDraft {
  readonly projectId: string;
  readonly version: number;
  readonly createdBy: string;
  readonly dryRunId?: string;
}

export async function addVersion({ tx, audit }: Pick<Transaction, 'tx' | 'audit'>, made: NewVersion): Promise<void> {
  const { projectId, version, preset, dryRunId } = made;
  const row = await tx.profileVersion.create({ data: { ...made, profile: made.profile as Prisma.InputJsonObject } });
  const event = { type: 'profile.changed', profileVersionId: row.id, version, preset } as const;
  audit(dryRunId === undefined ? event : { ...event, dryRunId }, { projectId });
}

/** All versions, newest first. */
export async function listProfileVersions(actor: Actor, projectId: string): Promise<ProfileVersion[]> {
  authorise(actor, 'profile.view', projectId);
  return profileVersions(projectId);
}

/** The newest versions; the caller has authorised. */
export async function profileVersions(projectId: string, take = 200): Promise<ProfileVersion[]> {
  const rows = await db.profileVersion.findMany({
    where: { projectId },
    orderBy: { version: 'desc' },
    take,
    include: { _count: { select: { runs: true } } },
  });
  const authors = await db.user.findMany({ where: { id: { in: rows.map((row) => row.createdBy) } } });
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    preset: row.preset as ProfileVersion['preset'],
    profile: readable(row.profile),
    createdAt: row.createdAt.toISOString(),
    createdBy: authors.find((author) => author.id === row.createdBy)?.name ?? '',
    runs: row._count.runs,
    dryRunId: row.dryRunId,
  }));
}

/** A stored profile with what newer versions added; one that would not be allowed any more is shown as it is. */
function readable(stored: Prisma.JsonValue): Profile {
  return profileSchema.safeParse(stored).data ?? (stored as unknown as Profile);
}
