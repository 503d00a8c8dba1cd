// What would raise k: one step at a time, the fewest steps together that reach the project's minimum, or leaving subjects out.
import { equivalenceClasses, smallest } from './figures';
import { type Chosen, chosenWords, quasiIdentifiers, rowOf } from './quasiIdentifiers';
import type { SubjectRecord } from './subjects';

export interface Suggestion {
  /** 'Age in 5-year bands raises k from 1 to 4.' */
  readonly words: string;
  readonly k: number;
  /** What would then be chosen; null for leaving subjects out. */
  readonly chosen: readonly Chosen[] | null;
  /** Pseudonyms to leave out. */
  readonly without: readonly string[];
}

/** Combinations that are tried at most, so that it stays instant for thousands of subjects. */
const MAX_TRIES = 600;

/** Ways to a larger k, the gentlest first; [] where k is at least `minimumK`, or nothing helps. */
export function suggestions(
  records: readonly SubjectRecord[],
  chosen: readonly Chosen[],
  minimumK: number,
): Suggestion[] {
  const kOf = (what: readonly Chosen[]) => smallest(equivalenceClasses(records, what));
  const now = kOf(chosen);
  if (now >= minimumK || records.length === 0) return [];
  const steps = chosen.flatMap((one) => stepsUp(one, chosen, now, kOf));
  const enough = steps.some((step) => step.k >= minimumK) ? [] : together(chosen, minimumK, now, kOf);
  return [...steps, ...enough, ...withoutFew(records, chosen, minimumK, now)];
}

type KOf = (chosen: readonly Chosen[]) => number;

/** The first coarser level of one quasi-identifier that helps, and not telling it at all where that helps more. */
function stepsUp(one: Chosen, chosen: readonly Chosen[], now: number, kOf: KOf): Suggestion[] {
  const found: Suggestion[] = [];
  let best = now;
  for (let level = one.level + 1; level <= rowOf(one.name).levels.length && best === now; level++) {
    const next = { ...one, level };
    const changed = chosen.map((other) => (other.name === one.name ? next : other));
    best = Math.max(best, kOf(changed));
    if (best > now) found.push(raised(chosenWords(next), changed, now, best));
  }
  const rest = chosen.filter((other) => other.name !== one.name);
  const k = kOf(rest);
  if (k > best) found.push(raised(`Leaving out "${quasiIdentifiers[one.name].label}"`, rest, now, k));
  return found;
}

function raised(what: string, chosen: readonly Chosen[], now: number, k: number): Suggestion {
  return { words: `${what} raises k from ${now} to ${k}.`, k, chosen, without: [] };
}

/** Breadth first over levels and leaving out: the first combination that reaches the minimum takes the fewest steps. */
function together(chosen: readonly Chosen[], minimumK: number, now: number, kOf: KOf): Suggestion[] {
  const seen = new Set<string>([JSON.stringify(chosen)]);
  let round: (readonly Chosen[])[] = [chosen];
  let tries = 0;
  while (round.length > 0) {
    const next: (readonly Chosen[])[] = [];
    for (const changed of round.flatMap(neighbours)) {
      const key = JSON.stringify(changed);
      if (seen.has(key)) continue;
      seen.add(key);
      tries += 1;
      if (tries > MAX_TRIES) return [];
      const k = kOf(changed);
      if (k >= minimumK) return [{ words: togetherWords(chosen, changed, now, k), k, chosen: changed, without: [] }];
      next.push(changed);
    }
    round = next;
  }
  return [];
}

/** One step coarser in one place; the step after the coarsest level is not to tell it at all. */
function neighbours(chosen: readonly Chosen[]): (readonly Chosen[])[] {
  return chosen.map((one) =>
    one.level < rowOf(one.name).levels.length
      ? chosen.map((other) => (other === one ? { ...one, level: one.level + 1 } : other))
      : chosen.filter((other) => other !== one),
  );
}

function togetherWords(before: readonly Chosen[], after: readonly Chosen[], now: number, k: number): string {
  const changed = after.filter((one) => !before.includes(one)).map(chosenWords);
  const gone = before.filter((one) => !after.some((other) => other.name === one.name));
  const parts = [...changed, ...gone.map((one) => `without "${quasiIdentifiers[one.name].label}"`)];
  return `Together (${parts.join('; ')}) they raise k from ${now} to ${k}.`;
}

function withoutFew(
  records: readonly SubjectRecord[],
  chosen: readonly Chosen[],
  minimumK: number,
  now: number,
): Suggestion[] {
  const classes = equivalenceClasses(records, chosen);
  const small = classes.filter((one) => one.subjects.length < minimumK);
  const without = small.flatMap((one) => one.subjects);
  const k = smallest(classes.filter((one) => one.subjects.length >= minimumK));
  if (k === 0) return [];
  const who = without.length === 1 ? 'the one subject' : `the ${without.length} subjects`;
  const words = `Without ${who} in groups smaller than ${minimumK}, k rises from ${now} to ${k}.`;
  return [{ words, k, chosen: null, without }];
}
