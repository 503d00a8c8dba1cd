// Rectangles of pixels: clipped to the image, merged, turned inside out.

/** Pixels from column x and row y on, counted from 0 at the top left. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** The part of a box that lies in the image, on whole pixels (outwards); null when none does. */
export function clipBox(box: Box, { rows, columns }: Size): Box | null {
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(columns, Math.ceil(box.x + box.width));
  const bottom = Math.min(rows, Math.ceil(box.y + box.height));
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

/** A box with `margin` pixels more on every side. */
export function grownBox({ x, y, width, height }: Box, margin: number): Box {
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
}

/** Whether two boxes share a pixel. */
export function boxesMeet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The smallest box around two. */
export function boxAround(a: Box, b: Box): Box {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  const right = Math.max(a.x + a.width, b.x + b.width);
  return { x, y, width: right - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/**
 * Boxes without overlap that cover every pixel of the image in none of `kept`: bands between their edges. All of the image when
 * `kept` is empty.
 */
export function outsideOf(kept: readonly Box[], { rows, columns }: Size): Box[] {
  const inside = kept.flatMap((box) => clipBox(box, { rows, columns }) ?? []);
  const edges = [0, rows, ...inside.flatMap(({ y, height }) => [y, y + height])];
  const levels = [...new Set(edges)].sort((a, b) => a - b);
  const outside: Box[] = [];
  for (let i = 0; i + 1 < levels.length; i++) {
    const [y, height] = [levels[i]!, levels[i + 1]! - levels[i]!];
    const crossing = inside.filter((box) => box.y <= y && box.y + box.height > y).sort((a, b) => a.x - b.x);
    let x = 0;
    for (const box of crossing) {
      if (box.x > x) outside.push({ x, y, width: box.x - x, height });
      x = Math.max(x, box.x + box.width);
    }
    if (x < columns) outside.push({ x, y, width: columns - x, height });
  }
  return outside;
}

/** Whether nearly all of a box lies in another one. */
export function liesIn(part: Box, whole: Box): boolean {
  const width = Math.min(part.x + part.width, whole.x + whole.width) - Math.max(part.x, whole.x);
  const height = Math.min(part.y + part.height, whole.y + whole.height) - Math.max(part.y, whole.y);
  return width > 0 && height > 0 && width * height >= 0.85 * part.width * part.height;
}
