'use client';
// The large picture with its boxes: drag on the picture draws one, drag on a box moves it, drag at a corner pulls it.
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';
import { BoxShapes } from './BoxShapes';
import { corners } from './boxDrag';
import { useBoxDrag } from './useBoxDrag';
import { isShown, lookOf } from './verdicts';

interface PixelPictureProps {
  url: string;
  alt: string;
  size: PixelPlan[number];
  frame: number | null;
  selected: number | null;
  covered: boolean;
  mayEdit: boolean;
  onSelect: (index: number | null) => void;
  onChange: (boxes: readonly FoundBox[], selected: number) => void;
}

export function PixelPicture({ url, alt, frame, selected, covered, ...editing }: PixelPictureProps) {
  const { size, mayEdit } = editing;
  const { boxes, pressBox, pressCorner, canvas } = useBoxDrag(editing);
  const chosen = selected === null ? undefined : boxes[selected];
  return (
    <div
      className="relative m-auto"
      // As large as the room goes, in whichever direction is tighter.
      style={{
        aspectRatio: `${size.columns} / ${size.rows}`,
        width: `min(100cqw, calc(100cqh * ${size.columns / size.rows}))`,
      }}
    >
      {/* biome-ignore lint/performance/noImgElement: private pixels, never to pass through an image optimiser */}
      <img src={url} alt={alt} className="absolute inset-0 size-full" />
      <svg
        {...canvas}
        viewBox={`0 0 ${size.columns} ${size.rows}`}
        data-testid="boxes"
        className={`absolute inset-0 size-full touch-none ${mayEdit ? 'cursor-crosshair' : ''}`}
      >
        <title>Boxes over the picture</title>
        <BoxShapes boxes={boxes} frame={frame} covered={covered} selected={selected} onPress={pressBox} />
        {mayEdit &&
          chosen &&
          corners(chosen).map(({ at, across }) => (
            <circle
              key={`${at.x} ${at.y}`}
              cx={at.x}
              cy={at.y}
              r={size.columns / 130}
              className="cursor-pointer fill-ink"
              onPointerDown={(event) => pressCorner(event, selected!, across)}
            />
          ))}
      </svg>
      {boxes.map(
        (box, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: a box is known by its place in the list
          isShown(box, frame) && <Tag key={index} box={box} size={size} />,
      )}
    </div>
  );
}

/** The word of a box, beside it so that it hides no text: on the right, or on the left of what stands at the right edge. */
function Tag({ box, size }: { box: FoundBox; size: PixelPlan[number] }) {
  const { tag, text } = lookOf(box);
  if (tag === '') return null;
  const onLeft = box.x + box.width > 0.85 * size.columns;
  return (
    <span
      aria-hidden="true"
      className={`pointer-events-none absolute mx-1 -translate-y-1/2 rounded-sm bg-black/80 px-1 font-mono text-[0.6875rem] leading-4 whitespace-nowrap ${text} ${onLeft ? '-translate-x-[calc(100%+0.5rem)]' : ''}`}
      style={{
        left: `${(100 * (onLeft ? box.x : box.x + box.width)) / size.columns}%`,
        top: `${(100 * (box.y + box.height / 2)) / size.rows}%`,
      }}
    >
      {tag}
      {box.frame !== undefined &&
        (box.last === undefined ? ` · image ${box.frame + 1} only` : ` · images ${box.frame + 1} to ${box.last + 1}`)}
    </span>
  );
}
