// The landing page of a dataset: what it is, its versions, how to get it.
import Link from 'next/link';
import { ButtonLink, buttonClass } from '@/app/components/Button';
import { Bytes } from '@/app/components/Bytes';
import { Card } from '@/app/components/Card';
import { Notice } from '@/app/components/Notice';
import { Page } from '@/app/components/Page';
import { Table, Td } from '@/app/components/Table';
import { Time } from '@/app/components/Time';
import { orNotFound } from '@/app/pageActor';
import { can } from '@/domain/policy';
import { type DatasetPage, datasetPage } from '@/server/catalogue';
import { listFiles } from '@/server/downloads';
import { currentActor } from '@/server/session';

export const metadata = { title: 'Dataset' };

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<{ version?: string }>;
}

export default async function DatasetLandingPage({ params, searchParams }: Props) {
  const [{ slug }, { version }] = await Promise.all([params, searchParams]);
  const wanted = version && /^\d{1,6}$/.test(version) ? Number(version) : undefined;
  const [actor, dataset] = await Promise.all([currentActor(), orNotFound(datasetPage(slug, wanted))]);
  const mayDownload = can(actor, 'release.download', dataset.projectId);
  const { current } = dataset;
  const files = mayDownload && current.state === 'published' ? await listFiles(actor, current.id) : [];
  return (
    <Page
      title={dataset.name}
      lead={dataset.description}
      actions={
        current.state !== 'published' ? null : mayDownload ? (
          <a href={`/api/releases/${current.id}/archive`} download className={buttonClass('primary')}>
            Download version {current.version} (ZIP)
          </a>
        ) : (
          <ButtonLink href={`/datasets/${slug}/request`} kind="primary">
            Ask for access
          </ButtonLink>
        )
      }
    >
      {current.state === 'withdrawn' && (
        <Notice kind="warn" title={`Version ${current.version} was withdrawn`}>
          {current.withdrawReason}
        </Notice>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_20rem]">
        <div className="space-y-6">
          <Card title={current.title}>
            <Facts dataset={dataset} />
            {current.notes && <p className="mt-4 whitespace-pre-line">{current.notes}</p>}
          </Card>
          {files.length > 0 && <Files releaseId={current.id} files={files} />}
        </div>
        <Versions slug={slug} dataset={dataset} />
      </div>
    </Page>
  );
}

function Facts({ dataset }: { dataset: DatasetPage }) {
  const { current } = dataset;
  const facts: [string, React.ReactNode][] = [
    ['Version', current.version],
    ['Subjects', current.subjects],
    ['Series', current.series],
    ['Modalities', current.modalities.join(', ') || '–'],
    ['Layout', 'BIDS (NIfTI, JSON)'],
    ['Size', <Bytes key="size" value={current.byteCount} />],
    ['License', current.license],
    ['Published', current.publishedAt ? <Time key="at" iso={current.publishedAt} shape="day" /> : '–'],
    ['De-identification', 'PS3.15 Annex E, faces removed, every scan reviewed by a person'],
  ];
  return (
    <dl className="grid grid-cols-[10rem_1fr] gap-y-1.5 text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Versions({ slug, dataset }: { slug: string; dataset: DatasetPage }) {
  return (
    <Card title="Versions">
      <ul className="space-y-2 text-sm">
        {dataset.versions.map((version) => (
          <li key={version.version}>
            <Link
              href={`/datasets/${slug}?version=${version.version}`}
              aria-current={version.version === dataset.current.version ? 'page' : undefined}
              className="text-accent hover:underline aria-[current]:font-semibold"
            >
              Version {version.version}
            </Link>{' '}
            {version.state === 'withdrawn' ? (
              <span className="text-warn">withdrawn</span>
            ) : (
              version.publishedAt && (
                <span className="text-muted">
                  <Time iso={version.publishedAt} shape="day" />
                </span>
              )
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Files({
  releaseId,
  files,
}: {
  releaseId: string;
  files: readonly { path: string; size: number; sha256: string }[];
}) {
  return (
    <Card
      title="Files"
      flush
      actions={
        <a href={`/api/releases/${releaseId}/manifest`} className="text-sm text-accent underline">
          SHA-256 manifest
        </a>
      }
    >
      <div className="max-h-96 overflow-y-auto">
        <Table caption="Files of this version" columns={[{ label: 'Path' }, { label: 'Size', align: 'right' }]}>
          {files.map((file) => (
            <tr key={file.path}>
              <Td>
                <a
                  href={`/api/releases/${releaseId}/files/${file.path.split('/').map(encodeURIComponent).join('/')}`}
                  download
                  title={`SHA-256 ${file.sha256}`}
                  className="font-mono text-[0.8125rem] text-accent hover:underline"
                >
                  {file.path}
                </a>
              </Td>
              <Td align="right">
                <Bytes value={file.size} />
              </Td>
            </tr>
          ))}
        </Table>
      </div>
    </Card>
  );
}
