// One published file as HTTP: whole, a range, or headers only (RFC 9110, 13 and 14), with its SHA-256 as ETag.
import type { Actor } from '@/domain/policy';
import { openFile } from '@/server/downloads';
import { body, downloadHeaders } from './respond';

/** Answers a GET or HEAD for one file of a version. */
export async function fileResponse(request: Request, actor: Actor, releaseId: string, path: string): Promise<Response> {
  const headersOnly = request.method === 'HEAD';
  const probe = await openFile(actor, releaseId, path, { headersOnly: true });
  if ('unsatisfiable' in probe) throw new Error('A request without a range cannot be out of range.');
  const etag = `"${probe.sha256}"`;
  const shared = { ...downloadHeaders(probe.filename, typeOf(path)), etag, 'accept-ranges': 'bytes' };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: shared });
  const file = await openFile(actor, releaseId, path, { range: usableRange(request, etag), headersOnly });
  if ('unsatisfiable' in file) {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${file.unsatisfiable}` } });
  }
  const { range, size, stream } = file;
  const length = range === null ? size : range.end - range.start + 1;
  const headers: Record<string, string> = { ...shared, 'content-length': String(length) };
  if (range !== null) headers['content-range'] = `bytes ${range.start}-${range.end}/${size}`;
  return new Response(stream === null ? null : body(stream), { status: range === null ? 200 : 206, headers });
}

/** The range asked for, unless it is meant for other bytes than these (If-Range). */
function usableRange(request: Request, etag: string): string | null {
  const ifRange = request.headers.get('if-range');
  return ifRange === null || ifRange === etag ? request.headers.get('range') : null;
}

const types: readonly [ending: string, type: string][] = [
  ['.gz', 'application/gzip'],
  ['.json', 'application/json'],
  ['.tsv', 'text/tab-separated-values; charset=utf-8'],
  ['.dcm', 'application/dicom'],
  ['.jpg', 'image/jpeg'],
  ['.png', 'image/png'],
  ['.tif', 'image/tiff'],
];

function typeOf(path: string): string {
  return types.find(([ending]) => path.endsWith(ending))?.[1] ?? 'text/plain; charset=utf-8';
}
