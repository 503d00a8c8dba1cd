// The cleaned headers as a spreadsheet: ?by=value|series|instance&format=csv|xlsx
import { exportMetadata } from '@/server/metadata';
import { body, downloadHeaders } from '../../../../respond';
import { route } from '../../../../serviceRoute';

export const GET = route<{ projectId: string }>(async ({ request, params, actor }) => {
  const query = new URL(request.url).searchParams;
  const wish = { by: query.get('by') ?? '', format: query.get('format') ?? '' };
  const { filename, type, stream } = await exportMetadata(actor, params.projectId, wish);
  return new Response(body(stream), { headers: downloadHeaders(filename, type) });
});
