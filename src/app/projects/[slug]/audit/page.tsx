// The audit trail of a project.
import { type AuditSearch, AuditTrail } from '@/app/components/AuditTrail';
import { Page } from '@/app/components/Page';
import { orNotFound, pageActor } from '@/app/pageActor';
import { getProject } from '@/server/projects';

export const metadata = { title: 'Audit' };

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<AuditSearch>;
}

export default async function ProjectAuditPage({ params, searchParams }: Props) {
  const [{ slug }, search] = await Promise.all([params, searchParams]);
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, slug));
  return (
    <Page title="Audit" lead="Who did what, and when. Entries are chained and cannot be changed or removed.">
      <AuditTrail actor={actor} projectId={project.id} search={search} />
    </Page>
  );
}
