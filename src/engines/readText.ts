// Finds and reads text in grey pictures: our own network and shapes find lines, tesseract.js reads them with the bundled English
// data, offline. Both work in threads of their own.
import { createRequire } from 'node:module';
import path from 'node:path';
import { createWorker, OEM, type Page, PSM, type Worker } from 'tesseract.js';
import { type Box, boxAround, clipBox } from '../domain/pixels/boxes';
import { croppedGrey, type GreyImage, halved } from '../domain/pixels/greyImage';
import { inkOf } from '../domain/pixels/inkOf';
import { findTextLines, type TextLine } from '../domain/pixels/textLines';
import { joinedLines } from '../domain/pixels/textRegions';
import { packageRoot } from './packageRoot';
import { pngOf } from './png';
import { createTextModel, type TextModel } from './textModel';

export interface ReadText {
  readonly text: string;
  /** 0 to 100. */
  readonly confidence: number;
  /** Around what was read. */
  readonly box: Box;
}
/** How a line is read. */
export interface Way {
  /** The letters alone, without what stands behind them. */
  readonly alone: boolean;
  /** Height in pixels to which the line is enlarged. */
  readonly tall: number;
}

export interface TextReader {
  /** Lines of text that the picture may hold. */
  find(image: GreyImage): Promise<TextLine[]>;
  /** The line of text that stands in `box`, dark on light or light on dark. */
  line(image: GreyImage, box: Box, bright: boolean, way: Way): Promise<ReadText>;
  /** Words anywhere in the picture, light on dark when `bright`. */
  words(image: GreyImage, bright: boolean): Promise<ReadText[]>;
  close(): Promise<void>;
}

const MARGIN = 8;
/** Sides of a picture below which half its size shows no text. */
const SMALLEST = 32;
const WHOLE_SCALE = 2;
/** Pixels of a whole picture that is read; a larger one is made smaller, and its lines are read one by one all the same. */
const MOST_PIXELS = 4e6;

/** Starts a reader; close it, or its thread keeps the program alive. What it reads stays in memory. */
export async function createTextReader(): Promise<TextReader> {
  const require = createRequire(import.meta.url);
  const data = path.dirname(require.resolve('@tesseract.js-data/eng/package.json'));
  const model = await createTextModel(path.join(packageRoot(), 'models', 'text'));
  const worker = await createWorker('eng', OEM.LSTM_ONLY, {
    langPath: path.join(data, '4.0.0_best_int'),
    cacheMethod: 'none',
    logger: () => {},
    errorHandler: () => {},
  });
  // Left to guess, the reader says on the console what it guessed.
  await worker.setParameters({ user_defined_dpi: '300' });
  return {
    find: (image) => findLines(model, image),
    line: (image, box, bright, way) => readLine(worker, image, box, bright, way),
    words: (image, bright) => readWords(worker, image, bright),
    close: async () => {
      await Promise.all([worker.terminate(), model.dispose()]);
    },
  };
}

/** By the network at full and at half size, and, while its thread is at work, by shape. */
async function findLines(model: TextModel, image: GreyImage): Promise<TextLine[]> {
  const half = halved(image);
  const asked = [model.map(image), ...(Math.min(half.width, half.height) < SMALLEST ? [] : [model.map(half)])];
  const answers = Promise.all(asked);
  answers.catch(() => {});
  const byShape = findTextLines(image);
  const maps = (await answers).map((map, n) => ({ ...map, cell: (n + 1) * map.cell }));
  return joinedLines(image, byShape, maps);
}

async function readLine(worker: Worker, image: GreyImage, box: Box, bright: boolean, way: Way): Promise<ReadText> {
  const clipped = clipBox(box, { rows: image.height, columns: image.width });
  if (clipped === null) return { text: '', confidence: 0, box };
  const scale = Math.min(6, Math.max(0.5, way.tall / clipped.height));
  const part = croppedGrey(image, clipped, bright);
  const ink = way.alone ? inkOf(part) : { paper: negative(part), tone: asItIs };
  if (ink === null) return { text: '', confidence: 0, box };
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SINGLE_LINE });
  const { data } = await worker.recognize(enlarged(ink.paper, scale, ink.tone), {}, { text: true, blocks: true });
  const boxes = wordsOf(data, scale).map((word) => word.box);
  const around = boxes.length === 0 ? { x: 0, y: 0, width: 0, height: 0 } : boxes.reduce(boxAround);
  const read = { ...around, x: clipped.x + around.x, y: clipped.y + around.y };
  return { text: data.text.trim(), confidence: data.confidence, box: read };
}

async function readWords(worker: Worker, image: GreyImage, bright: boolean): Promise<ReadText[]> {
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT });
  const scale = Math.min(WHOLE_SCALE, Math.sqrt(MOST_PIXELS / (image.width * image.height)));
  const paper = bright ? negative(image) : image;
  const { data } = await worker.recognize(enlarged(paper, scale, asItIs), {}, { blocks: true });
  return wordsOf(data, scale);
}

function wordsOf({ blocks }: Page, scale: number): ReadText[] {
  const lines = (blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
  return lines
    .flatMap((line) => line.words)
    .map(({ text, confidence, bbox }) => ({
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

const asItIs = (value: number) => value;
const negative = (image: GreyImage): GreyImage => ({ ...image, data: image.data.map((value) => 255 - value) });

/** A picture of dark letters, scaled with soft edges, with a white margin. */
function enlarged({ width, height, data }: GreyImage, scale: number, tone: (value: number) => number): Buffer {
  const [w, h] = [Math.round(width * scale) + 2 * MARGIN, Math.round(height * scale) + 2 * MARGIN];
  const paper = new Uint8Array(w * h).fill(255);
  for (let y = MARGIN; y < h - MARGIN; y++) {
    const fromY = Math.max(0, Math.min(height - 1, (y - MARGIN + 0.5) / scale - 0.5));
    for (let x = MARGIN; x < w - MARGIN; x++) {
      const fromX = Math.max(0, Math.min(width - 1, (x - MARGIN + 0.5) / scale - 0.5));
      paper[y * w + x] = tone(between(data, width, height, fromX, fromY));
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
