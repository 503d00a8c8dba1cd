// Projects: made by anybody with an account, edited by their lead.
import { z } from 'zod';
import { type PresetName, presets } from '@/domain/deid/presets';
import { DomainError } from '@/domain/errors';
import { type Action, type Actor, can, type ProjectRole, policy } from '@/domain/policy';
import { authorise, notFound } from './authorise';
import { db, type Tx } from './db';
import type { Project as ProjectRecord } from './generated/prisma/client';
import { addVersion, type ProfileVersion, profileVersions } from './profiles';
import { newProjectSecret } from './projectSecret';
import { resettleReviews } from './reviewState';
import { transact } from './transact';

export interface ProjectRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly roles: readonly ProjectRole[];
  readonly subjects: number;
  readonly series: number;
  /** Series waiting for a reviewer, held for a person's answer, and accepted. */
  readonly waiting: number;
  readonly held: number;
  readonly accepted: number;
  readonly createdAt: string;
}

export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly dataUseTerms: string;
  readonly license: string;
  readonly readers: 1 | 2;
  /** Publishing warns when fewer subjects than this are alike in what may be known of them. */
  readonly minimumK: number;
  readonly roles: readonly ProjectRole[];
  readonly may: Readonly<Record<Action, boolean>>;
  readonly profile: ProfileVersion;
  readonly createdAt: string;
}

const name = z.string().trim().min(3, 'Give the project a name of at least three letters.').max(120);
const longText = z.string().trim().max(20_000);
const readers = z.union([z.literal(1), z.literal(2)], 'Choose one reader or two.');
const preset = z.enum(Object.keys(presets) as [PresetName, ...PresetName[]], 'Choose one of the profiles.');
const license = z.string().trim().min(1, 'Name the license.').max(100);

const newProject = z.object({
  name,
  description: longText.default(''),
  preset,
  readers: readers.default(1),
  license: license.optional(),
  dataUseTerms: longText.optional(),
});
const minimumK = z.int('Give a whole number.').min(1).max(1000);
const projectChange = z
  .object({ name, description: longText, dataUseTerms: longText, license, readers, minimumK })
  .partial();

/** What a researcher accepts unless the lead writes terms of the project's own. */
const DEFAULT_TERMS = [
  'I will use these data only for the purpose I stated, and store them where only my team can reach them.',
  'I will not try to find out who the people in them are, nor link them with other data to that end.',
  'If I come to recognise somebody, or find something identifying, I will tell the project at once and nobody else.',
  'I will not pass the data on, will name their source in publications, and will delete them when my access ends.',
].join('\n');

/** A new project; whoever makes it becomes its lead. */
export async function createProject(
  actor: Actor,
  input: z.input<typeof newProject>,
): Promise<{ id: string; slug: string }> {
  authorise(actor, 'project.create');
  const wish = checked(newProject, input);
  return transact(actor, async (write) => {
    const { tx, audit } = write;
    const slug = await freeSlug(tx, wish.name);
    const project = await tx.project.create({
      data: {
        slug,
        name: wish.name,
        description: wish.description,
        readers: wish.readers,
        secret: newProjectSecret(),
        dataUseTerms: wish.dataUseTerms || DEFAULT_TERMS,
        ...(wish.license ? { license: wish.license } : {}),
      },
    });
    const projectId = project.id;
    const about = { projectId };
    audit({ type: 'project.created', projectId }, about);
    await tx.membership.create({ data: { projectId, userId: actor.userId, role: 'lead' } });
    audit({ type: 'member.added', userId: actor.userId, role: 'lead' }, about);
    const draft = { preset: wish.preset, profile: presets[wish.preset].profile };
    await addVersion(write, { projectId, version: 1, ...draft, createdBy: actor.userId });
    return { id: projectId, slug };
  });
}

