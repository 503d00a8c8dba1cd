// Asking the policy, the same way in every service: what the actor may not see does not exist for them.
import { DomainError } from '@/domain/errors';
import { type Action, type Actor, can } from '@/domain/policy';

/** Actions that show a project exists; without any of them, the answer is NOT_FOUND, whatever was asked. */
const SEEING: readonly Action[] = ['project.view'];

export function notFound(what = 'This'): DomainError {
  return new DomainError('NOT_FOUND', `${what} does not exist, or is not yours to see.`);
}

/** @throws DomainError UNAUTHENTICATED when signed out, NOT_FOUND for a project of others, FORBIDDEN for a member without the role. */
export function authorise(actor: Actor, action: Action, projectId?: string): void {
  if (can(actor, action, projectId)) return;
  if (actor.userId === '') throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
  if (projectId !== undefined && SEEING.some((seeing) => can(actor, seeing, projectId))) {
    throw new DomainError('FORBIDDEN', 'Your role in this project does not include this. Ask the project lead.');
  }
  throw notFound();
}

/** The row, when there is one and the actor may do `action` in its project. */
export function authorised<T extends { projectId: string }>(actor: Actor, action: Action, row: T | null): T {
  if (row === null) {
    if (actor.userId === '') throw new DomainError('UNAUTHENTICATED', 'Please sign in first.');
    throw notFound();
  }
  authorise(actor, action, row.projectId);
  return row;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Text from a URL that may name a row of ours: anything else is not found rather than an error of the database. */
export function rowId(text: string): string {
  if (!UUID.test(text)) throw notFound();
  return text;
}
