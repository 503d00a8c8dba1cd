'use client';
// What the screen shows, which box is chosen, and every act by its button and its key.
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';
import type { PixelReview } from '@/server/pixelReview';
import { useKeys } from '../useKeys';
import { boxActs, mayShare, nextBox } from './boxActs';
import { type PixelActions, usePixelBoxes } from './usePixelBoxes';

export type PixelScreenState = ReturnType<typeof usePixelScreen>;
type Acts = PixelScreenState['acts'];

export function usePixelScreen(slug: string, pixels: PixelReview, actions: PixelActions) {
  const router = useRouter();
  const boxes = usePixelBoxes(pixels, actions);
  const view = useView(pixels, boxes.plan);
  const [rejecting, setRejecting] = useState(false);
  const { at, chosen, selected, setSelected } = view;
  const mayEdit = pixels.mayDecide && boxes.problem === null;
  const queue = `/projects/${slug}/review`;
  const next = nextOf(pixels);
  const goOn = () => router.push(next === null ? queue : `${queue}/${next}`);
  const set = (changed: readonly FoundBox[] | null, choose: number | null) => {
    if (!mayEdit || changed === null) return;
    boxes.change(at.size, changed);
    setSelected(choose);
  };
  const acts = {
    ...boxActs(view.shown, set),
    ...view.acts,
    share: () => mayEdit && chosen && mayShare(chosen) && pixels.alike[at.size]! > 0 && boxes.share(at.size, chosen),
    undo: () => {
      if (mayEdit) boxes.undo();
      setSelected(null);
    },
    accept: () => mayEdit && boxes.confirm(goOn),
    reject: () => mayEdit && setRejecting(true),
    skip: goOn,
    leave: () => (selected === null ? router.push(queue) : setSelected(null)),
  };
  const numbers = view.pictures.slice(0, 9).map((_, index) => [String(index + 1), () => acts.pick(index)]);
  useKeys(true, 'page', { ...keysOf(acts), ...Object.fromEntries(numbers) });
  const onReject = (reason: string) => boxes.reject(reason, goOn);
  const dialog = { open: rejecting, onClose: () => setRejecting(false), onReject };
  return { ...view, boxes, mayEdit, queue, set, acts, dialog };
}

/** Which picture of which size is shown, whether as it will be, and which box is chosen. */
function useView(pixels: PixelReview, plan: PixelPlan) {
  const [at, setAt] = useState({ size: 0, picture: 0 });
  const [selected, setSelected] = useState<number | null>(null);
  const [covered, setCovered] = useState(false);
  const size = plan[at.size]!;
  const pictures = pixels.pictures[at.size]!;
  const picture = pictures[at.picture]!;
  const shown = { size, frame: picture.frame, selected };
  const chosen = selected === null ? undefined : size.boxes[selected];
  const acts = {
    cover: () => setCovered(!covered),
    pick: (index: number) => index < pictures.length && setAt({ ...at, picture: index }),
    pickSize: (index: number) => {
      setAt({ size: index, picture: 0 });
      setSelected(null);
    },
    choose: (step: number) => setSelected(nextBox(shown, step)),
  };
  return { at, size, pictures, picture, shown, selected, setSelected, chosen, covered, acts };
}

function keysOf(acts: Acts): Record<string, () => void> {
  return {
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
    arrowleft: acts.left,
    arrowright: acts.right,
    arrowup: acts.up,
    arrowdown: acts.down,
    '+': acts.grow,
    '-': acts.shrink,
    escape: acts.leave,
  };
}

/** The series after this one, or else the first that waits; null when no other does. */
function nextOf({ rows, seriesId }: PixelReview): string | null {
  const place = rows.findIndex(({ series }) => series.id === seriesId);
  const others = [...rows.slice(place + 1), ...rows.slice(0, Math.max(0, place))];
  return others[0]?.series.id ?? null;
}
