// Volumes for reviewers' eyes. Nothing of them is kept by a cache: `before` still has its face.
import { DomainError } from '@/domain/errors';
import { openPreview, previewKinds } from '@/server/preview';
import { body } from '../../../respond';
import { route } from '../../../serviceRoute';

export const GET = route<{ seriesId: string; which: string }>(async ({ request, params, actor }) => {
  const which = previewKinds.find((kind) => kind === params.which);
  const query = new URL(request.url).searchParams;
  const volume = Number(query.get('volume') ?? 0);
  if (which === undefined || !Number.isInteger(volume)) throw new DomainError('NOT_FOUND', 'There is no such image.');
  const { stream, size, isPicture } = await openPreview(actor, params.seriesId, which, {
    stageRunId: query.get('run') ?? undefined,
    volume,
  });
  return new Response(body(stream), {
    headers: {
      'content-type': isPicture ? 'image/png' : which === 'plan' ? 'application/octet-stream' : 'application/gzip',
      'content-length': String(size),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
});
