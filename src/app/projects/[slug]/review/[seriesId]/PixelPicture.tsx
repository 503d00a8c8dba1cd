'use client';
// A picture with its boxes: drag on the picture draws one, drag on a box moves it.
import { type PointerEvent, useRef, useState } from 'react';
import type { Box } from '@/domain/pixels/boxes';
import type { BoxVerdict, FoundBox, PixelPlan } from '@/domain/pixels/plan';

interface PixelPictureProps {
  url: string;
  size: PixelPlan[number];
  selected: number | null;
  covered: boolean;
  mayEdit: boolean;
  onSelect: (index: number | null) => void;
  onChange: (boxes: readonly FoundBox[], selected: number) => void;
}
interface Drag {
  /** A box that is moved; null: a new one is drawn. */
  readonly index: number | null;
  readonly from: { x: number; y: number };
  readonly to: { x: number; y: number };
}

const LEAST = 3;
const strokes: Record<BoxVerdict, string> = {
  identifying: 'stroke-bad',
  doubtful: 'stroke-warn',
  outside: 'stroke-muted',
  harmless: 'stroke-good',
};

export function PixelPicture({ url, size, selected, covered, mayEdit, onSelect, onChange }: PixelPictureProps) {
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const boxes = shown(size, drag);
  const at = (event: PointerEvent) => {
    const { left, top, width, height } = svg.current!.getBoundingClientRect();
    return {
      x: Math.round(((event.clientX - left) / width) * size.columns),
      y: Math.round(((event.clientY - top) / height) * size.rows),
    };
  };
  const begin = (event: PointerEvent, index: number | null) => {
    event.stopPropagation();
    onSelect(index);
    if (!mayEdit) return;
    svg.current?.setPointerCapture(event.pointerId);
    setDrag({ index, from: at(event), to: at(event) });
  };
  const end = () => {
    if (drag === null) return;
    setDrag(null);
    const moved = Math.abs(drag.to.x - drag.from.x) + Math.abs(drag.to.y - drag.from.y) >= LEAST;
    if (moved && boxes.length > 0) onChange(boxes, drag.index ?? boxes.length - 1);
  };
  return (
    <div
      className="relative mx-auto"
      style={{
        aspectRatio: `${size.columns} / ${size.rows}`,
        // As large as the room between the bars allows.
        width: `min(100%, calc((100vh - 12rem) * ${size.columns / size.rows}))`,
      }}
    >
      {/* biome-ignore lint/performance/noImgElement: private pixels, never to pass through an image optimiser */}
      <img src={url} alt="All images of the series laid over each other" className="absolute inset-0 size-full" />
      <svg
        ref={svg}
        viewBox={`0 0 ${size.columns} ${size.rows}`}
        className={`absolute inset-0 size-full touch-none ${mayEdit ? 'cursor-crosshair' : ''}`}
        onPointerDown={(event) => begin(event, null)}
        onPointerMove={(event) => drag && setDrag({ ...drag, to: at(event) })}
        onPointerUp={end}
        onPointerCancel={() => setDrag(null)}
      >
        <title>Boxes over the picture</title>
        {boxes.map((box, index) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a box is known by its place in the list
            key={index}
            x={box.x}
            y={box.y}
            width={box.width}
            height={box.height}
            vectorEffect="non-scaling-stroke"
            strokeWidth={index === selected ? 4 : 2}
            className={`${strokes[box.verdict]} ${box.verdict === 'harmless' ? 'fill-transparent' : covered ? 'fill-black' : 'fill-black/40'} ${box.verdict === 'outside' ? 'pointer-events-none' : 'cursor-move'}`}
            onPointerDown={(event) => begin(event, index)}
          />
        ))}
      </svg>
    </div>
  );
}

/** The boxes with the one that is being drawn or moved. */
function shown({ boxes, rows, columns }: PixelPlan[number], drag: Drag | null): FoundBox[] {
  if (drag === null) return [...boxes];
  const inside = (box: Box): Box => ({
    ...box,
    x: Math.max(0, Math.min(columns - box.width, box.x)),
    y: Math.max(0, Math.min(rows - box.height, box.y)),
  });
  const [dx, dy] = [drag.to.x - drag.from.x, drag.to.y - drag.from.y];
  if (drag.index !== null)
    return boxes.map((box, i) =>
      i === drag.index ? { ...box, ...inside({ ...box, x: box.x + dx, y: box.y + dy }) } : box,
    );
  const drawn = {
    x: Math.min(drag.from.x, drag.to.x),
    y: Math.min(drag.from.y, drag.to.y),
    width: Math.abs(dx),
    height: Math.abs(dy),
  };
  if (drawn.width < LEAST || drawn.height < LEAST) return [...boxes];
  return [...boxes, { ...drawn, x: Math.max(0, drawn.x), y: Math.max(0, drawn.y), verdict: 'identifying' }];
}
