// What every route does the same: says who asks, refuses writes from other sites, answers errors in one form.
import type { Actor } from '@/domain/policy';
import { currentActor } from '@/server/session';
import { errorResponse, requireSameOrigin } from './respond';

interface Context<P> {
  readonly params: Promise<P>;
}
interface Asked<P> {
  readonly request: Request;
  readonly params: P;
  readonly actor: Actor;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A route handler out of one function: it may throw DomainErrors, and anything else is told only as a reference number. */
export function route<P = Record<string, never>>(answer: (asked: Asked<P>) => Promise<Response>) {
  return async (request: Request, context: Context<P>): Promise<Response> => {
    try {
      if (!SAFE_METHODS.has(request.method)) requireSameOrigin(request);
      return await answer({ request, params: await context.params, actor: await currentActor() });
    } catch (error) {
      return errorResponse(error);
    }
  };
}
