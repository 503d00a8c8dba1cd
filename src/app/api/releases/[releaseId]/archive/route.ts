// A whole version as one ZIP, made while it is sent.
import { listFiles, openArchive } from '@/server/downloads';
import { body, downloadHeaders } from '../../../respond';
import { route } from '../../../serviceRoute';

interface Params {
  releaseId: string;
}

export const GET = route<Params>(async ({ params, actor }) => {
  const { filename, size, stream } = await openArchive(actor, params.releaseId);
  return new Response(body(stream), {
    headers: { ...downloadHeaders(filename, 'application/zip'), 'content-length': String(size) },
  });
});

export const HEAD = route<Params>(async ({ params, actor }) => {
  await listFiles(actor, params.releaseId);
  return new Response(null, { headers: downloadHeaders('dataset.zip', 'application/zip') });
});
