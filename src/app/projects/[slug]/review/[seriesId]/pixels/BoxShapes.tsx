'use client';
// Boxes as shapes over a picture, in the picture's own pixels.
import type { PointerEvent } from 'react';
import type { FoundBox } from '@/domain/pixels/plan';
import { isShown, lookOf } from './verdicts';

interface BoxShapesProps {
  boxes: readonly FoundBox[];
  /** The image that the picture shows; null: all laid over each other. */
  frame: number | null;
  /** Whether what will be black is black already; else it can be read through a tint. */
  covered: boolean;
  selected?: number | null;
  onPress?: (event: PointerEvent, index: number) => void;
}

export function BoxShapes({ boxes, frame, covered, selected, onPress }: BoxShapesProps) {
  return boxes.map((box, index) => {
    if (!isShown(box, frame)) return null;
    const { stroke, dash } = lookOf(box);
    const outside = box.verdict === 'outside';
    const black = box.verdict !== 'harmless';
    return (
      <rect
        // biome-ignore lint/suspicious/noArrayIndexKey: a box is known by its place in the list
        key={index}
        x={box.x}
        y={box.y}
        width={box.width}
        height={box.height}
        vectorEffect="non-scaling-stroke"
        strokeWidth={index === selected ? 4 : 2}
        strokeDasharray={dash}
        className={`${outside ? '' : stroke} ${black ? (covered ? 'fill-black' : outside ? 'fill-black/70' : 'fill-accent/15') : 'fill-transparent'} ${outside || !onPress ? 'pointer-events-none' : 'cursor-move'}`}
        onPointerDown={onPress && ((event) => onPress(event, index))}
      />
    );
  });
}
