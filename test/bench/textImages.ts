// Pictures with and without burned-in text for the detector: phantoms and, where they are, slices of the samples, with names,
// dates and ids written on them by Chromium in several fonts, sizes and greys.
import { chromium } from '@playwright/test';
import { headPhantom } from '@/domain/phantom/head';
import { seededRandom } from '@/domain/phantom/random';
import type { Box } from '@/domain/pixels/boxes';
import { type GreyImage, greyImage } from '@/domain/pixels/greyImage';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { sampleFiles } from '../samples';

export interface WrittenText {
  readonly text: string;
  readonly identifying: boolean;
  /** Font size in pixels. */
  readonly size: number;
  readonly box: Box;
}
export interface TextImage {
  readonly kind: string;
  readonly image: GreyImage;
  readonly texts: readonly WrittenText[];
}
interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly alpha: Uint8Array;
}

const FONTS = [
  'DejaVu Sans',
  'DejaVu Sans Mono',
  'Liberation Sans',
  'Liberation Serif',
  'Liberation Mono',
  'Noto Mono',
];
const SIZES = [10, 10, 12, 12, 14, 16, 18, 20, 24, 28, 32, 40, 48];
/** White, light grey, grey, and yellow as it looks in grey. */
const SHADES = [255, 235, 200, 170, 226];
const NAMES = [
  'Grünwäldt, Bożena',
  'KOWALCZYK^ANNA',
  'Smith John',
  'Oddsdottir R',
  'Urrutikoetxea M',
  'Dr. Brackenridge',
];
const HARMLESS = [
  'L',
  'R',
  'Depth 12 cm',
  '5 MHz',
  'MI 0.8',
  'TIS 0.4',
  'AP',
  'Gain 52 %',
  'LONG',
  'kV 120',
  '3.2 mm',
  'FR 24 Hz',
];

/** The same pictures for the same seed; every third has no text. Needs a Chromium. */
export async function textImages(count: number, seed: number): Promise<TextImage[]> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const wanted = Array.from({ length: count * 3 }, () => ({
    ...someText(random, pick),
    font: pick(FONTS),
    size: pick(SIZES),
  }));
  const drawn = await draw(wanted);
  const backgrounds = await makeBackgrounds(random);
  let next = 0;
  return Array.from({ length: count }, (_, n) => {
    const { kind, image } = pick(backgrounds)(random);
    const texts: WrittenText[] = [];
    for (let line = 0; n % 3 !== 0 && line < 3; line++) {
      const index = next++;
      const written = write(image, drawn[index]!, texts, random, pick(SHADES));
      if (written !== null) texts.push({ ...wanted[index]!, box: written });
    }
    return { kind, image, texts };
  });
}

function someText(random: () => number, pick: <T>(list: readonly T[]) => T): { text: string; identifying: boolean } {
  const digits = (n: number) => String(Math.floor(random() * 10 ** n)).padStart(n, '0');
  const two = (most: number) => String(1 + Math.floor(random() * most)).padStart(2, '0');
  const kind = random();
  if (kind < 0.3) return { text: pick(NAMES), identifying: true };
  if (kind < 0.45) return { text: `${two(28)}/${two(12)}/19${digits(2)}`, identifying: true };
  if (kind < 0.55) return { text: `20${two(24)}-${two(12)}-${two(28)}`, identifying: true };
  if (kind < 0.65) return { text: `ID: ${digits(7)}`, identifying: true };
  if (kind < 0.75) return { text: `MRN${digits(6)}`, identifying: true };
  if (kind < 0.8) return { text: pick(['Lindenweiler Infirmary', 'St. Gontran Hospital']), identifying: true };
  return { text: pick(HARMLESS), identifying: false };
}

async function draw(wanted: readonly { text: string; font: string; size: number }[]): Promise<Drawn[]> {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
  try {
    const page = await browser.newPage();
    const drawn = await page.evaluate((texts) => {
      const canvas = document.createElement('canvas');
      return texts.map(({ text, font, size }) => {
        Object.assign(canvas, { width: size * text.length + 8, height: 2 * size });
        const context = canvas.getContext('2d', { willReadFrequently: true })!;
        context.font = `${size}px "${font}"`;
        context.textBaseline = 'middle';
        context.fillText(text, 4, size);
        const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
        const alpha = Array.from({ length: width * height }, (_, i) => data[4 * i + 3]!);
        return { width, height, alpha: btoa(String.fromCharCode(...alpha)) };
      });
    }, wanted);
    return drawn.map((one) => cropped({ ...one, alpha: new Uint8Array(Buffer.from(one.alpha, 'base64')) }));
  } finally {
    await browser.close();
  }
}

