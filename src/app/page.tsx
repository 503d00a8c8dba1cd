// The first page: what waits for whoever is signed in, or what this is for everybody else.
import Link from 'next/link';
import { listProjects, type ProjectRow } from '@/server/projects';
import { currentActor } from '@/server/session';
import { ButtonLink } from './components/Button';
import { Card } from './components/Card';
import { EmptyState } from './components/EmptyState';
import { Page } from './components/Page';
import { roleWords } from './roleWords';
import { type Task, tasksOf } from './work/tasks';
import { Welcome } from './work/Welcome';

export default async function HomePage() {
  const actor = await currentActor();
  if (actor.userId === '') return <Welcome />;
  const projects = await listProjects(actor);
  const tasks = await tasksOf(actor, projects);
  return (
    <Page title="My work" lead="What waits for you, over all your projects.">
      {tasks.length > 0 ? <Tasks tasks={tasks} /> : <Nothing projects={projects} />}
      {projects.length > 0 && <MyProjects projects={projects} />}
    </Page>
  );
}

function Tasks({ tasks }: { tasks: readonly Task[] }) {
  return (
    <Card title="Waiting for you" flush>
      <ul className="divide-y divide-line border-t border-line">
        {tasks.map((task) => (
          <li key={task.key} className="flex items-center justify-between gap-4 px-5 py-3">
            <span className="min-w-0">
              <span className="block font-medium">{task.title}</span>
              <span className="block truncate text-sm text-muted">{task.where}</span>
            </span>
            <ButtonLink href={task.href}>{task.act}</ButtonLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Nothing({ projects }: { projects: readonly ProjectRow[] }) {
  if (projects.length > 0) return <EmptyState title="Nothing waits for you">New work shows up here.</EmptyState>;
  return (
    <EmptyState
      title="Welcome"
      action={
        <>
          <ButtonLink href="/projects/new" kind="primary">
            Start a project
          </ButtonLink>
          <ButtonLink href="/datasets">Look at the datasets</ButtonLink>
        </>
      }
    >
      Start a project to share scans of your own, or ask for access to a dataset. To join somebody's project, open the
      invitation link they send you.
    </EmptyState>
  );
}

function MyProjects({ projects }: { projects: readonly ProjectRow[] }) {
  return (
    <Card title="My projects" flush>
      <ul className="divide-y divide-line border-t border-line">
        {projects.map((project) => (
          <li key={project.id} className="flex min-h-14 items-center justify-between gap-4 px-5 py-2">
            <span className="min-w-0">
              <Link href={`/projects/${project.slug}`} className="font-medium text-accent hover:underline">
                {project.name}
              </Link>
              <span className="ml-3 text-sm text-muted">
                {project.roles.map((role) => roleWords[role].title).join(', ')}
              </span>
            </span>
            {project.roles.includes('coordinator') && (
              <ButtonLink href={`/projects/${project.slug}/upload`} size="small">
                Upload scans
              </ButtonLink>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
