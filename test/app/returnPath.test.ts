// Where signing in may lead: never to another site.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { returnPath } from '@/app/returnPath';

it('keeps the pages of this site', () => {
  for (const path of ['/', '/projects/heads?show=held', '/invite/abc', '/datasets/x/request'])
    assert.equal(returnPath(path), path);
});

it('never leads to another site, whatever it is given', () => {
  const nasty = fc.array(
    fc.constantFrom(
      '/',
      '\\',
      '//',
      'evil.example',
      'https:',
      '@',
      '\t',
      '\n',
      '.',
      '..',
      '%2f',
      'javascript:',
      '?',
      '#',
    ),
    {
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        nasty.map((parts) => parts.join('')),
        fc.webUrl(),
        fc.string(),
      ),
      (from) => {
        const url = new URL(returnPath(from), 'https://cloakroom.test/login');
        assert.equal(url.origin, 'https://cloakroom.test');
      },
    ),
    { numRuns: 2000 },
  );
});
