// Lines of text in a grey picture, found by their shape alone, whatever their polarity.
import { type Box, grownBox } from './boxes';
import { continued, type FoundRow, glyphRows, STROKE, tallOf } from './glyphRows';
import type { GreyImage } from './greyImage';
import { textScore } from './textScore';

export interface TextLine extends Box {
  /** Brighter than what lies around it. */
  readonly bright: boolean;
  /** Log odds that it is text: over `CERTAIN` it is taken for text unread, below only when it can be read. */
  readonly score: number;
}

/** Text of up to 48 pixels stands out at full size; bolder and larger text at half. */
const SCALES = [1, 2];
export const CERTAIN = 1;
const POSSIBLE = -2;

/** Every line of text that the picture may hold. A line may be found in parts, and boxes may overlap. */
export function findTextLines(image: GreyImage): TextLine[] {
  const lines: TextLine[] = [];
  let scaled = image;
  for (const scale of SCALES) {
    if (scale > 1) scaled = halved(scaled);
    if (Math.min(scaled.width, scaled.height) < STROKE) break;
    for (const bright of [true, false]) {
      const picture = bright ? scaled : { ...scaled, data: scaled.data.map((value) => 255 - value) };
      for (const found of glyphRows(picture)) {
        const score = textScore(found.features);
        if (score > POSSIBLE) lines.push({ ...lineBox(found, scale), bright, score });
      }
    }
  }
  return withoutInner(lines);
}

/** Around all of a row, with room for the commas and short letters at its ends and the tails below. */
function lineBox({ row, around }: FoundRow, scale: number): Box {
  const { x, y, width, height } = continued(row, around);
  const [beside, above] = [1.2 * tallOf(row), 0.3 * tallOf(row)];
  const box = { x: x - beside, y: y - above, width: width + 2 * beside, height: height + 2 * above };
  return { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale };
}

/** Half the size, each pixel the mean of four. */
function halved({ width, height, data }: GreyImage): GreyImage {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * w + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]! + 2) >> 2;
    }
  return { width: w, height: h, data: half };
}

/** Without the lines that lie in a larger one which is at least as sure. */
function withoutInner(lines: readonly TextLine[]): TextLine[] {
  const kept: TextLine[] = [];
  for (const line of [...lines].sort((a, b) => b.width * b.height - a.width * a.height))
    if (!kept.some((other) => other.score >= Math.min(line.score, CERTAIN) && contains(grownBox(other, 2), line)))
      kept.push(line);
  return kept;
}

function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
