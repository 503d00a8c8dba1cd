// The projects one works in.
import type { Metadata } from 'next';
import Link from 'next/link';
import { listProjects } from '@/server/projects';
import { ButtonLink } from '../components/Button';
import { Card } from '../components/Card';
import { EmptyState } from '../components/EmptyState';
import { Page } from '../components/Page';
import { Table, Td } from '../components/Table';
import { pageActor } from '../pageActor';
import { roleWords } from '../roleWords';

export const metadata: Metadata = { title: 'Projects' };

const columns = [
  { label: 'Project' },
  { label: 'My roles' },
  { label: 'Subjects', align: 'right' },
  { label: 'Series', align: 'right' },
  { label: 'Held', align: 'right' },
  { label: 'In review', align: 'right' },
  { label: 'Accepted', align: 'right' },
] as const;

export default async function ProjectsPage() {
  const actor = await pageActor();
  const projects = await listProjects(actor);
  const start = (
    <ButtonLink href="/projects/new" kind="primary">
      New project
    </ButtonLink>
  );
  if (projects.length === 0) {
    return (
      <Page title="Projects" lead="A project collects scans for one study and publishes them as a dataset.">
        <EmptyState title="You are in no project yet" action={start}>
          Start one, and you are its lead. To join a project of somebody else, open the invitation link its lead sends
          you.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page
      title="Projects"
      lead="A project collects scans for one study and publishes them as a dataset."
      actions={start}
    >
      <Card flush>
        <Table caption="Projects" columns={columns}>
          {projects.map((project) => (
            <tr key={project.id}>
              <Td>
                <Link href={`/projects/${project.slug}`} className="font-medium text-accent hover:underline">
                  {project.name}
                </Link>
                {project.description && <p className="line-clamp-1 max-w-md text-muted">{project.description}</p>}
              </Td>
              <Td>{project.roles.map((role) => roleWords[role].title).join(', ')}</Td>
              <Td align="right">{project.subjects}</Td>
              <Td align="right">{project.series}</Td>
              <Td align="right">{project.held}</Td>
              <Td align="right">{project.waiting}</Td>
              <Td align="right">{project.accepted}</Td>
            </tr>
          ))}
        </Table>
      </Card>
    </Page>
  );
}
