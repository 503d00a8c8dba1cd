// Fits src/domain/pixels/data/textScore.json to generated text: `node --import tsx test/bench/fitTextScore.ts`. The pictures'
// seed is another one than the bench's.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '@/domain/phantom/random';
import { type Box, boxAround } from '@/domain/pixels/boxes';
import { glyphRows } from '@/domain/pixels/glyphRows';
import { textImages } from './textImages';

const HIDDEN = 10;
const STEPS = 4000;
const DECAY = 1e-4;

interface Example {
  readonly x: readonly number[];
  readonly y: 0 | 1;
}

async function examples(): Promise<Example[]> {
  const found: Example[] = [];
  for (const { image, texts } of await textImages(600, 20_261))
    for (const bright of [true, false]) {
      const picture = bright ? image : { ...image, data: image.data.map((value) => 255 - value) };
      for (const { row, features } of glyphRows(picture)) {
        const box = row.reduce<Box>(boxAround, row[0]!);
        const share = Math.max(0, ...texts.map((text) => shared(box, text.box)));
        // A row half on text teaches nothing.
        if (share < 0.05 || share > 0.4) found.push({ x: features, y: bright && share > 0.4 ? 1 : 0 });
      }
    }
  return found;
}

/** How much of a box lies in another. */
function shared(box: Box, other: Box): number {
  const width = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
  const height = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
  return width > 0 && height > 0 ? (width * height) / (box.width * box.height) : 0;
}

function moments(list: readonly Example[]): { mean: number[]; deviation: number[] } {
  const mean = list[0]!.x.map((_, i) => list.reduce((sum, { x }) => sum + x[i]!, 0) / list.length);
  const deviation = mean.map(
    (m, i) => Math.sqrt(list.reduce((sum, { x }) => sum + (x[i]! - m) ** 2, 0) / list.length) || 1,
  );
  return { mean, deviation };
}

/** Adam over batches of 256; parameters in one row: hidden weights and bias of each unit, then output weights, then its bias. */
function fit(list: readonly Example[], width: number): number[] {
  const random = seededRandom(11);
  const count = HIDDEN * (width + 1) + HIDDEN + 1;
  const weights = Array.from({ length: count }, () => (random() - 0.5) * 0.6);
  const [first, second] = [new Float64Array(count), new Float64Array(count)];
  for (let step = 1; step <= STEPS; step++) {
    const gradient = new Float64Array(count);
    for (let n = 0; n < 256; n++) addGradient(list[Math.floor(random() * list.length)]!, weights, width, gradient);
    const rate = 0.01 * (1 - step / STEPS) + 1e-4;
    for (let i = 0; i < count; i++) {
      const slope = gradient[i]! / 256 + DECAY * weights[i]!;
      first[i] = 0.9 * first[i]! + 0.1 * slope;
      second[i] = 0.999 * second[i]! + 0.001 * slope * slope;
      weights[i]! -= (rate * (first[i]! / (1 - 0.9 ** step))) / (Math.sqrt(second[i]! / (1 - 0.999 ** step)) + 1e-8);
    }
  }
  return weights;
}

function addGradient({ x, y }: Example, weights: readonly number[], width: number, gradient: Float64Array): void {
  const out = HIDDEN * (width + 1);
  const units = Array.from({ length: HIDDEN }, (_, unit) => {
    const at = unit * (width + 1);
    return Math.tanh(x.reduce((sum, value, i) => sum + value * weights[at + i]!, weights[at + width]!));
  });
  const score = units.reduce((sum, unit, i) => sum + unit * weights[out + i]!, weights[out + HIDDEN]!);
  const error = 1 / (1 + Math.exp(-score)) - y;
  gradient[out + HIDDEN]! += error;
  for (const [unit, value] of units.entries()) {
    gradient[out + unit]! += error * value;
    const back = error * weights[out + unit]! * (1 - value * value);
    const at = unit * (width + 1);
    for (let i = 0; i < width; i++) gradient[at + i]! += back * x[i]!;
    gradient[at + width]! += back;
  }
}

const list = await examples();
const { mean, deviation } = moments(list);
const width = mean.length;
const weights = fit(
  list.map(({ x, y }) => ({ x: x.map((value, i) => (value - mean[i]!) / deviation[i]!), y })),
  width,
);
const rounded = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(6)));
const units = Array.from({ length: HIDDEN }, (_, unit) => weights.slice(unit * (width + 1), (unit + 1) * (width + 1)));
const model = {
  mean: rounded(mean),
  deviation: rounded(deviation),
  hidden: units.map((unit) => rounded(unit.slice(0, width))),
  hiddenBias: rounded(units.map((unit) => unit[width]!)),
  output: rounded(weights.slice(HIDDEN * (width + 1), -1)),
  outputBias: rounded(weights.slice(-1))[0],
};
writeFileSync(
  join(import.meta.dirname, '../../src/domain/pixels/data/textScore.json'),
  `${JSON.stringify(model, null, 2)}\n`,
);
console.log(JSON.stringify({ rows: list.length, text: list.filter(({ y }) => y === 1).length }));
