// What the text segmentation network says of a picture, as lines of text: joined with the lines that were found by their shape.
import { type Box, boxAround, clipBox, grownBox } from './boxes';
import { components } from './components';
import { croppedGrey, type GreyImage } from './greyImage';
import { lettersOf } from './inkOf';
import { CERTAIN, lineAround, type TextLine } from './textLines';

/** Probability of text for each square cell of `cell` pixels, row by row. */
export interface TextMap {
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
  readonly data: Float32Array;
}

interface Region extends Box {
  /** Of its cells, 0 to 255. */
  readonly mean: number;
}

/** A region is made of cells over `LOW`, one of them over `HIGH`. */
const [LOW, HIGH] = [0.4, 0.6];
/** A region whose cells are so certain is text unread. */
const SURE = 0.8;

/** Share of a line found by its shape that the network has to agree to, or the line must be read to count. */
const AGREED = 0.1;

/** Pieces of one line stand no farther apart, by its height. */
const GAP = 1;
const BESIDE = 0.8;

/** Lines of text: what was found by shape, doubted where the network sees nothing, and the network's regions; one for each text. */
export function joinedLines(image: GreyImage, byShape: readonly TextLine[], maps: readonly TextMap[]): TextLine[] {
  const shapes = byShape.map((line) => (maps.some((map) => agreed(map, line.ink) >= AGREED) ? line : doubted(line)));
  const lines: TextLine[] = [];
  for (const line of [...shapes, ...maps.flatMap((map) => regionLines(image, map))].sort((a, b) => b.score - a.score)) {
    const at = lines.findIndex((other) => isSameLine(other.ink, line.ink));
    if (at < 0) lines.push(line);
    else lines[at] = together(lines[at]!, line);
  }
  return lines;
}

const doubted = (line: TextLine): TextLine => ({ ...line, score: Math.min(line.score, CERTAIN - 0.5) });

/** The surer line, made longer by the other one: what stands beside text may be more of it. */
function together(sure: TextLine, other: TextLine): TextLine {
  const both = boxAround(sure.ink, other.ink);
  const ink = { ...sure.ink, x: both.x, width: both.width };
  return { ...sure, ...boxAround(sure, other), ink };
}

/** Whether two boxes overlap, or stand beside each other as words of one line do. */
function isSameLine(a: Box, b: Box): boolean {
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const [short, tall] = [Math.min(a.height, b.height), Math.max(a.height, b.height)];
  if (across <= 0) return -across <= BESIDE * short && down >= 0.6 * tall;
  return down >= 0.6 * short && tall <= 2.5 * short;
}

function regionLines(image: GreyImage, { cell, columns, data }: TextMap): TextLine[] {
  const levels = Uint8Array.from(data, (p) => Math.round(255 * p));
  const found = components(levels, levels, columns, 255 * LOW).filter(({ peak }) => peak >= 255 * HIGH);
  return joined(found).flatMap(({ x, y, width, height, mean }) => {
    const region = { x: x * cell, y: y * cell, width: width * cell, height: height * cell };
    const clipped = clipBox(grownBox(region, cell / 2), { rows: image.height, columns: image.width });
    if (clipped === null) return [];
    const bright = isBright(image, clipped);
    const score = mean >= 255 * SURE ? 2 * CERTAIN : CERTAIN - 0.5;
    const line = lineAround(tightened(image, clipped, bright));
    return { ...line, ...boxAround(line, grownBox(region, cell)), bright, score };
  });
}

/** The box of the letters in a region. */
function tightened(image: GreyImage, region: Box, bright: boolean): Box {
  const { letters } = lettersOf(croppedGrey(image, region, bright));
  const tall = letters.filter(({ height }) => height >= 3);
  if (tall.length === 0) return region;
  const { x, y, width, height } = tall.reduce<Box>(boxAround, tall[0]!);
  return { x: region.x + x, y: region.y + y, width, height };
}

/** Pieces that stand beside each other as one. */
function joined(regions: readonly Region[]): Region[] {
  const lines: Region[] = [];
  for (const region of [...regions].sort((a, b) => a.x - b.x)) {
    const at = lines.findIndex((line) => follows(line, region));
    const line = lines[at];
    if (line === undefined) lines.push(region);
    else lines[at] = { ...boxAround(line, region), mean: Math.max(line.mean, region.mean) };
  }
  return lines;
}

function follows(line: Box, next: Box): boolean {
  const shared = Math.min(line.y + line.height, next.y + next.height) - Math.max(line.y, next.y);
  const [short, tall] = [Math.min(line.height, next.height), Math.max(line.height, next.height)];
  return shared >= 0.6 * short && tall <= 2 * short && next.x - (line.x + line.width) <= GAP * tall;
}

/** Whether what is in a region is brighter on the whole than the rows just above and below it. */
function isBright({ width, height, data }: GreyImage, region: Box): boolean {
  const [above, below] = [Math.max(0, region.y - 1), Math.min(height - 1, region.y + region.height)];
  let sum = 0;
  for (let x = region.x; x < region.x + region.width; x++) {
    const behind = (data[above * width + x]! + data[below * width + x]!) / 2;
    for (let y = region.y; y < region.y + region.height; y++) sum += data[y * width + x]! - behind;
  }
  return sum >= 0;
}

/** Share of the cells in a box in which the network sees text. */
function agreed({ cell, columns, rows, data }: TextMap, box: Box): number {
  const [left, right] = [
    Math.max(0, Math.floor(box.x / cell)),
    Math.min(columns, Math.ceil((box.x + box.width) / cell)),
  ];
  const [top, bottom] = [Math.max(0, Math.floor(box.y / cell)), Math.min(rows, Math.ceil((box.y + box.height) / cell))];
  let [text, all] = [0, 0];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      all += 1;
      if (data[y * columns + x]! > LOW) text += 1;
    }
  return all === 0 ? 0 : text / all;
}
