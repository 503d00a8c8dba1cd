// Lines of text in a grey picture, found by their shape alone, whatever their polarity.
import { type Box, grownBox } from './boxes';
import { continued, type FoundRow, glyphRows, STROKE, tallOf } from './glyphRows';
import { type GreyImage, halved } from './greyImage';
import { textScore } from './textScore';

/** A line of text with a margin around it. */
export interface TextLine extends Box {
  /** Where its letters stand. */
  readonly ink: Box;
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
        if (score > POSSIBLE) lines.push({ ...lineOf(found, scale), bright, score });
      }
    }
  }
  return withoutInner(lines);
}

/** Around all of a row, its tall letters being `tall`, with room for short letters at its ends, commas and the tails below. */
export function lineAround(ink: Box, tall = ink.height): Box & { readonly ink: Box } {
  const [beside, above] = [1.2 * tall, 0.3 * tall];
  return {
    x: ink.x - beside,
    y: ink.y - above,
    width: ink.width + 2 * beside,
    height: ink.height + 2 * above,
    ink,
  };
}

const lineOf = ({ row, around }: FoundRow, scale: number) =>
  lineAround(scaledBox(continued(row, around), scale), scale * tallOf(row));

function scaledBox({ x, y, width, height }: Box, scale: number): Box {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
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
