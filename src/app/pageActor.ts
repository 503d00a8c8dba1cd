// Who is looking at a page, and what they get when they may not: signing in first, or "not found".
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { DomainError } from '@/domain/errors';
import type { Actor } from '@/domain/policy';
import { currentActor } from '@/server/session';

/** The actor of a page for people who are signed in; others are sent to sign in and come back here. */
export async function pageActor(): Promise<Actor> {
  const actor = await currentActor();
  if (actor.userId !== '') return actor;
  const path = (await headers()).get('x-page-path') ?? '/';
  redirect(path === '/' ? '/login' : `/login?from=${encodeURIComponent(path)}`);
}

/** The value, or the "not found" page where the service says NOT_FOUND. */
export async function orNotFound<T>(value: Promise<T>): Promise<T> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') notFound();
    throw error;
  }
}
