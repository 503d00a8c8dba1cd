// Bringing scans in: the uploader, and the uploads there have been.
import type { Metadata } from 'next';
import Link from 'next/link';
import { can } from '@/domain/policy';
import { getProject } from '@/server/projects';
import { listUploads, openUploads, type Upload } from '@/server/uploads';
import { Bytes } from '../../../components/Bytes';
import { Card } from '../../../components/Card';
import { Notice } from '../../../components/Notice';
import { Page } from '../../../components/Page';
import { StateBadge } from '../../../components/StateBadge';
import { Table, Td } from '../../../components/Table';
import { Time } from '../../../components/Time';
import { orNotFound, pageActor } from '../../../pageActor';
import { Uploader } from './Uploader';

export const metadata: Metadata = { title: 'Upload' };

export default async function UploadPage({ params }: { params: Promise<{ slug: string }> }) {
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, (await params).slug));
  const uploads = await orNotFound(listUploads(actor, project.id));
  const mayUpload = can(actor, 'upload.create', project.id);
  return (
    <Page
      title="Upload scans"
      lead="Files go into a vault that nobody can open. Only what has been cleaned, defaced, reviewed and released can leave it."
    >
      {mayUpload ? (
        <Uploader project={{ id: project.id, slug: project.slug }} open={await openUploads(actor, project.id)} />
      ) : (
        <Notice>
          Coordinators of this project upload scans. Ask for that role, or give it to yourself under Members.
        </Notice>
      )}
      {uploads.length > 0 && <EarlierUploads slug={project.slug} uploads={uploads} />}
    </Page>
  );
}

function EarlierUploads({ slug, uploads }: { slug: string; uploads: readonly Upload[] }) {
  const columns = [
    { label: 'Begun' },
    { label: 'By' },
    { label: 'Files', align: 'right' as const },
    { label: 'Size', align: 'right' as const },
    { label: 'Quarantined', align: 'right' as const },
    { label: 'State' },
    { label: '' },
  ];
  return (
    <Card title="Uploads so far" flush>
      <Table caption="Uploads of this project, newest first" columns={columns}>
        {uploads.map((upload) => (
          <tr key={upload.uploadId}>
            <Td>
              <Time iso={upload.createdAt} />
            </Td>
            <Td>{upload.createdBy}</Td>
            <Td align="right">{fileCount(upload).toLocaleString('en')}</Td>
            <Td align="right">
              <Bytes value={upload.bytes} />
            </Td>
            <Td align="right">{upload.counts.quarantined.toLocaleString('en')}</Td>
            <Td>
              <StateBadge of="upload" state={upload.state} />
            </Td>
            <Td align="right">
              {upload.state !== 'open' && (
                <Link href={`/projects/${slug}/upload/${upload.uploadId}`} className="text-accent hover:underline">
                  Result
                </Link>
              )}
            </Td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function fileCount(upload: Upload): number {
  return Object.values(upload.counts).reduce((sum, count) => sum + count, 0);
}
