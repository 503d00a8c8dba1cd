// Pictures with and without burned-in text for the detector: phantoms and, where they are, slices of the samples, with names,
// dates and ids written on them by Chromium in several fonts, sizes and greys.
import { dirname } from 'node:path';
import { chromium } from '@playwright/test';
import { headPhantom } from '@/domain/phantom/head';
import { seededRandom } from '@/domain/phantom/random';
import type { Box } from '@/domain/pixels/boxes';
import { type GreyImage, greyImage } from '@/domain/pixels/greyImage';
import { readDicomFile } from '@/engines/dicomFiles';
import { openPixels } from '@/engines/framePixels';
import { sampleFiles } from '../samples';
import { burnedWords } from './burnedWords';

export interface WrittenText {
  readonly text: string;
  readonly identifying: boolean;
  /** Font size in pixels. */
  readonly size: number;
  readonly box: Box;
  /** Darker than what is behind it. */
  readonly dark: boolean;
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
/** White, light grey, grey, yellow as it looks in grey, and black, where what is behind lets it be seen. */
const SHADES = [255, 255, 235, 200, 170, 226, 8];
/** Slices of samples, none of which the network was trained on; the last row was not looked at either while limits were chosen. */
const SAMPLES = [
  { kind: 'sample CT', folder: 'series/ct_philips_tilt' },
  { kind: 'sample MR', folder: 'series' },
  { kind: 'sample MR', folder: 'dicom/mr_deidentified_series' },
  { kind: 'sample unseen', folder: 'dicom/ms_samples' },
  { kind: 'sample unseen', folder: 'dicom/highdicom/dx_image.dcm' },
  { kind: 'sample unseen', folder: 'dicom/pydicom/693_J2KI.dcm' },
  { kind: 'sample unseen', folder: 'dicom/pydicom/JPEG2000.dcm' },
  { kind: 'sample unseen', folder: 'dicom/transfer_syntaxes/CTImage.dcm' },
];
const MOST_OF_A_FOLDER = 12;
/** The same pictures for the same seed; every third has no text. Needs a Chromium. */
export async function textImages(count: number, seed: number): Promise<TextImage[]> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const wanted = Array.from({ length: count * 3 }, () => ({
    ...burnedWords(random),
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
      const shade = pick(SHADES);
      const box = write(image, drawn[index]!, texts, random, shade);
      if (box !== null) texts.push({ ...wanted[index]!, box, dark: shade < 128 });
    }
    return { kind, image, texts };
  });
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
        let alpha = '';
        for (let at = 3; at < data.length; at += 4) alpha += String.fromCharCode(data[at]!);
        return { width, height, alpha: btoa(alpha) };
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
  if (Math.abs(shade - behind) < 60) return null;
  for (let i = 0; i < places; i++)
    data[at(i)] = Math.round(data[at(i)]! + ((shade - data[at(i)]!) * text.alpha[i]!) / 255);
  return box;
}

type Background = (random: () => number) => { kind: string; image: GreyImage };

async function makeBackgrounds(random: () => number): Promise<Background[]> {
  const heads = (['t1', 'ct'] as const).map((contrast) => head(contrast, 1 + Math.floor(random() * 1000)));
  const samples = await sampleSlices();
  const ofKind = (kind: string): Background[] => {
    const images = samples.filter((one) => one.kind === kind).map(({ image }) => image);
    return images.length === 0 ? [] : [(draw) => ({ kind, image: copy(images[Math.floor(draw() * images.length)]!) })];
  };
  const black: Background = () => ({
    kind: 'black',
    image: { width: 512, height: 400, data: new Uint8Array(512 * 400) },
  });
  const kinds = [...new Set(SAMPLES.map(({ kind }) => kind))];
  return [black, speckle, speckle, radiograph(1 + Math.floor(random() * 1000)), ...heads, ...kinds.flatMap(ofKind)];
}

/** A head from the front, bone bright or dark, with quantum noise. */
function radiograph(seed: number): Background {
  const [width, depth, slices] = [200, 240, 24];
  const voxels = headPhantom({ dims: [width, depth, slices], spacingMm: [1, 1, 8], contrast: 'ct', seed });
  const dense = Float64Array.from({ length: width * slices }, (_, i) => {
    let sum = 0;
    for (let y = 0; y < depth; y++) sum += voxels[(Math.floor(i / width) * depth + y) * width + (i % width)]! + 1000;
    return sum;
  });
  const most = dense.reduce((a, b) => Math.max(a, b), 1);
  return (random) => {
    const [noise, negative] = [4 + random() * 12, random() < 0.5];
    const data = Uint8Array.from({ length: 400 * 384 }, (_, i) => {
      const [x, z] = [(i % 400) >> 1, Math.min(slices - 1.001, Math.floor(i / 400) / 16)];
      const [low, part] = [Math.floor(z), z % 1];
      const value = dense[low * width + x]! * (1 - part) + dense[(low + 1) * width + x]! * part;
      const grey = (230 * value) / most + noise * (random() + random() - 1);
      return Math.max(0, Math.min(255, negative ? 240 - grey : grey));
    });
    return { kind: 'XR', image: { width: 400, height: 384, data } };
  };
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

async function sampleSlices(): Promise<{ kind: string; image: GreyImage }[]> {
  const slices: { kind: string; image: GreyImage }[] = [];
  for (const { kind, folder } of SAMPLES) {
    const paths = folder.endsWith('.dcm')
      ? sampleFiles(dirname(folder)).filter((path) => path.endsWith(folder))
      : sampleFiles(folder);
    const fitting = paths.filter((path) => folder !== 'series' || !path.includes('ct_'));
    const step = Math.ceil(fitting.length / MOST_OF_A_FOLDER);
    for (const path of fitting.filter((_, i) => i % step === 0)) {
      try {
        const pixels = openPixels(await readDicomFile(path));
        const { bytes, layout } = await pixels.frame(pixels.layout.frames >> 1);
        if (Math.min(layout.rows, layout.columns) >= 160) slices.push({ kind, image: greyImage(bytes, layout) });
      } catch {
        // Not every sample is an image that can be decoded.
      }
    }
  }
  return slices;
}
