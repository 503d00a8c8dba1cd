// Makes a server action out of a Zod schema and one service call: checks, signs in, and turns errors into plain words.
import { redirect, unstable_rethrow } from 'next/navigation';
import type { z } from 'zod';
import { DomainError } from '@/domain/errors';
import type { Actor } from '@/domain/policy';
import { currentActor } from '@/server/session';
import type { FormState, ServerAction } from './formState';

/** What the action does and says of its success; nothing, when the page itself shows it. */
type Run<T> = (input: T, actor: Actor) => Promise<string | Said | undefined>;
type Said = Pick<FormState, 'message' | 'link'>;

/** A server action for somebody signed in. */
export function formAction<S extends z.ZodType>(schema: S, run: Run<z.infer<S>>): ServerAction {
  return publicFormAction(schema, async (input, actor) => {
    if (actor.userId === '') redirect('/login');
    return run(input, actor);
  });
}

/** A server action for anybody: signing in, registering. */
export function publicFormAction<S extends z.ZodType>(schema: S, run: Run<z.infer<S>>): ServerAction {
  return async (_state, form) => {
    const parsed = schema.safeParse(typed(form));
    if (!parsed.success) return { status: 'error', errors: fieldErrors(parsed.error) };
    try {
      const said = await run(parsed.data, await currentActor());
      return { status: 'ok', errors: {}, ...(typeof said === 'string' ? { message: said } : said) };
    } catch (error) {
      unstable_rethrow(error);
      return { status: 'error', errors: {}, message: plainWords(error) };
    }
  };
}

/** The message of a DomainError; of anything else only that it happened, because its text may hold anything. */
function plainWords(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  console.error('server action failed:', error instanceof Error ? error.name : typeof error);
  return 'Something went wrong on our side and nothing was changed. Please try again.';
}

/** Text fields by name; a name that occurs several times becomes one comma-separated value. */
function typed(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value !== 'string' || name.startsWith('$ACTION')) continue;
    values[name] = Object.hasOwn(values, name) ? `${values[name]},${value}` : value;
  }
  return values;
}

function fieldErrors(error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) {
    const field = String(issue.path[0] ?? '');
    errors[field] ??= issue.message;
  }
  return errors;
}