/** The projects somebody is a member of, newest first. */
export async function listProjects(actor: Actor): Promise<ProjectRow[]> {
  const ids = Object.keys(actor.roles);
  const [projects, counts] = await Promise.all([
    db.project.findMany({
      where: { id: { in: ids } },
      orderBy: { createdAt: 'desc' },
      include: { _count: { select: { subjects: true } } },
    }),
    db.series.groupBy({ by: ['projectId', 'state'], where: { projectId: { in: ids } }, _count: true }),
  ]);
  return projects.map((project) => {
    const mine = counts.filter((row) => row.projectId === project.id);
    const sum = (pick: (state: string) => boolean) =>
      mine.filter((row) => pick(row.state)).reduce((total, row) => total + row._count, 0);
    return {
      id: project.id,
      slug: project.slug,
      name: project.name,
      description: project.description,
      roles: actor.roles[project.id] ?? [],
      subjects: project._count.subjects,
      series: sum(() => true),
      waiting: sum((state) => state === 'inReview'),
      held: sum((state) => state.startsWith('held')),
      accepted: sum((state) => state === 'accepted'),
      createdAt: project.createdAt.toISOString(),
    };
  });
}

export async function getProject(actor: Actor, slug: string): Promise<Project> {
  return projectDto(actor, await db.project.findUnique({ where: { slug } }));
}

export async function projectById(actor: Actor, projectId: string): Promise<Project> {
  authorise(actor, 'project.view', projectId);
  return projectDto(actor, await db.project.findUnique({ where: { id: projectId } }));
}

async function projectDto(actor: Actor, project: ProjectRecord | null): Promise<Project> {
  if (project === null) {
    if (actor.userId === '') throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
    throw notFound('This project');
  }
  authorise(actor, 'project.view', project.id);
  const [profile] = await profileVersions(project.id, 1);
  if (profile === undefined) throw notFound('This project');
  const actions = Object.keys(policy) as Action[];
  return {
    id: project.id,
    slug: project.slug,
    name: project.name,
    description: project.description,
    dataUseTerms: project.dataUseTerms,
    license: project.license,
    readers: project.readers === 2 ? 2 : 1,
    minimumK: project.minimumK,
    roles: actor.roles[project.id] ?? [],
    may: Object.fromEntries(actions.map((action) => [action, can(actor, action, project.id)])) as Record<
      Action,
      boolean
    >,
    profile,
    createdAt: project.createdAt.toISOString(),
  };
}

/** Changes what is given. A change of the number of readers settles the reviews anew. */
export async function editProject(
  actor: Actor,
  projectId: string,
  input: z.input<typeof projectChange>,
): Promise<void> {
  authorise(actor, 'project.edit', projectId);
  const given = Object.entries(checked(projectChange, input)).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  await transact(actor, async (write) => {
    await write.tx.$queryRaw`SELECT id FROM "Project" WHERE id = ${projectId}::uuid FOR UPDATE`;
    const before = await write.tx.project.findUniqueOrThrow({ where: { id: projectId } });
    const after = await write.tx.project.update({ where: { id: projectId }, data: Object.fromEntries(given) });
    write.audit({ type: 'project.edited', fields: given.map(([field]) => field) }, { projectId });
    if (before.readers !== after.readers) await resettleReviews(write, projectId);
  });
}

async function freeSlug(tx: Tx, projectName: string): Promise<string> {
  const plain = projectName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const base = ['', 'new'].includes(plain) ? 'project' : plain.slice(0, 50).replace(/-+$/, '');
  const taken = new Set(
    (await tx.project.findMany({ where: { slug: { startsWith: base } }, select: { slug: true } })).map(
      (row) => row.slug,
    ),
  );
  let slug = base;
  for (let n = 2; taken.has(slug); n += 1) slug = `${base}-${n}`;
  return slug;
}

/** Input in its checked form. @throws DomainError INVALID with the first complaint in plain words. */
function checked<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (!result.success)
    throw new DomainError('INVALID', result.error.issues[0]?.message ?? 'Please check what you typed.');
  return result.data;
}
