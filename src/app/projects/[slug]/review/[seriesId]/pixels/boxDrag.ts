// What a drag makes of the boxes of an image: a new box, one moved, or one pulled at a corner.
import { type Box, clipBox } from '@/domain/pixels/boxes';
import type { FoundBox, PixelPlan } from '@/domain/pixels/plan';

interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Drag {
  readonly kind: 'draw' | 'move' | 'pull';
  /** Of the box that is moved or pulled. */
  readonly index: number;
  /** Where the drag began; for 'pull' the corner that stays. */
  readonly from: Point;
  readonly to: Point;
}
type Size = Pick<PixelPlan[number], 'rows' | 'columns' | 'boxes'>;

/** A box of fewer pixels is a slip of the hand. */
const LEAST = 3;

/** The boxes as they are while, and after, the pointer is dragged; null when the drag makes no difference. */
export function dragged(size: Size, drag: Drag): FoundBox[] | null {
  if (drag.kind === 'move') return moved(size, drag.index, drag.to.x - drag.from.x, drag.to.y - drag.from.y);
  const box = clipBox(between(drag.from, drag.to), size);
  if (box === null || box.width < LEAST || box.height < LEAST) return null;
  if (drag.kind === 'draw') return [...size.boxes, { ...box, verdict: 'identifying', origin: 'drawn' }];
  return size.boxes.map((one, i) => (i === drag.index ? { ...one, ...box } : one));
}

/** One box moved, as far as the image goes; null when it cannot move. */
export function moved({ boxes, rows, columns }: Size, index: number, dx: number, dy: number): FoundBox[] | null {
  const box = boxes[index];
  if (box === undefined) return null;
  const x = Math.max(0, Math.min(columns - box.width, box.x + dx));
  const y = Math.max(0, Math.min(rows - box.height, box.y + dy));
  return x === box.x && y === box.y ? null : boxes.map((one, i) => (i === index ? { ...one, x, y } : one));
}

/** One box larger (or, with less than 0, smaller) by so many pixels on each side; null when it cannot be. */
export function grown(size: Size, index: number, by: number): FoundBox[] | null {
  const box = size.boxes[index];
  if (box === undefined || box.width + 2 * by < LEAST || box.height + 2 * by < LEAST) return null;
  const wide = { x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by };
  const clipped = clipBox(wide, size);
  return clipped && size.boxes.map((one, i) => (i === index ? { ...one, ...clipped } : one));
}

/** A new box in the middle of the image, for who draws by keys. */
export function middleBox({ rows, columns }: Size): FoundBox {
  const [width, height] = [Math.max(1, Math.round(columns / 4)), Math.max(1, Math.round(rows / 16))];
  const [x, y] = [Math.floor((columns - width) / 2), Math.floor((rows - height) / 2)];
  return { x, y, width, height, verdict: 'identifying', origin: 'drawn' };
}

/** The corners of a box, each with the one across, which stays when it is pulled. */
export function corners({ x, y, width, height }: Box): readonly { readonly at: Point; readonly across: Point }[] {
  const [left, top, right, bottom] = [x, y, x + width, y + height];
  const of = (atX: number, atY: number) => ({
    at: { x: atX, y: atY },
    across: { x: left + right - atX, y: top + bottom - atY },
  });
  return [of(left, top), of(right, top), of(left, bottom), of(right, bottom)];
}

function between(a: Point, b: Point): Box {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}
