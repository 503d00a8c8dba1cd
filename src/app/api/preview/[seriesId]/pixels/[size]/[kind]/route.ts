// A picture in which a person looks for burned-in text. Nothing of it is kept by a cache: the text is still there.
import { DomainError } from '@/domain/errors';
import { openPixelPicture } from '@/server/pixelReview';
import { body } from '../../../../../respond';
import { route } from '../../../../../serviceRoute';

export const GET = route<{ seriesId: string; size: string; kind: string }>(async ({ params, actor }) => {
  if (!/^\d{1,4}$/.test(params.size)) throw new DomainError('NOT_FOUND', 'There is no such picture.');
  const { stream, size } = await openPixelPicture(actor, params.seriesId, Number(params.size), params.kind);
  return new Response(body(stream), {
    headers: {
      'content-type': 'image/png',
      'content-length': String(size),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
});
