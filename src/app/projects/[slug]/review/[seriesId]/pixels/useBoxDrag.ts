'use client';
// Pointer presses on the picture as drags: the boxes while one is under way, and the change when it ends.
import { type PointerEvent, useRef, useState } from 'react';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';
import { type Drag, dragged } from './boxDrag';

interface BoxDragOptions {
  size: PixelPlan[number];
  mayEdit: boolean;
  onSelect: (index: number | null) => void;
  onChange: (boxes: readonly FoundBox[], selected: number) => void;
}

export function useBoxDrag({ size, mayEdit, onSelect, onChange }: BoxDragOptions) {
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const at = (event: PointerEvent) => {
    const { left, top, width, height } = svg.current!.getBoundingClientRect();
    return {
      x: Math.round(((event.clientX - left) / width) * size.columns),
      y: Math.round(((event.clientY - top) / height) * size.rows),
    };
  };
  const begin = (event: PointerEvent, index: number | null, kind: Drag['kind'], from = at(event)) => {
    event.stopPropagation();
    if (event.button !== 0) return;
    onSelect(index);
    if (!mayEdit) return;
    svg.current?.setPointerCapture(event.pointerId);
    setDrag({ kind, index: index ?? -1, from, to: at(event) });
  };
  const end = () => {
    if (drag === null) return;
    setDrag(null);
    const still = drag.kind === 'move' && drag.from.x === drag.to.x && drag.from.y === drag.to.y;
    const made = still ? null : dragged(size, drag);
    if (made !== null) onChange(made, drag.kind === 'draw' ? made.length - 1 : drag.index);
  };
  return {
    boxes: (drag && dragged(size, drag)) ?? size.boxes,
    /** A kept box is no place to hold on to: who drags there wants something black. */
    pressBox: (event: PointerEvent, index: number) =>
      begin(event, index, size.boxes[index]!.verdict === 'harmless' ? 'draw' : 'move'),
    pressCorner: (event: PointerEvent, index: number, across: Drag['from']) => begin(event, index, 'pull', across),
    canvas: {
      ref: svg,
      onPointerDown: (event: PointerEvent) => begin(event, null, 'draw'),
      onPointerMove: (event: PointerEvent) => drag && setDrag({ ...drag, to: at(event) }),
      onPointerUp: end,
      onPointerCancel: () => setDrag(null),
    },
  };
}
