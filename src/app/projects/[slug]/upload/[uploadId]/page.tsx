// What became of one upload.
import type { Metadata } from 'next';
import { uploadStatus } from '@/server/uploads';
import { ButtonLink } from '../../../../components/Button';
import { Page } from '../../../../components/Page';
import { orNotFound, pageActor } from '../../../../pageActor';
import { UploadResult } from './UploadResult';

export const metadata: Metadata = { title: 'Result of an upload' };

export default async function UploadResultPage({ params }: { params: Promise<{ slug: string; uploadId: string }> }) {
  const actor = await pageActor();
  const { slug, uploadId } = await params;
  const upload = await orNotFound(uploadStatus(actor, uploadId));
  return (
    <Page
      title="What became of the upload"
      lead="Every file is accounted for: taken in, already here, not needed, or set aside with the reason."
      actions={
        <>
          <ButtonLink href={`/projects/${slug}/upload`}>Upload more</ButtonLink>
          <ButtonLink href={`/projects/${slug}`} kind="primary">
            Follow the series
          </ButtonLink>
        </>
      }
    >
      <UploadResult initial={upload} />
    </Page>
  );
}
