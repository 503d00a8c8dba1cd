// How well burned-in text is found, judged and covered, on generated text over phantoms and, where they are, sample slices.
import type { Box } from '@/domain/pixels/boxes';
import { findTextLines } from '@/domain/pixels/textLines';
import { FoundTexts } from '@/engines/foundTexts';
import { createTextReader, type TextReader } from '@/engines/readText';
import { type TextImage, textImages } from './textImages';

const IMAGES = 150;
const SEED = 7;
/** A text counts as covered when this much of it is. */
const COVERED = 0.85;

interface Tally {
  found: number;
  of: number;
}

/** One line of figures. Needs a Chromium, which writes the text. */
export async function benchText(): Promise<object> {
  const images = await textImages(IMAGES, SEED);
  const reader = await createTextReader();
  const tallies = new Map<string, Tally>();
  const count = (name: string, good: boolean) => {
    const tally = tallies.get(name) ?? { found: 0, of: 0 };
    tallies.set(name, { found: tally.found + (good ? 1 : 0), of: tally.of + 1 });
  };
  const start = performance.now();
  for (const image of images) await oneImage(image, reader, count);
  const seconds = (performance.now() - start) / 1000;
  await reader.close();
  const share = (name: string) => {
    const { found, of } = tallies.get(name) ?? { found: 0, of: 0 };
    return of === 0 ? null : Number((found / of).toFixed(3));
  };
  return {
    bench: 'burnedInText',
    images: IMAGES,
    identifying12px: share('identifying, 12 px and more'),
    identifying10px: share('identifying, 10 px'),
    byBackground: Object.fromEntries(['black', 'US', 'CT', 'MR', 'sample'].map((kind) => [kind, share(kind)])),
    cleanFlagged: share('clean'),
    harmlessKept: share('harmless'),
    secondsPerImage: Number((seconds / IMAGES).toFixed(2)),
  };
}

async function oneImage(
  { kind, image, texts }: TextImage,
  reader: TextReader,
  count: (name: string, good: boolean) => void,
): Promise<void> {
  const found = new FoundTexts();
  await found.add(image, findTextLines(image), reader);
  const masked = found.boxes().flatMap(({ box, verdict }) => (verdict === 'harmless' ? [] : [box]));
  if (texts.length === 0) count('clean', masked.length > 0);
  for (const { box, size, identifying } of texts) {
    const part = coveredPart(box, masked);
    if (!identifying) count('harmless', part < 0.1);
    else {
      count(size >= 12 ? 'identifying, 12 px and more' : 'identifying, 10 px', part >= COVERED);
      count(kind, part >= COVERED);
    }
  }
}

function coveredPart({ x, y, width, height }: Box, boxes: readonly Box[]): number {
  let covered = 0;
  for (let py = y; py < y + height; py++)
    for (let px = x; px < x + width; px++)
      if (boxes.some((b) => px >= b.x && py >= b.y && px < b.x + b.width && py < b.y + b.height)) covered += 1;
  return covered / (width * height);
}
