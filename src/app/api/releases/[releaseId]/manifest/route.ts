// The SHA-256 of every file of a version.
import { listFiles, openManifest } from '@/server/downloads';
import { downloadHeaders } from '../../../respond';
import { route } from '../../../serviceRoute';

interface Params {
  releaseId: string;
}

export const GET = route<Params>(async ({ params, actor }) => {
  const { filename, text } = await openManifest(actor, params.releaseId);
  return new Response(text, { headers: downloadHeaders(filename, 'text/plain; charset=utf-8') });
});

export const HEAD = route<Params>(async ({ params, actor }) => {
  await listFiles(actor, params.releaseId);
  return new Response(null, { headers: downloadHeaders('sha256.txt', 'text/plain; charset=utf-8') });
});
