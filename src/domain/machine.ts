// The one function that steps every state machine of machines.ts.
import { DomainError } from './errors';

export type Machine<S extends string = string, E extends string = string> = Readonly<
  Record<S, Readonly<Partial<Record<E, S>>>>
>;

export type StateOf<M> = keyof M & string;
export type EventOf<M> = { [S in keyof M]: keyof M[S] }[keyof M] & string;

function next(machine: Machine, state: string, event: string): string | undefined {
  const row = Object.hasOwn(machine, state) ? machine[state] : undefined;
  return row && Object.hasOwn(row, event) ? row[event] : undefined;
}

/**
 * Next state of `machine` in `state` on `event`.
 * @throws DomainError CONFLICT when the event is not possible in that state.
 */
export function step<M extends Machine>(machine: M, state: StateOf<M>, event: EventOf<M>): StateOf<M> {
  const to = next(machine, state, event);
  if (to !== undefined) return to as StateOf<M>;
  const what = `This is ${words(state)} now, so it cannot ${words(event)}.`;
  throw new DomainError('CONFLICT', `${what} Reload the page to see its present state.`);
}

/** Whether `event` is possible in `state`. */
export function canStep<M extends Machine>(machine: M, state: StateOf<M>, event: EventOf<M>): boolean {
  return next(machine, state, event) !== undefined;
}

/** camelCase to plain words: `inReview` -> `in review`. */
export function words(name: string): string {
  return name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
}
