// The status page's poll.
import { liveStatus } from '@/server/series';
import { json } from '../../../respond';
import { route } from '../../../serviceRoute';

export const GET = route<{ projectId: string }>(async ({ params, actor }) =>
  json(await liveStatus(actor, params.projectId)),
);
