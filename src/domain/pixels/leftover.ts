// What a second look finds in images that were blacked out already, and what of it nobody has answered yet.
import { DomainError } from '../errors';
import { type Box, clipBox, grownBox } from './boxes';
import { type FoundBox, type PixelPlan, sameSize } from './plan';

/** Share of a text that must lie in what was answered, so that it counts as answered. */
const ANSWERED = 0.85;
/** Pixels by which the same text may be found a little larger the second time. */
const SLACK = 2;

/**
 * The plan with every text added that was found again and that neither a black box for all images nor a kept box covers.
 * @param again what was found in the same images, in the same order of sizes or another, after they were blacked out by `plan`
 * @returns the plan to show, and how many boxes were added
 * @throws DomainError UNSAFE when there are images of a size that the plan does not know
 */
export function withLeftovers(plan: PixelPlan, again: PixelPlan): { readonly plan: PixelPlan; readonly left: number } {
  const known = again.every((one) => plan.some((size) => sameSize(one, size)));
  if (!known)
    throw new DomainError('UNSAFE', 'An image of this series was not looked at for burned-in text. Reprocess it.');
  let left = 0;
  const grown = plan.map((size) => {
    const second = again.find((one) => sameSize(one, size));
    // A kept box and a black one may share a text between them, so all that was answered counts together.
    const answered = size.boxes.filter((box) => box.frame === undefined).map((box) => grownBox(box, SLACK));
    const added = (second?.boxes ?? [])
      // What a rule blacks out is no text that was found: whoever took its box away has answered.
      .filter(({ verdict, origin }) => verdict !== 'harmless' && verdict !== 'outside' && origin !== 'rule')
      .filter((box) => covered(box, answered) < ANSWERED)
      .map((box): FoundBox => ({ ...box, origin: 'left' }));
    left += added.length;
    return { ...size, boxes: [...size.boxes, ...added] };
  });
  return { plan: grown, left };
}

/** Which part of a box's pixels lies in any of the others, 0 to 1. */
function covered(box: Box, others: readonly Box[]): number {
  const inside = new Uint8Array(box.width * box.height);
  for (const other of others) {
    const local = { ...other, x: other.x - box.x, y: other.y - box.y };
    const common = clipBox(local, { rows: box.height, columns: box.width });
    if (common === null) continue;
    for (let y = common.y; y < common.y + common.height; y++)
      inside.fill(1, y * box.width + common.x, y * box.width + common.x + common.width);
  }
  return inside.reduce((sum, one) => sum + one, 0) / inside.length;
}
