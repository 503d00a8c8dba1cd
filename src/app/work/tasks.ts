// What waits for one person, over all projects and roles, as links in plain words.
import { type Actor, can } from '@/domain/policy';
import { listRequests, myRequests } from '@/server/access';
import type { ProjectRow } from '@/server/projects';
import { reviewQueue } from '@/server/reviews';
import { openUploads } from '@/server/uploads';

export interface Task {
  readonly key: string;
  readonly title: string;
  /** The project or dataset it belongs to. */
  readonly where: string;
  readonly href: string;
  readonly act: string;
}

export async function tasksOf(actor: Actor, projects: readonly ProjectRow[]): Promise<Task[]> {
  const lists = await Promise.all([...projects.map((project) => inProject(actor, project)), asResearcher(actor)]);
  return lists.flat();
}

async function inProject(actor: Actor, project: ProjectRow): Promise<Task[]> {
  const may = (action: Parameters<typeof can>[1]) => can(actor, action, project.id);
  const [uploads, waiting, requests] = await Promise.all([
    may('upload.create') ? openUploads(actor, project.id).then((open) => open.length) : 0,
    may('review.decide') ? reviewQueue(actor, project.id).then((queue) => queue.waiting.length) : 0,
    may('access.decide')
      ? listRequests(actor, project.id).then((rows) => rows.filter((row) => row.state === 'requested').length)
      : 0,
  ]);
  const held = may('series.decideHeld') ? project.held : 0;
  const base = `/projects/${project.slug}`;
  return [
    task('upload', uploads, 'upload is not finished', 'uploads are not finished', `${base}/upload`, 'Go on'),
    task('held', held, 'series needs an answer', 'series need an answer', `${base}?show=held`, 'Answer'),
    task('review', waiting, 'series waits for your review', 'series wait for your review', `${base}/review`, 'Review'),
    task('access', requests, 'person asks for access', 'people ask for access', `${base}/access`, 'Decide'),
  ].flatMap((one) => (one ? [{ ...one, key: `${project.id} ${one.key}`, where: project.name }] : []));
}

function task(
  key: string,
  count: number,
  one: string,
  many: string,
  href: string,
  act: string,
): Omit<Task, 'where'> | null {
  return count === 0
    ? null
    : { key, title: count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`, href, act };
}

async function asResearcher(actor: Actor): Promise<Task[]> {
  const requests = await myRequests(actor);
  return requests
    .filter((request) => request.state === 'granted' && !request.expired)
    .map((request) => ({
      key: request.id,
      title: 'You may download this dataset',
      where: request.dataset,
      href: '/account',
      act: 'Download',
    }));
}
