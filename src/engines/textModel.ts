// The text segmentation network in onnxruntime-node, which runs in threads of its own: loaded only when its bytes are those that
// the manifest names.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { DomainError } from '../domain/errors';
import type { GreyImage } from '../domain/pixels/greyImage';
import { BROKEN_TEXT_MODEL, parseTextManifest, type TextManifest } from '../domain/pixels/textManifest';
import type { TextMap } from '../domain/pixels/textRegions';
import { sha256 } from './files';

export interface TextModel {
  /** Where the network sees text. @throws DomainError UNSAFE when its answer is not probabilities */
  map(image: GreyImage): Promise<TextMap>;
  dispose(): Promise<void>;
}

/** Pixels that are given to the network at once; a larger picture goes in strips. */
const MOST_PIXELS = 4e6;
/** Rows that a strip shares with the next, so that no line of text is cut. */
const OVERLAP = 128;

/**
 * Loads model.onnx and manifest.json from `folder`.
 * @throws DomainError UNSAFE when either is missing, or the model's SHA-256 is not the manifest's
 */
export async function createTextModel(folder: string): Promise<TextModel> {
  const { manifest, bytes } = await readModel(folder);
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  }).catch(() => {
    throw new DomainError('UNSAFE', BROKEN_TEXT_MODEL);
  });
  return {
    map: (image) => wholeMap(session, manifest, image),
    dispose: () => session.release(),
  };
}

async function readModel(folder: string): Promise<{ manifest: TextManifest; bytes: Uint8Array }> {
  let bytes: Uint8Array;
  let json: unknown;
  try {
    bytes = await readFile(path.join(folder, 'model.onnx'));
    json = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'));
  } catch {
    throw new DomainError('UNSAFE', BROKEN_TEXT_MODEL);
  }
  const manifest = parseTextManifest(json);
  if (sha256(bytes) !== manifest.sha256) throw new DomainError('UNSAFE', BROKEN_TEXT_MODEL);
  return { manifest, bytes };
}

/** Strip by strip; where two strips overlap, the more certain cell counts. */
async function wholeMap(session: InferenceSession, manifest: TextManifest, image: GreyImage): Promise<TextMap> {
  const { cell } = manifest.output;
  const { multiple } = manifest.input;
  const [columns, rows] = [Math.ceil(image.width / cell), Math.ceil(image.height / cell)];
  const data = new Float32Array(columns * rows);
  const tall = Math.max(4 * OVERLAP, multiple * Math.floor(MOST_PIXELS / image.width / multiple));
  for (let top = 0; top === 0 || top + OVERLAP < image.height; top += tall - OVERLAP) {
    const strip = paddedStrip(image, top, Math.min(tall, image.height - top), multiple);
    const answer = await session.run({ [manifest.input.name]: strip });
    const values = answer[manifest.output.name]?.data;
    const [across, down] = [strip.dims[3]! / cell, strip.dims[2]! / cell];
    if (!(values instanceof Float32Array) || values.length !== across * down || !values.every((p) => p >= 0 && p <= 1))
      throw new DomainError('UNSAFE', BROKEN_TEXT_MODEL);
    for (let y = 0; y < Math.min(down, rows - top / cell); y++)
      for (let x = 0; x < columns; x++) {
        const at = (top / cell + y) * columns + x;
        data[at] = Math.max(data[at]!, values[y * across + x]!);
      }
  }
  return { cell, columns, rows, data };
}

/** Rows of the picture as the network takes them, 0 to 1; its last row and column are repeated up to whole multiples. */
function paddedStrip({ width, height, data }: GreyImage, top: number, tall: number, multiple: number): Tensor {
  const whole = (size: number) => multiple * Math.ceil(size / multiple);
  const [across, down] = [whole(width), whole(tall)];
  const values = new Float32Array(across * down);
  for (let y = 0; y < down; y++) {
    const from = Math.min(height - 1, top + Math.min(y, tall - 1)) * width;
    for (let x = 0; x < across; x++) values[y * across + x] = data[from + Math.min(x, width - 1)]! / 255;
  }
  return new Tensor('float32', values, [1, 1, down, across]);
}
