// Looks for burned-in text in every frame of a series and in its projections, reads what it finds, and plans what to black out.
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { KnownIdentifiers } from '../domain/deid/identifiers';
import type { DicomFile } from '../domain/dicom/dataset';
import { type Box, clipBox } from '../domain/pixels/boxes';
import { type GreyImage, greyImage } from '../domain/pixels/greyImage';
import { paletteGreys } from '../domain/pixels/imageFacts';
import type { PixelPlan } from '../domain/pixels/plan';
import { Projections } from '../domain/pixels/projections';
import type { RegionRule } from '../domain/pixels/regionRules';
import { SizeRegions } from '../domain/pixels/sizeRegions';
import { FoundTexts } from './foundTexts';
import { openPixels } from './framePixels';
import { createTextReader, type TextReader } from './readText';

export interface BurnedInSeries {
  readonly plan: PixelPlan;
  /** For each size of the plan: all its frames laid over each other, and those in which text was found. No text is blacked out in them. */
  readonly pictures: readonly {
    readonly brightest: GreyImage;
    readonly darkest: GreyImage;
    readonly mean: GreyImage;
    readonly telling: readonly TellingFrame[];
  }[];
}

/** A frame with text in a place where none before it had any, or worse. */
interface TellingFrame {
  /** Counted from 0 among the frames of its size. */
  readonly frame: number;
  readonly image: GreyImage;
}

interface SameSize {
  readonly rows: number;
  readonly columns: number;
  readonly projections: Projections;
  readonly seen: Set<string>;
  readonly texts: FoundTexts;
  /** What is black, kept or cut off whatever is found. */
  readonly regions: SizeRegions;
  readonly telling: TellingFrame[];
  frames: number;
}

/** Words that the reader finds by itself, without a line having been found around them, need this much confidence. */
const WORD_CONFIDENCE = 60;
const SHORTEST_WORD = 3;
/** Frames of one size that are kept for a person to look at, and pixels of all of them together. */
const MOST_TELLING = 12;
const MOST_TELLING_PIXELS = 24e6;

interface Look {
  readonly rules: readonly RegionRule[];
  readonly reader: TextReader;
  readonly sizes: Map<string, SameSize>;
  readonly signal: AbortSignal | undefined;
}
export interface LookOptions {
  /** The profile's rules about places in pictures: they come before everything that is found. */
  readonly rules?: readonly RegionRule[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void | Promise<void>;
}

/**
 * Looks at every frame of every file. Equal frames are looked at once.
 * @param load gives file `index` of `count`; files are held one at a time
 * @param knownOf identifiers of a file, which no text may hold
 * @throws DomainError UNREADABLE | UNSUPPORTED when one frame of one file cannot be looked at: then nothing of the series may go on
 */
export async function findBurnedIn(
  count: number,
  load: (index: number) => Promise<DicomFile>,
  knownOf: (file: DicomFile) => KnownIdentifiers,
  { rules = [], signal, onProgress }: LookOptions = {},
): Promise<BurnedInSeries> {
  const reader = await createTextReader();
  try {
    const sizes = new Map<string, SameSize>();
    const look: Look = { rules, reader, sizes, signal };
    for (let index = 0; index < count; index++) {
      const file = await load(index);
      await lookAtFile(file, knownOf(file), look);
      await onProgress?.(index + 1);
    }
    for (const size of sizes.values()) await lookAtProjections(size, reader);
    return planOf([...sizes.values()]);
  } finally {
    await reader.close();
  }
}

async function lookAtFile(
  file: DicomFile,
  known: KnownIdentifiers,
  { rules, reader, sizes, signal }: Look,
): Promise<void> {
  const pixels = openPixels(file);
  const { rows, columns, frames } = pixels.layout;
  const key = `${rows}x${columns}`;
  const size = sizes.get(key) ?? emptySize(rows, columns, rules);
  sizes.set(key, size);
  size.texts.know(known);
  const black = size.regions.add(file);
  const palette = pixels.layout.photometric === 'PALETTE COLOR' ? paletteGreys(file) : null;
  for (let frame = 0; frame < frames; frame++) {
    signal?.throwIfAborted();
    const { bytes, layout } = await pixels.frame(frame);
    size.frames += 1;
    const digest = createHash('sha1').update(bytes).digest('base64');
    if (size.seen.has(digest)) continue;
    size.seen.add(digest);
    const image = blanked(greyImage(bytes, layout, palette), black(size.frames - 1));
    size.projections.add(image);
    const anew = await size.texts.add(image, await reader.find(image), reader);
    if (anew && room(size)) size.telling.push({ frame: size.frames - 1, image });
    await setImmediate();
  }
}

function room({ telling, rows, columns }: SameSize): boolean {
  return telling.length < MOST_TELLING && (telling.length + 1) * rows * columns <= MOST_TELLING_PIXELS;
}

function emptySize(rows: number, columns: number, rules: readonly RegionRule[]): SameSize {
  const regions = new SizeRegions(rules, { rows, columns });
  const projections = new Projections(columns, rows);
  return { rows, columns, projections, seen: new Set(), texts: new FoundTexts(), regions, telling: [], frames: 0 };
}

/** What will be blacked out anyway needs no reading. */
function blanked(image: GreyImage, boxes: readonly Box[]): GreyImage {
  for (const { x, y, width, height } of boxes)
    for (let row = y; row < y + height; row++) image.data.fill(0, row * image.width + x, row * image.width + x + width);
  return image;
}

async function lookAtProjections({ projections, texts }: SameSize, reader: TextReader): Promise<void> {
  const brightest = projections.brightest();
  const images = projections.count > 1 ? [brightest, projections.darkest(), projections.mean()] : [brightest];
  if (projections.count > 1) for (const image of images) await texts.add(image, await reader.find(image), reader);
  for (const bright of [true, false]) {
    const words = await reader.words(bright ? brightest : projections.darkest(), bright);
    const telling = words.filter(
      ({ text, confidence }) =>
        confidence >= WORD_CONFIDENCE && (text.match(/[\p{L}\p{N}]/gu) ?? []).length >= SHORTEST_WORD,
    );
    for (const { box, text, confidence } of telling) texts.addRead(box, text, confidence);
  }
}

function planOf(sizes: readonly SameSize[]): BurnedInSeries {
  const plan = sizes.map(sizePlan);
  const pictures = sizes.map(({ projections, telling }) => ({
    brightest: projections.brightest(),
    darkest: projections.darkest(),
    mean: projections.mean(),
    // Of one image there is nothing to lay over each other: it is the projection.
    telling: projections.count > 1 ? telling : [],
  }));
  return { plan, pictures };
}

function sizePlan({ rows, columns, frames, texts, regions }: SameSize): PixelPlan[number] {
  const crop = regions.crop();
  const found = texts.boxes().flatMap(({ box, verdict }) => {
    const clipped = clipBox(box, { rows, columns });
    return clipped === null ? [] : [{ ...clipped, verdict: regions.judged(clipped, verdict) }];
  });
  const boxes = [...regions.boxes(frames), ...found];
  return { rows, columns, frames, boxes, ...(crop === null ? {} : { crop }) };
}
