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
 * With two readers, two of the same mind settle it, so a third decides where the first two differ; and whoever drew the mask may
 * reject the result but not be one of the two that accept it.
 */
export function settle(
  readings: readonly Reading[],
  readers: number,
  mendedBy: string | null = null,
): Decision | 'open' {
  const counted = readings.filter(
    (reading) => reading.decision === 'reject' || mayAccept(reading.reviewerId, readers, mendedBy),
  );
  const byPerson = new Map(counted.map((reading) => [reading.reviewerId, reading.decision]));
  const votes = (decision: Decision) => [...byPerson.values()].filter((vote) => vote === decision).length;
  const needed = readers >= 2 ? 2 : 1;
  if (votes('reject') >= needed) return 'reject';
  return votes('accept') >= needed ? 'accept' : 'open';
}

/** Whether somebody's accepting counts: with two readers, not of a mask they drew themselves. */
export function mayAccept(reviewerId: string, readers: number, mendedBy: string | null): boolean {
  return readers < 2 || reviewerId !== mendedBy;
}
