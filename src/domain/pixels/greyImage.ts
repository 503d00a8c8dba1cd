// One frame as a grey picture of 8 bits, in which text can be looked for.
import type { Box } from './boxes';
import { meaningOf, type PixelLayout, sampleAt, wordReader } from './layout';

export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly data: Uint8Array;
}

/** Part of the pixels left out at either end when the range of values is measured: a few broken pixels must not hide the rest. */
const TAIL = 0.0005;

/**
 * The frame with its whole range of values on 0 to 255. Colours become their brightest sample, so that no hue is dark.
 * @param palette for PALETTE COLOR: grey of each index, 0 to 255
 */
export function greyImage(frame: Uint8Array, layout: PixelLayout, palette: Uint8Array | null = null): GreyImage {
  const { rows: height, columns: width, samples } = layout;
  const [read, meaning] = [wordReader(frame, layout), meaningOf(layout)];
  const values = new Float64Array(width * height);
  const luminance = layout.photometric.startsWith('YBR');
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let value = meaning(read(sampleAt(layout, x, y, 0)));
      if (samples === 3 && !luminance)
        for (let s = 1; s < 3; s++) value = Math.max(value, meaning(read(sampleAt(layout, x, y, s))));
      values[i] = palette === null ? value : palette[Math.min(value, palette.length - 1)]!;
    }
  }
  return { width, height, data: stretched(values) };
}

/** The part of a picture in `box`, which lies in it; its negative unless `bright`. */
export function croppedGrey({ width, data }: GreyImage, box: Box, bright: boolean): GreyImage {
  const cut = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const at = (box.y + y) * width + box.x;
    cut.set(data.subarray(at, at + box.width), y * box.width);
  }
  return { width: box.width, height: box.height, data: bright ? cut : cut.map((value) => 255 - value) };
}

/** Half the size, each pixel the mean of four. */
export function halved({ width, height, data }: GreyImage): GreyImage {
  const [w, h] = [width >> 1, height >> 1];
  const half = new Uint8Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * w + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]! + 2) >> 2;
    }
  return { width: w, height: h, data: half };
}

function stretched(values: Float64Array): Uint8Array {
  const sample = Float64Array.from({ length: Math.min(values.length, 65536) }, (_, i) => {
    return values[Math.floor((i * values.length) / Math.min(values.length, 65536))]!;
  }).sort();
  const low = sample[Math.floor(TAIL * sample.length)]!;
  const high = sample[Math.ceil((1 - TAIL) * sample.length) - 1]!;
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.round((value - low) * scale))));
}
