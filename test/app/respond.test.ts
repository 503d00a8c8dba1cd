// The one form of answer: each error its status, nothing of an unknown error told, writes from other sites refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { downloadHeaders, errorResponse, requireSameOrigin } from '@/app/api/respond';
import { DomainError, type ErrorCode } from '@/domain/errors';

Object.assign(process.env, {
  DATABASE_URL: 'postgres://localhost/unused',
  SITE_KEY: '0'.repeat(64),
  NEXTAUTH_SECRET: 'not a secret at all',
  NEXTAUTH_URL: 'https://cloakroom.example.org',
});

describe('errors', () => {
  it('keep their code, their status and their words', async () => {
    const statuses = {
      INVALID: 400,
      UNAUTHENTICATED: 401,
      FORBIDDEN: 403,
      NOT_FOUND: 404,
      CONFLICT: 409,
      GONE: 410,
      STORAGE_FULL: 507,
    };
    for (const [code, status] of Object.entries(statuses)) {
      const response = errorResponse(new DomainError(code as ErrorCode, 'Plain words.'));
      assert.equal(response.status, status);
      assert.deepEqual(await response.json(), { error: { code, message: 'Plain words.' } });
    }
  });

  it('of any other kind are told as a number, and logged without their words', async (t) => {
    const log = t.mock.method(console, 'error', () => {});
    const response = errorResponse(Object.assign(new Error('PatientName is Doe^John'), { code: 'P2002' }));
    const text = await response.text();
    assert.equal(response.status, 500);
    assert.ok(!text.includes('Doe'));
    const logged = log.mock.calls.flatMap((call) => call.arguments).join(' ');
    assert.ok(!logged.includes('Doe'));
    assert.match(logged, /P2002/);
    const reference = /number: (\w+)/.exec(text)?.[1];
    assert.ok(reference && logged.includes(reference), 'the number leads to the log line');
  });
});

describe('writes', () => {
  const from = (headers: Record<string, string>) => () =>
    requireSameOrigin(new Request('http://cloakroom.example.org/api/uploads', { method: 'POST', headers }));

  it('are taken from our own pages', () => {
    assert.doesNotThrow(from({ 'sec-fetch-site': 'same-origin' }));
    assert.doesNotThrow(from({ origin: 'https://cloakroom.example.org' }));
    assert.doesNotThrow(from({ host: '10.0.0.7:3000', origin: 'http://10.0.0.7:3000' }));
  });

  it('are refused from other sites, and when nothing says where they come from', () => {
    const refused: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.example.org' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      {},
    ];
    for (const headers of refused) assert.throws(from(headers), { code: 'FORBIDDEN' }, JSON.stringify(headers));
  });
});

describe('a file name', () => {
  it('cannot break out of its header', () => {
    const { 'content-disposition': header } = downloadHeaders('a"\r\nset-cookie: x=1.gz', 'application/gzip');
    assert.equal(header, 'attachment; filename="a___set-cookie__x_1.gz"');
  });
});
