// Text that is still there after the pixels were blacked out as a person had said: it goes back to a person, shown as such.
import type { ConvertOutcome } from '@/domain/outcomes';
import { withLeftovers } from '@/domain/pixels/leftover';
import type { PixelPlan } from '@/domain/pixels/plan';
import { pixelPlanner } from '@/engines/maskBurnedIn';
import { keepLeftovers } from '@/server/pixelBoxes';
import type { Finished } from '@/server/stageRuns';
import type { Work } from '../work';
import { profileOf, type SeriesOriginals } from './originals';

export interface Leftovers {
  /** What was decided, with the boxes of what was found again. */
  readonly plan: PixelPlan;
  readonly left: number;
}

/**
 * Looks at every frame of the blacked-out copies, which still have the headers of their originals; null when nothing is left.
 * @throws DomainError when one frame cannot be looked at
 */
export async function lookAgainAtPixels(
  work: Work,
  series: SeriesOriginals,
  files: readonly string[],
  plan: PixelPlan,
): Promise<Leftovers | null> {
  const profile = await profileOf(work.ticket.profileVersionId);
  const again = await pixelPlanner(files, profile, series.subjectCode, work.signal).plan();
  return leftoversOf(plan, again);
}

/** What of `again`, found in what `plan` had blacked out, nobody has answered yet; null when there is nothing. */
export function leftoversOf(plan: PixelPlan, again: PixelPlan): Leftovers | null {
  const found = withLeftovers(plan, again);
  return found.left === 0 ? null : found;
}

/** How the conversion ends then: the person's answer no longer counts, in the same moment in which the series is held. */
export function heldForText({ ticket }: Work, { plan, left }: Leftovers): Omit<Finished, 'inputHash'> {
  const what = left === 1 ? 'one more text was found' : `${left} more texts were found`;
  const outcome: ConvertOutcome = { volumes: [], findings: [], leftovers: left };
  return {
    event: 'holdPixels',
    why: `After the blacking out ${what} in the pictures. Black it out as well, or say that it may stay.`,
    outcome,
    also: (write) => keepLeftovers(write, ticket.unitId, plan),
  };
}
