// How well burned-in text is found, judged and covered, on generated text over phantoms and, where they are, sample slices; and how
// long it takes on a series.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DicomFile } from '@/domain/dicom/dataset';
import type { Box } from '@/domain/pixels/boxes';
import { findBurnedIn } from '@/engines/findBurnedIn';
import { FoundTexts } from '@/engines/foundTexts';
import { createTextReader, type TextReader } from '@/engines/readText';
import { layoutOf, native } from '../fixtures/images';
import { writeText } from '../fixtures/writtenText';
import { type TextImage, textImages } from './textImages';

const IMAGES = 150;
const SEED = 7;
/** What the lead is shown. */
const RECORD = join(import.meta.dirname, '../../src/domain/pixels/data/textFigures.json');
/** A text counts as covered when this much of it is, as kept when no more than that is. */
const COVERED = 0.85;
const TOUCHED = 0.1;
/** Somebody whose name is in none of the pictures. */
const NOBODY = { words: new Set(['silvester', 'hilde']), phrases: [], initials: new Set<string>() };

/** Counts of good ones and of all, by what they are of. */
class Shares {
  readonly #of = new Map<string, { good: number; all: number }>();

  count(name: string, good: boolean): void {
    const { good: before, all } = this.#of.get(name) ?? { good: 0, all: 0 };
    this.#of.set(name, { good: before + (good ? 1 : 0), all: all + 1 });
  }

  /** '96 of 97' of every name that begins so, without that beginning. */
  of(beginning: string): Record<string, string> {
    const own = [...this.#of].filter(([name]) => name.startsWith(beginning)).sort(([a], [b]) => a.localeCompare(b));
    return Object.fromEntries(own.map(([name, { good, all }]) => [name.slice(beginning.length), `${good} of ${all}`]));
  }

  share(name: string): number | null {
    const one = this.#of.get(name);
    return one === undefined ? null : Number((one.good / one.all).toFixed(3));
  }
}

/** One line of figures, kept for the lead's screen with --record. Needs a Chromium, which writes the text. */
export async function benchText(count = IMAGES, seed = SEED): Promise<object> {
  const images = await textImages(count, seed);
  const reader = await createTextReader();
  const shares = new Shares();
  const start = performance.now();
  for (const image of images) await oneImage(image, reader, shares);
  const seconds = (performance.now() - start) / 1000;
  await reader.close();
  const figures = {
    images: count,
    identifying12px: shares.share('identifying 12 px and more'),
    identifying10px: shares.share('identifying 10 px'),
    precision: shares.share('box'),
    cleanFlagged: shares.share('clean'),
    harmlessKept: shares.share('harmless'),
  };
  if (process.argv.includes('--record')) await writeFile(RECORD, `${JSON.stringify(figures, null, 2)}\n`);
  return {
    bench: 'burnedInText',
    ...figures,
    identifying: { ...shares.of('identifying '), ...shares.of('size '), ...shares.of('colour ') },
    identifyingByBackground: shares.of('on '),
    identifyingJudgedHarmless: shares.of('judged '),
    cleanFlaggedByBackground: shares.of('clean '),
    harmlessKeptBySize: shares.of('harmless '),
    secondsPerImage: Number((seconds / count).toFixed(2)),
  };
}

async function oneImage({ kind, image, texts }: TextImage, reader: TextReader, shares: Shares): Promise<void> {
  const found = new FoundTexts();
  found.know(NOBODY);
  await found.add(image, await reader.find(image), reader);
  const boxes = found.boxes();
  const masked = boxes.flatMap(({ box, verdict }) => (verdict === 'harmless' ? [] : [box]));
  const kept = boxes.flatMap(({ box, verdict }) => (verdict === 'harmless' ? [box] : []));
  if (texts.length === 0) for (const name of ['clean', `clean ${kind}`]) shares.count(name, masked.length > 0);
  for (const box of masked)
    shares.count(
      'box',
      texts.some((text) => coveredPart(text.box, [box]) > TOUCHED),
    );
  for (const { box, size, identifying, dark } of texts) {
    const part = coveredPart(box, masked);
    const sizes = size >= 12 ? '12 px and more' : '10 px';
    if (!identifying) {
      for (const name of ['harmless', `harmless ${sizes}`]) shares.count(name, part < TOUCHED);
      continue;
    }
    const names = [`identifying ${sizes}`, `size ${size} px`, `colour ${dark ? 'dark' : 'light'}`, `on ${kind}`];
    for (const name of names) shares.count(name, part >= COVERED);
    shares.count('judged all', part < COVERED && coveredPart(box, kept) > 0.5);
  }
}

function coveredPart({ x, y, width, height }: Box, boxes: readonly Box[]): number {
  let covered = 0;
  for (let py = y; py < y + height; py++)
    for (let px = x; px < x + width; px++)
      if (boxes.some((b) => px >= b.x && py >= b.y && px < b.x + b.width && py < b.y + b.height)) covered += 1;
  return covered / (width * height);
}

const SLICES = 300;
const SIDE = 512;

/** A series of 300 slices of 512 x 512, all different, a name on all and the slice's number on each. */
export async function benchTextSeries(): Promise<object> {
  const start = performance.now();
  const { plan } = await findBurnedIn(
    SLICES,
    async (index) => slice(index),
    () => NOBODY,
  );
  const seconds = (performance.now() - start) / 1000;
  const boxes = plan.reduce((sum, size) => sum + size.boxes.length, 0);
  return {
    bench: 'burnedInSeries',
    slices: SLICES,
    pixels: `${SIDE}x${SIDE}`,
    boxes,
    seconds: Number(seconds.toFixed(1)),
  };
}

function slice(index: number): DicomFile {
  const layout = layoutOf({ rows: SIDE, columns: SIDE, bitsAllocated: 8, bitsStored: 8 });
  let seed = index + 1;
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const [x, y] = [(i % SIDE) - SIDE / 2, Math.floor(i / SIDE) - SIDE / 2];
    const inside = Math.hypot(x, y * 1.2) < 200 - Math.abs(index - SLICES / 2) / 2;
    return (inside ? 80 + 40 * Math.sin((x + index) / 23) * Math.cos(y / 31) : 6) + (seed >>> 28);
  });
  const paint = (x: number, y: number) => {
    pixels[y * SIDE + x] = 255;
  };
  writeText('KOWALCZYK ANNA', 12, 12, 2, paint);
  writeText(`IM ${index + 1}`, 440, 490, 2, paint);
  return native(layout, pixels);
}