function cropped({ width, alpha }: Drawn): Drawn {
  const inked = [...alpha.keys()].filter((i) => alpha[i]! > 40);
  const xs = inked.map((i) => i % width);
  const ys = inked.map((i) => Math.floor(i / width));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = { width: right - left + 1, height: bottom - top + 1 };
  const cut = Uint8Array.from({ length: size.width * size.height }, (_, i) => {
    return alpha[(top + Math.floor(i / size.width)) * width + left + (i % size.width)]!;
  });
  return { ...size, alpha: cut };
}

/** Writes a text where there is room; null where there is none, or where it could hardly be seen. */
function write(
  { width, height, data }: GreyImage,
  text: Drawn,
  others: readonly WrittenText[],
  random: () => number,
  shade: number,
): Box | null {
  const room = { x: width - text.width - 6, y: height - text.height - 6 };
  if (room.x < 4 || room.y < 4) return null;
  const box = {
    x: 3 + Math.floor(random() * room.x),
    y: 3 + Math.floor(random() * room.y),
    width: text.width,
    height: text.height,
  };
  const near = others.some(
    ({ box: other }) => box.y - 12 < other.y + other.height && other.y < box.y + box.height + 12,
  );
  if (near) return null;
  const places = text.alpha.map((_, i) => i).length;
  let behind = 0;
  const at = (i: number) => (box.y + Math.floor(i / text.width)) * width + box.x + (i % text.width);
  for (let i = 0; i < places; i++) behind += data[at(i)]! / places;
  if (shade - behind < 60) return null;
  for (let i = 0; i < places; i++)
    data[at(i)] = Math.round(data[at(i)]! + ((shade - data[at(i)]!) * text.alpha[i]!) / 255);
  return box;
}

type Background = (random: () => number) => { kind: string; image: GreyImage };

async function makeBackgrounds(random: () => number): Promise<Background[]> {
  const heads = (['t1', 'ct'] as const).map((contrast) => head(contrast, 1 + Math.floor(random() * 1000)));
  const samples = await sampleSlices();
  const sample: Background = (draw) => ({ kind: 'sample', image: copy(samples[Math.floor(draw() * samples.length)]!) });
  const black: Background = () => ({
    kind: 'black',
    image: { width: 512, height: 400, data: new Uint8Array(512 * 400) },
  });
  return [black, speckle, speckle, ...heads, ...(samples.length > 0 ? [sample, sample] : [])];
}

const copy = (image: GreyImage): GreyImage => ({ ...image, data: image.data.slice() });

/** A sector of speckle, as ultrasound shows it: smoothed Rayleigh noise, log compressed. */
const speckle: Background = (random) => {
  const [width, height] = [512, 400];
  const grain = 1 + Math.floor(random() * 3);
  const coarse = Float64Array.from({ length: Math.ceil(width / grain) * Math.ceil(height / grain) }, () =>
    Math.sqrt(-2 * Math.log(1 - random())),
  );
  const columns = Math.ceil(width / grain);
  const gain = 60 + random() * 60;
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inSector = Math.abs(Math.atan2(x - width / 2, y + 40)) < 0.7 && Math.hypot(x - width / 2, y + 40) < height;
    const near = coarse[Math.floor(y / grain) * columns + Math.floor(x / grain)]!;
    const shade = 0.6 + 0.4 * Math.sin(x / 37) * Math.cos(y / 29);
    return inSector ? Math.min(255, gain * shade * near ** 0.7) : 0;
  });
  return { kind: 'US', image: { width, height, data } };
};

function head(contrast: 't1' | 'ct', seed: number): Background {
  const dims = [200, 240, 24] as const;
  const voxels = headPhantom({ dims, spacingMm: [1, 1, 8], contrast, seed });
  const [low, high] = contrast === 'ct' ? [-1000, 1300] : [0, 900];
  return (random) => {
    const z = 4 + Math.floor(random() * 18);
    const [width, height] = [400, 480];
    const noise = 4 + random() * 10;
    const data = Uint8Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [(i % width) >> 1, Math.floor(i / width) >> 1];
      const value = voxels[(z * 240 + y) * 200 + x]!;
      return Math.max(0, Math.min(255, (255 * (value - low)) / (high - low) + noise * (random() + random() - 1)));
    });
    return { kind: contrast === 'ct' ? 'CT' : 'MR', image: { width, height, data } };
  };
}

async function sampleSlices(): Promise<GreyImage[]> {
  const folders = ['series', 'dicom/mr_deidentified_series', 'dicom/pydicom/dicomdirtests'];
  const paths = sampleFiles('series').concat(sampleFiles('dicom/mr_deidentified_series').slice(0, 6));
  const slices: GreyImage[] = [];
  for (const path of paths.filter((_, i) => i % Math.ceil(paths.length / (12 * folders.length)) === 0)) {
    try {
      const pixels = openPixels(await readDicomFile(path));
      const { bytes, layout } = await pixels.frame(pixels.layout.frames >> 1);
      if (Math.min(layout.rows, layout.columns) >= 160) slices.push(greyImage(bytes, layout));
    } catch {
      // Not every sample is an image that can be decoded.
    }
  }
  return slices;
}
