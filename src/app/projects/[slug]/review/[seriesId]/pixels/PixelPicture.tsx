'use client';
// The large picture with its boxes: drag on the picture draws one, drag on a box moves it, drag at a corner pulls it.
import { type PointerEvent, useRef, useState } from 'react';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';
import { BoxShapes } from './BoxShapes';
import { corners, type Drag, dragged } from './boxDrag';
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

export function PixelPicture(props: PixelPictureProps) {
  const { url, alt, size, frame, selected, covered, mayEdit, onSelect, onChange } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const boxes = (drag && dragged(size, drag)) ?? size.boxes;
  const at = (event: PointerEvent) => {
    const { left, top, width, height } = svg.current!.getBoundingClientRect();
    return {
      x: Math.round(((event.clientX - left) / width) * size.columns),
      y: Math.round(((event.clientY - top) / height) * size.rows),
    };
  };
  const begin = (event: PointerEvent, kind: Drag['kind'], index: number, from = at(event)) => {
    event.stopPropagation();
    if (event.button !== 0) return;
    onSelect(index < 0 ? null : index);
    if (!mayEdit) return;
    svg.current?.setPointerCapture(event.pointerId);
    setDrag({ kind, index, from, to: kind === 'pull' ? at(event) : from });
  };
  const end = () => {
    if (drag === null) return;
    setDrag(null);
    const still = drag.kind !== 'draw' && drag.from.x === drag.to.x && drag.from.y === drag.to.y;
    const made = still ? null : dragged(size, drag);
    if (made !== null) onChange(made, drag.index < 0 ? made.length - 1 : drag.index);
  };
  const chosen = selected === null ? undefined : boxes[selected];
  return (
    <div
      className="relative m-auto max-h-full max-w-full"
      // As large as the room goes, in whichever direction is tighter.
      style={{
        aspectRatio: `${size.columns} / ${size.rows}`,
        width: `min(100cqw, calc(100cqh * ${size.columns / size.rows}))`,
      }}
    >
      {/* biome-ignore lint/performance/noImgElement: private pixels, never to pass through an image optimiser */}
      <img src={url} alt={alt} className="absolute inset-0 size-full" />
      <svg
        ref={svg}
        viewBox={`0 0 ${size.columns} ${size.rows}`}
        data-testid="boxes"
        className={`absolute inset-0 size-full touch-none ${mayEdit ? 'cursor-crosshair' : ''}`}
        onPointerDown={(event) => begin(event, 'draw', -1)}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: at(event) })}
        onPointerUp={end}
        onPointerCancel={() => setDrag(null)}
      >
        <title>Boxes over the picture</title>
        <BoxShapes
          boxes={boxes}
          frame={frame}
          covered={covered}
          selected={selected}
          onPress={(event, index) => begin(event, 'move', index)}
        />
        {mayEdit &&
          chosen &&
          corners(chosen).map((corner) => (
            <circle
              key={`${corner.at.x} ${corner.at.y}`}
              cx={corner.at.x}
              cy={corner.at.y}
              r={size.columns / 130}
              className="cursor-pointer fill-ink"
              onPointerDown={(event) => begin(event, 'pull', selected!, corner.across)}
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

/** The word of a box, above it, or below where it stands at the upper edge. */
function Tag({ box, size }: { box: FoundBox; size: PixelPlan[number] }) {
  const { tag, text } = lookOf(box);
  if (tag === '') return null;
  const atTop = box.y < size.rows / 16;
  return (
    <span
      aria-hidden="true"
      className={`pointer-events-none absolute rounded-sm bg-black/80 px-1 font-mono text-[0.6875rem] leading-4 whitespace-nowrap ${text} ${atTop ? '' : '-translate-y-full'}`}
      style={{
        left: `${(100 * box.x) / size.columns}%`,
        top: `${(100 * (atTop ? box.y + box.height : box.y)) / size.rows}%`,
      }}
    >
      {tag}
      {box.frame !== undefined && ` · image ${box.frame + 1} only`}
    </span>
  );
}
