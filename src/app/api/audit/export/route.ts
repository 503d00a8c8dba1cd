// The audit trail as CSV, of one project or (for the site administrator) of all.
import { Readable } from 'node:stream';
import { exportAudit } from '@/server/audit';
import { body, downloadHeaders } from '../../respond';
import { route } from '../../serviceRoute';

export const GET = route(async ({ request, actor }) => {
  const query = new URL(request.url).searchParams;
  const of = (name: string) => query.get(name) || undefined;
  const filter = { projectId: of('projectId'), type: of('type'), from: of('from'), to: of('to') };
  const lines = await exportAudit(actor, filter);
  return new Response(body(Readable.from(lines)), { headers: downloadHeaders('audit.csv', 'text/csv; charset=utf-8') });
});
