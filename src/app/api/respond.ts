// The one form of every answer: errors by the table of domain/errors, JSON, downloads; and the refusal of other sites' requests.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { DomainError, type ErrorCode, httpStatus } from '@/domain/errors';
import { env } from '@/server/env';

/** @throws DomainError FORBIDDEN when a page of another site sent this: cookies alone do not prove a person's will. */
export function requireSameOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin') return;
  const origin = request.headers.get('origin');
  const from = origin !== null && URL.canParse(origin) ? new URL(origin).host : null;
  const ours = [request.headers.get('host'), new URL(env.NEXTAUTH_URL).host];
  if (site === null && from !== null && ours.includes(from)) return;
  throw new DomainError('FORBIDDEN', 'This request did not come from a page of this site.');
}

/** `{ error: { code, message } }` with the status of the code. */
export function errorResponse(error: unknown): Response {
  if (error instanceof DomainError) return refusal(error.code, httpStatus(error.code), error.message);
  const reference = randomUUID().slice(0, 8);
  // Never the message: it may hold values.
  console.error(`request failed [${reference}]`, error instanceof Error ? error.name : typeof error, codeOf(error));
  return refusal(
    'INTERNAL',
    500,
    `Something went wrong on our side. If it happens again, tell us this number: ${reference}.`,
  );
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : '';
}

function refusal(code: ErrorCode | 'INTERNAL', status: number, message: string): Response {
  return Response.json({ error: { code, message } }, { status, headers: { 'cache-control': 'no-store' } });
}

/** A JSON answer that no cache keeps. */
export function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { 'cache-control': 'no-store' } });
}

/** Headers of something to save: never shown by the browser in place, never kept by a cache between. */
export function downloadHeaders(filename: string, type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-disposition': `attachment; filename="${filename.replace(/[^A-Za-z0-9._+-]/g, '_')}"`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  };
}

/** Node's stream as the body of an answer. */
export function body(stream: Readable): ReadableStream {
  return Readable.toWeb(stream) as unknown as ReadableStream;
}
