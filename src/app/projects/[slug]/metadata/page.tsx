// What is left in the cleaned headers: every distinct value, to look through before anything is released.
import { Card } from '@/app/components/Card';
import { EmptyState } from '@/app/components/EmptyState';
import { Page } from '@/app/components/Page';
import { orNotFound, pageActor } from '@/app/pageActor';
import { viewMetadata } from '@/server/metadata';
import { getProject } from '@/server/projects';
import { SaveTable } from './SaveTable';
import { ValueSearch } from './ValueSearch';

export const metadata = { title: 'Metadata' };

export default async function MetadataPage({ params }: { params: Promise<{ slug: string }> }) {
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, (await params).slug));
  if (!project.may['metadata.view'])
    return <Page title="Metadata">Only leads and reviewers look through the cleaned headers.</Page>;
  const first = await viewMetadata(actor, project.id, {});
  return (
    <Page
      title="Metadata"
      lead="Every value that is left in the cleaned headers, the rarest first."
      actions={first.series > 0 && project.may['metadata.export'] && <SaveTable projectId={project.id} />}
    >
      {first.series === 0 ? (
        <EmptyState title="No cleaned headers yet">
          {first.missing > 0
            ? 'The series here are being cleaned, or were cleaned before tables were kept: process them again on the Status page.'
            : 'They appear here as soon as the first DICOM series is cleaned.'}
        </EmptyState>
      ) : (
        <Card flush>
          <ValueSearch projectId={project.id} first={first} />
        </Card>
      )}
    </Page>
  );
}
