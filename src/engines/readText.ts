// Reads words in grey pictures: tesseract.js with the bundled English data, offline, in a thread of its own.
import { createRequire } from 'node:module';
import path from 'node:path';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import { type Box, clipBox } from '../domain/pixels/boxes';
import type { GreyImage } from '../domain/pixels/greyImage';
import { pngOf } from './png';

export interface ReadLine {
  readonly text: string;
  /** 0 to 100. */
  readonly confidence: number;
}
export interface ReadWord extends ReadLine {
  readonly box: Box;
}
export interface TextReader {
  /** The line of text that stands in `box`, dark on light or light on dark. */
  line(image: GreyImage, box: Box, bright: boolean): Promise<ReadLine>;
  /** Words anywhere in the picture, light on dark when `bright`. */
  words(image: GreyImage, bright: boolean): Promise<ReadWord[]>;
  close(): Promise<void>;
}

/** Height of a line for which the recogniser was trained, in pixels. */
const LINE_HEIGHT = 48;
const MARGIN = 8;
const WHOLE_SCALE = 2;
/** Pixels of a whole picture that is read; a larger one is made smaller, and its lines are read one by one all the same. */
const MOST_PIXELS = 4e6;

/** Starts a reader; close it, or its thread keeps the program alive. What it reads stays in memory. */
export async function createTextReader(): Promise<TextReader> {
  const require = createRequire(import.meta.url);
  const data = path.dirname(require.resolve('@tesseract.js-data/eng/package.json'));
  const worker = await createWorker('eng', OEM.LSTM_ONLY, {
    langPath: path.join(data, '4.0.0_best_int'),
    cacheMethod: 'none',
    logger: () => {},
    errorHandler: () => {},
  });
  // Left to guess, the reader says on the console what it guessed.
  await worker.setParameters({ user_defined_dpi: '300' });
  return {
    line: async (image, box, bright) => readLine(worker, image, box, bright),
    words: async (image, bright) => readWords(worker, image, bright),
    close: async () => {
      await worker.terminate();
    },
  };
}

async function readLine(worker: Worker, image: GreyImage, box: Box, bright: boolean): Promise<ReadLine> {
  const clipped = clipBox(box, { rows: image.height, columns: image.width });
  if (clipped === null) return { text: '', confidence: 0 };
  const scale = Math.min(6, Math.max(0.5, LINE_HEIGHT / clipped.height));
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SINGLE_LINE });
  const { data } = await worker.recognize(enlarged(image, clipped, scale, bright));
  return { text: data.text.trim(), confidence: data.confidence };
}

async function readWords(worker: Worker, image: GreyImage, bright: boolean): Promise<ReadWord[]> {
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT });
  const scale = Math.min(WHOLE_SCALE, Math.sqrt(MOST_PIXELS / (image.width * image.height)));
  const whole = { x: 0, y: 0, width: image.width, height: image.height };
  const { data } = await worker.recognize(enlarged(image, whole, scale, bright), {}, { blocks: true });
  const words = (data.blocks ?? []).flatMap((block) =>
    block.paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words)),
  );
  return words.map(({ text, confidence, bbox }) => ({
    text,
    confidence,
    box: {
      x: (bbox.x0 - MARGIN) / scale,
      y: (bbox.y0 - MARGIN) / scale,
      width: (bbox.x1 - bbox.x0) / scale,
      height: (bbox.y1 - bbox.y0) / scale,
    },
  }));
}

/** A part of the picture, scaled with soft edges, dark on light with a margin. */
function enlarged({ width, height, data }: GreyImage, box: Box, scale: number, bright: boolean): Buffer {
  const [w, h] = [Math.round(box.width * scale) + 2 * MARGIN, Math.round(box.height * scale) + 2 * MARGIN];
  const paper = new Uint8Array(w * h).fill(255);
  for (let y = MARGIN; y < h - MARGIN; y++) {
    const fromY = Math.max(0, Math.min(height - 1, box.y + (y - MARGIN + 0.5) / scale - 0.5));
    for (let x = MARGIN; x < w - MARGIN; x++) {
      const fromX = Math.max(0, Math.min(width - 1, box.x + (x - MARGIN + 0.5) / scale - 0.5));
      const value = between(data, width, height, fromX, fromY);
      paper[y * w + x] = bright ? 255 - value : value;
    }
  }
  return Buffer.from(pngOf({ width: w, height: h, data: paper }));
}

/** The picture's value between four pixels. */
function between(data: Uint8Array, width: number, height: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [across, down] = [x - left, y - top];
  const above = data[top * width + left]! * (1 - across) + data[top * width + right]! * across;
  const below = data[bottom * width + left]! * (1 - across) + data[bottom * width + right]! * across;
  return Math.round(above * (1 - down) + below * down);
}
