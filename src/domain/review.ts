// When a review is settled: one reader decides, or two agree and a third settles where they do not.

export type Decision = 'accept' | 'reject';

/** One reader's standing decision on one deface run. */
export interface Reading {
  readonly reviewerId: string;
  readonly stageRunId: string;
  readonly decision: Decision;
}

/**
 * What the readings of one run come to, one per person (the last one counts): a decision, or `open` while more readers are needed.
 * With two readers, two of the same mind settle it, so a third decides where the first two differ.
 */
export function settle(readings: readonly Reading[], readers: number): Decision | 'open' {
  const byPerson = new Map(readings.map((reading) => [reading.reviewerId, reading.decision]));
  const votes = (decision: Decision) => [...byPerson.values()].filter((vote) => vote === decision).length;
  const needed = readers >= 2 ? 2 : 1;
  if (votes('reject') >= needed) return 'reject';
  return votes('accept') >= needed ? 'accept' : 'open';
}
