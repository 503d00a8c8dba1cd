// Components that could be letters, the rows they stand in, and what tells a row of letters from a row of anything else.
import { type Box, boxAround } from './boxes';
import { type Component, components } from './components';
import type { GreyImage } from './greyImage';
import { topHat } from './morphology';

export type GlyphRow = readonly Component[];

/** Strokes up to this many pixels thick stand out of the top-hat. */
export const STROKE = 9;
/** Contrasts at which a picture is cut into components. */
const THRESHOLDS = [36, 80, 140];
const SMALLEST = 5;
const TALLEST = 40;
const FEWEST = 3;

export interface FoundRow {
  readonly row: GlyphRow;
  /** The numbers by which it is judged. */
  readonly features: readonly number[];
  /** Everything that stands out at the same contrast, dots and dashes too. */
  readonly around: readonly Component[];
}

/** Rows of bright letters at each of the contrasts. */
export function glyphRows(picture: GreyImage): FoundRow[] {
  const hat = topHat(picture, STROKE);
  return THRESHOLDS.flatMap((threshold) => {
    const around = components(hat, picture.data, picture.width, threshold);
    const rows = rowsOf(around.filter(isGlyph)).filter((row) => row.length >= FEWEST);
    return rows.map((row) => ({ row, features: featuresOf(row, picture, hat, threshold), around }));
  });
}

/** A row with what continues it at either end in the same colour, whatever broke it there. */
export function continued(row: GlyphRow, around: readonly Component[]): Box {
  const tall = tallOf(row);
  const peak = median(row.map((glyph) => glyph.peak));
  let box = row.reduce<Box>(boxAround, row[0]!);
  const near = around.filter((one) => {
    const shared = Math.min(one.y + one.height, box.y + box.height) - Math.max(one.y, box.y);
    return shared >= 0.5 * one.height && one.height <= 1.5 * tall && Math.abs(one.peak - peak) <= 0.12 * peak;
  });
  for (let grew = true; grew; ) {
    grew = false;
    for (const one of near) {
      const gap = Math.max(one.x - (box.x + box.width), box.x - (one.x + one.width));
      if (gap < 0 || gap > 1.6 * tall) continue;
      box = boxAround(box, one);
      grew = true;
    }
  }
  return box;
}

function isGlyph({ width, height, area }: Component): boolean {
  if (height < SMALLEST || height > TALLEST || width > 3 * TALLEST) return false;
  return area >= SMALLEST && area >= 0.1 * width * height && width <= 12 * height;
}

/** Glyphs that stand beside each other, from left to right. */
function rowsOf(glyphs: readonly Component[]): Component[][] {
  const open = [...glyphs].sort((a, b) => a.x - b.x);
  const used = new Set<Component>();
  const rows: Component[][] = [];
  for (const [index, first] of open.entries()) {
    if (used.has(first)) continue;
    const row = [first];
    for (let i = index + 1; i < open.length; i++) {
      const [last, next] = [row.at(-1)!, open[i]!];
      if (next.x > last.x + last.width + GAP * TALLEST) break;
      if (used.has(next) || !follows(last, next)) continue;
      row.push(next);
      used.add(next);
    }
    rows.push(row);
  }
  return rows;
}

/** Widest gap in a row by its height: a colon, which is no glyph of its own, and a space. */
const GAP = 2;

function follows(last: Component, next: Component): boolean {
  const tall = Math.max(last.height, next.height);
  if (next.x - (last.x + last.width) > GAP * tall) return false;
  const shared = Math.min(last.y + last.height, next.y + next.height) - Math.max(last.y, next.y);
  const short = Math.min(last.height, next.height);
  if (shared < 0.5 * short || tall > 2.2 * short) return false;
  return Math.abs(last.peak - next.peak) <= 0.2 * Math.max(last.peak, next.peak);
}

/** The height of a row's tall letters. */
export function tallOf(row: GlyphRow): number {
  const heights = row.map(({ height }) => height).sort((a, b) => a - b);
  return heights[Math.floor(0.75 * (heights.length - 1))]!;
}

/** Text is of one colour and one thickness, flat inside, sharp at its edges, and stands on a line. */
function featuresOf(row: GlyphRow, picture: GreyImage, hat: Uint8Array, threshold: number): number[] {
  const tall = tallOf(row);
  const strokes = row.map(({ area, width, height }) => area / (width + height));
  const peaks = spread(row.map(({ peak }) => peak));
  const bottoms = row.map(({ y, height }) => y + height);
  const baseline = median(bottoms);
  const onLine = bottoms.filter((bottom) => Math.abs(bottom - baseline) <= 1 + 0.12 * tall).length / row.length;
  const inside = row.map((glyph) => flatness(glyph, picture, hat, threshold));
  const flats = inside.map(({ flat }) => flat);
  return [
    peaks,
    peaks < 0.004 ? 1 : 0,
    median(flats),
    Math.min(...flats),
    median(inside.map(({ edge }) => edge)),
    median(row.map(({ area, width, height }) => area / (width * height))),
    Math.log(row.length),
    onLine,
    spread(strokes),
    median(strokes) / tall,
    spread(row.map(({ height }) => height)),
    spread(row.map(({ mean }) => mean)),
    Math.min(200, median(row.map(({ mean }) => mean))) / 100,
    Math.log(tall),
  ];
}

/** How much of a glyph is as bright as its peak, and how steeply it falls off at its outline, by its contrast. */
function flatness(glyph: Component, { data, width }: GreyImage, hat: Uint8Array, threshold: number) {
  let [pixels, flat, edges, fall] = [0, 0, 0, 0];
  for (let y = glyph.y; y < glyph.y + glyph.height; y++) {
    for (let at = y * width + glyph.x, end = at + glyph.width; at < end; at++) {
      if (hat[at]! <= threshold) continue;
      pixels += 1;
      const value = data[at]!;
      if (value >= glyph.peak - 0.15 * glyph.mean) flat += 1;
      for (const beside of [at + 1, at - 1, at + width, at - width]) {
        if ((hat[beside] ?? 255) > threshold) continue;
        fall += value - data[beside]!;
        edges += 1;
      }
    }
  }
  return { flat: flat / pixels, edge: edges === 0 ? 0 : fall / edges / glyph.mean };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** Standard deviation by mean. */
function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return mean === 0 ? 0 : Math.sqrt(square) / mean;
}
