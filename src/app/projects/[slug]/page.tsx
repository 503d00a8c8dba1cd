// The live status of a project: where every series stands.
import type { Metadata } from 'next';
import { getProject } from '@/server/projects';
import { liveStatus } from '@/server/series';
import { ButtonLink } from '../../components/Button';
import { EmptyState } from '../../components/EmptyState';
import { Page } from '../../components/Page';
import { orNotFound, pageActor } from '../../pageActor';
import { isBucket } from './status/buckets';
import { LiveSeries } from './status/LiveSeries';

interface StatusPageProps {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ show?: string }>;
}

export async function generateMetadata({ params }: StatusPageProps): Promise<Metadata> {
  const actor = await pageActor();
  return { title: (await orNotFound(getProject(actor, (await params).slug))).name };
}

export default async function StatusPage({ params, searchParams }: StatusPageProps) {
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, (await params).slug));
  const status = await orNotFound(liveStatus(actor, project.id));
  const { show } = await searchParams;
  const upload = project.may['upload.create'] && (
    <ButtonLink href={`/projects/${project.slug}/upload`} kind="primary">
      Upload scans
    </ButtonLink>
  );
  return (
    <Page
      title="Status"
      lead={project.description || 'Where every series stands on its way from the upload to a release.'}
      actions={upload}
    >
      {status.series.length === 0 && !status.working ? (
        <EmptyState title="Nothing has been uploaded yet" action={upload || undefined}>
          {upload
            ? 'Drop a folder of scans: each series is cleaned, converted, defaced, and then waits here for review.'
            : 'A coordinator uploads scans. Invite one, or give yourself the role, under Members.'}
        </EmptyState>
      ) : (
        <LiveSeries
          initial={status}
          project={{
            id: project.id,
            slug: project.slug,
            mayReview: project.may['review.view'],
            mayDecide: project.may['review.decide'],
          }}
          show={isBucket(show) ? show : null}
        />
      )}
    </Page>
  );
}
