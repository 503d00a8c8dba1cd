// The states of a series as the few places a person thinks in: the steps of the way, and what left it.
import type { SeriesState } from '@/domain/machines';

export const buckets = {
  cleaning: { label: 'Cleaning', states: ['received'] },
  converting: { label: 'Converting', states: ['deidentified'] },
  defacing: { label: 'Defacing', states: ['converted'] },
  review: { label: 'In review', states: ['inReview'] },
  accepted: { label: 'Accepted', states: ['accepted'] },
  held: { label: 'Needs an answer', states: ['heldPixels', 'heldGeometry', 'heldHead', 'heldDeface'] },
  rejected: { label: 'Rejected', states: ['rejected', 'refused'] },
  quarantined: { label: 'Quarantined', states: ['quarantined'] },
} as const satisfies Record<string, { label: string; states: readonly SeriesState[] }>;

export type Bucket = keyof typeof buckets;

/** The way of a series, in order, and where those are that left it. */
export const way = ['cleaning', 'converting', 'defacing', 'review', 'accepted'] as const satisfies readonly Bucket[];
export const aside = ['held', 'rejected', 'quarantined'] as const satisfies readonly Bucket[];

export function isBucket(name: string | undefined): name is Bucket {
  return name !== undefined && Object.hasOwn(buckets, name);
}

export function isIn(bucket: Bucket, state: SeriesState): boolean {
  return (buckets[bucket].states as readonly SeriesState[]).includes(state);
}

/** How many series are in a bucket. */
export function countIn(bucket: Bucket, counts: Readonly<Record<SeriesState, number>>): number {
  return buckets[bucket].states.reduce((sum, state) => sum + counts[state], 0);
}
