import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalEvent } from '@/domain/auditEvent';

const row = { seq: 1, at: '2026-01-31T00:00:00.000Z', actorId: null, projectId: null, type: 'site.opened' };

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, shuffled(v)]),
  );
}

describe('canonicalEvent', () => {
  it('does not depend on the order of keys, which a database does not keep', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (payload) => {
        const text = canonicalEvent({ ...row, payload });
        assert.equal(canonicalEvent(shuffled({ ...row, payload }) as typeof row & { payload: unknown }), text);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify({ ...row, payload })));
      }),
    );
  });

  it('differs when any field differs', () => {
    const text = canonicalEvent({ ...row, payload: { n: 1 } });
    const others = [
      { ...row, payload: { n: 2 } },
      { ...row, payload: { m: 1 } },
      { ...row, seq: 2, payload: { n: 1 } },
      { ...row, at: '2026-01-31T00:00:00.001Z', payload: { n: 1 } },
      { ...row, actorId: 'a', payload: { n: 1 } },
      { ...row, projectId: 'a', payload: { n: 1 } },
      { ...row, type: 'user.signedIn', payload: { n: 1 } },
    ];
    assert.equal(new Set([text, ...others.map(canonicalEvent)]).size, others.length + 1);
  });
});
