// What can be done with the boxes of the picture that is shown, as changes of the list: the same for buttons and keys.
import { type FoundBox, masked, type PixelPlan } from '@/domain/pixels/plan';
import { grown, middleBox, moved } from './boxDrag';
import { isShown } from './verdicts';

interface Shown {
  readonly size: PixelPlan[number];
  /** The image that is shown; null: all laid over each other. */
  readonly frame: number | null;
  readonly selected: number | null;
}
/** The boxes as they shall be, null when nothing changes, and which of them is chosen then. */
type Set = (boxes: readonly FoundBox[] | null, selected: number | null) => void;

/** Pixels of the image that an arrow key moves a box, and + or - let it grow or shrink. */
const STEP = 2;

export function boxActs({ size, frame, selected }: Shown, set: Set) {
  const chosen = selected === null ? undefined : size.boxes[selected];
  const replace = (box: FoundBox) =>
    set(
      size.boxes.map((one, i) => (i === selected ? box : one)),
      selected,
    );
  const move = (dx: number, dy: number) => selected !== null && set(moved(size, selected, dx, dy), selected);
  const grow = (by: number) => selected !== null && set(grown(size, selected, by), selected);
  return {
    flip: () => chosen && replace(flipped(chosen)),
    /** A box of a person's goes; what the program found is kept on purpose, or it would only be found again. */
    remove: () => {
      const without = size.boxes.filter((one) => one !== chosen);
      if (chosen?.origin === 'drawn') set(without, null);
      else if (chosen && masked([chosen]).length > 0) replace(flipped(chosen));
    },
    add: () => set([...size.boxes, middleBox(size)], size.boxes.length),
    /** For the image that is shown only, or for all of them again. */
    onlyHere: () => {
      if (chosen?.frame !== undefined) {
        const { frame: _, last: __, ...everywhere } = chosen;
        replace(everywhere);
      } else if (chosen && frame !== null) replace({ ...chosen, frame });
    },
    left: () => move(-STEP, 0),
    right: () => move(STEP, 0),
    up: () => move(0, -STEP),
    down: () => move(0, STEP),
    grow: () => grow(STEP),
    shrink: () => grow(-STEP),
  };
}

function flipped(box: FoundBox): FoundBox {
  return { ...box, verdict: box.verdict === 'harmless' ? 'identifying' : 'harmless' };
}

/** Only what is black in all images of a series may be given to others. */
export function mayShare(box: FoundBox): boolean {
  return masked([box]).length > 0 && box.frame === undefined;
}

/** The next box that is shown, in a circle; those outside an ultrasound's picture are no one's choice. */
export function nextBox({ size, frame, selected }: Shown, step: number): number | null {
  const { boxes } = size;
  const shown = [...boxes.keys()].filter((i) => boxes[i]!.verdict !== 'outside' && isShown(boxes[i]!, frame));
  if (shown.length === 0) return null;
  const place = selected === null ? (step > 0 ? -1 : 0) : shown.indexOf(selected);
  return shown[(place + step + shown.length) % shown.length]!;
}
