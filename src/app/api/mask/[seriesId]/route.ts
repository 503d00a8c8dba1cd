// Takes a mask that a person drew on a series under review, as label runs.
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { DomainError } from '@/domain/errors';
import { mendMask } from '@/server/mending';
import { json } from '../../respond';
import { route } from '../../serviceRoute';

export const POST = route<{ seriesId: string }>(async ({ request, params, actor }) => {
  const stageRunId = new URL(request.url).searchParams.get('run');
  if (stageRunId === null || request.body === null)
    throw new DomainError('INVALID', 'There is no mask in this request.');
  const mask = Readable.fromWeb(request.body as ReadableStream<Uint8Array>);
  await mendMask(actor, params.seriesId, { stageRunId, mask });
  return json({}, 202);
});
