// Versions of the dataset: publish a new one from accepted series, see and withdraw those that are out.
import Link from 'next/link';
import { Bytes } from '@/app/components/Bytes';
import { Card } from '@/app/components/Card';
import { EmptyState } from '@/app/components/EmptyState';
import { Page } from '@/app/components/Page';
import { StateBadge } from '@/app/components/StateBadge';
import { Table, Td } from '@/app/components/Table';
import { Time } from '@/app/components/Time';
import { orNotFound, pageActor } from '@/app/pageActor';
import { can } from '@/domain/policy';
import { getProject } from '@/server/projects';
import { listReleases, type Release, releaseCandidates } from '@/server/releases';
import { PublishForm } from './PublishForm';
import { RefreshWhile } from './RefreshWhile';
import { WithdrawButton } from './WithdrawButton';

export const metadata = { title: 'Releases' };

export default async function ReleasesPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, slug));
  const mayPublish = can(actor, 'release.publish', project.id);
  const [releases, candidates] = await Promise.all([
    listReleases(actor, project.id),
    mayPublish ? releaseCandidates(actor, project.id) : Promise.resolve([]),
  ]);
  return (
    <Page
      title="Releases"
      lead="A version, once published, never changes. To change the dataset, publish a new version."
    >
      <RefreshWhile on={releases.some((release) => release.state === 'building')} />
      {releases.length > 0 && (
        <Versions slug={slug} releases={releases} mayWithdraw={can(actor, 'release.withdraw', project.id)} />
      )}
      {mayPublish && (
        <Card title="New version" lead="Only accepted series can be picked.">
          {candidates.length > 0 ? (
            <PublishForm
              projectId={project.id}
              projectName={project.name}
              license={project.license}
              minimumK={project.minimumK}
              candidates={candidates}
            />
          ) : (
            <EmptyState title="No accepted series yet">
              Reviewers accept series on the Review page; they appear here at once.
            </EmptyState>
          )}
        </Card>
      )}
    </Page>
  );
}

interface VersionsProps {
  slug: string;
  releases: readonly Release[];
  mayWithdraw: boolean;
}

function Versions({ slug, releases, mayWithdraw }: VersionsProps) {
  return (
    <Card title="Versions" flush>
      <Table
        caption="Published versions"
        columns={[
          { label: 'Version' },
          { label: 'Title' },
          { label: 'State' },
          { label: 'Files', align: 'right' },
          { label: 'Size', align: 'right' },
          { label: 'Published' },
          { label: '', align: 'right' },
        ]}
      >
        {releases.map((release) => (
          <tr key={release.id}>
            <Td>
              {release.state === 'published' || release.state === 'withdrawn' ? (
                <Link href={`/datasets/${slug}?version=${release.version}`} className="text-accent underline">
                  v{release.version}
                </Link>
              ) : (
                `v${release.version}`
              )}
            </Td>
            <Td>
              {release.title}
              {release.withdrawReason && <span className="block text-muted">Withdrawn: {release.withdrawReason}</span>}
            </Td>
            <Td>
              <StateBadge of="release" state={release.state} />
              {release.problem && <span className="mt-1 block max-w-xs text-bad">{release.problem}</span>}
            </Td>
            <Td align="right">{release.fileCount}</Td>
            <Td align="right">
              <Bytes value={release.byteCount} />
            </Td>
            <Td>{release.publishedAt ? <Time iso={release.publishedAt} /> : '–'}</Td>
            <Td align="right">
              {release.state === 'published' && mayWithdraw && (
                <WithdrawButton releaseId={release.id} version={release.version} />
              )}
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
