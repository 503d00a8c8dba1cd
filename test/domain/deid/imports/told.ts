// What an import comes to, in a form that is short to write down.
import assert from 'node:assert/strict';
import type { Imported } from '@/domain/deid/imports/report';
import { DomainError } from '@/domain/errors';

export const rulesOf = ({ profile }: Imported) => profile.rules.map(({ match, ...does }) => ({ ...match, ...does }));
/** Each line's number with how much of it was taken over. */
export const told = ({ lines }: Imported) => lines.map(({ line, taken }) => [line, taken]);
export const invalid = (work: () => unknown) =>
  assert.throws(work, (error) => error instanceof DomainError && error.code === 'INVALID');
