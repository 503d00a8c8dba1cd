'use client';
// What the screen shows, which box is chosen, and every act on it: the same for buttons and keys.
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type FoundBox, masked } from '@/domain/pixels/plan';
import type { PixelReview } from '@/server/pixelReview';
import { useKeys } from '../useKeys';
import { grown, middleBox, moved } from './boxDrag';
import { type PixelActions, usePixelBoxes } from './usePixelBoxes';
import { isShown } from './verdicts';

export type PixelScreenState = ReturnType<typeof usePixelScreen>;
/** Pixels of the image that an arrow key moves a box, and + or - let it grow or shrink. */
const STEP = 2;

export function usePixelScreen(slug: string, pixels: PixelReview, actions: PixelActions) {
  const router = useRouter();
  const boxes = usePixelBoxes(pixels, actions);
  const [at, setAt] = useState({ size: 0, picture: 0 });
  const [selected, setSelected] = useState<number | null>(null);
  const [covered, setCovered] = useState(false);
  const [rejecting, setRejecting] = useState(false);
  const size = boxes.plan[at.size]!;
  const pictures = pixels.pictures[at.size]!;
  const picture = pictures[at.picture]!;
  const chosen = selected === null ? undefined : size.boxes[selected];
  const mayEdit = pixels.mayDecide && boxes.problem === null;
  const queue = `/projects/${slug}/review`;
  const next = nextOf(pixels);
  const goOn = () => router.push(next === null ? queue : `${queue}/${next}`);

  const set = (changed: readonly FoundBox[] | null, choose: number | null) => {
    if (!mayEdit || changed === null) return;
    boxes.change(at.size, changed);
    setSelected(choose);
  };
  const replace = (box: FoundBox) =>
    set(
      size.boxes.map((one, i) => (i === selected ? box : one)),
      selected,
    );
  const acts = {
    flip: () => chosen && replace(flipped(chosen)),
    /** A box of a person's goes; what the program found is kept on purpose, or it would only be found again. */
    remove: () => {
      if (chosen?.origin === 'drawn')
        set(
          size.boxes.filter((one) => one !== chosen),
          null,
        );
      else if (chosen && masked([chosen]).length > 0) replace(flipped(chosen));
    },
    add: () => set([...size.boxes, middleBox(size)], size.boxes.length),
    onlyHere: () => {
      if (chosen?.frame !== undefined) {
        const { frame: _, ...everywhere } = chosen;
        replace(everywhere);
      } else if (chosen && picture.frame !== null) replace({ ...chosen, frame: picture.frame });
    },
    share: () => {
      if (mayEdit && chosen && mayShare(chosen) && pixels.alike[at.size]! > 0) boxes.share(at.size, chosen);
    },
    undo: () => {
      if (mayEdit) boxes.undo();
      setSelected(null);
    },
    accept: () => mayEdit && boxes.confirm(goOn),
    reject: () => mayEdit && setRejecting(true),
    cover: () => setCovered(!covered),
    skip: goOn,
    pick: (index: number) => index < pictures.length && setAt({ ...at, picture: index }),
    pickSize: (index: number) => {
      setAt({ size: index, picture: 0 });
      setSelected(null);
    },
    choose: (step: number) => setSelected(chooseNext(size.boxes, picture.frame, selected, step)),
  };
  const move = (dx: number, dy: number) => selected !== null && set(moved(size, selected, dx, dy), selected);
  const grow = (by: number) => selected !== null && set(grown(size, selected, by), selected);
  useKeys(true, 'page', {
    a: acts.accept,
    r: acts.reject,
    n: acts.skip,
    f: acts.flip,
    delete: acts.remove,
    backspace: acts.remove,
    b: acts.add,
    s: acts.onlyHere,
    e: acts.share,
    u: acts.undo,
    c: acts.cover,
    j: () => acts.choose(1),
    k: () => acts.choose(-1),
    arrowleft: () => move(-STEP, 0),
    arrowright: () => move(STEP, 0),
    arrowup: () => move(0, -STEP),
    arrowdown: () => move(0, STEP),
    '+': () => grow(STEP),
    '-': () => grow(-STEP),
    escape: () => (selected === null ? router.push(queue) : setSelected(null)),
    ...Object.fromEntries(pictures.slice(0, 9).map((_, index) => [String(index + 1), () => acts.pick(index)])),
  });
  const dialog = {
    open: rejecting,
    onClose: () => setRejecting(false),
    onReject: (reason: string) => boxes.reject(reason, goOn),
  };
  return {
    boxes,
    at,
    size,
    pictures,
    picture,
    selected,
    setSelected,
    chosen,
    covered,
    mayEdit,
    queue,
    set,
    acts,
    dialog,
  };
}

function flipped(box: FoundBox): FoundBox {
  return { ...box, verdict: box.verdict === 'harmless' ? 'identifying' : 'harmless' };
}

export function mayShare(box: FoundBox): boolean {
  return masked([box]).length > 0 && box.frame === undefined;
}

/** The next box that the picture shows, in a circle; those outside an ultrasound's picture are no one's choice. */
function chooseNext(boxes: readonly FoundBox[], frame: number | null, from: number | null, step: number) {
  const shown = [...boxes.keys()].filter((i) => boxes[i]!.verdict !== 'outside' && isShown(boxes[i]!, frame));
  if (shown.length === 0) return null;
  const place = from === null ? (step > 0 ? -1 : 0) : shown.indexOf(from);
  return shown[(place + step + shown.length) % shown.length]!;
}

/** The series after this one, or else the first that waits; null when no other does. */
function nextOf({ rows, seriesId }: PixelReview): string | null {
  const place = rows.findIndex(({ series }) => series.id === seriesId);
  const others = [...rows.slice(place + 1), ...rows.slice(0, Math.max(0, place))];
  return others[0]?.series.id ?? null;
}
