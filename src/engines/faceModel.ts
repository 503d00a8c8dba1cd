// The face-segmentation network in onnxruntime-node: loaded only when its bytes are those that the manifest names.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  type Facing,
  type FacingManifest,
  facingOf,
  parseFacingManifest,
  TURNS,
  turned,
} from '../domain/deface/facing';
import { CLASSES, type ModelManifest, parseManifest } from '../domain/deface/manifest';
import type { Prepared } from '../domain/deface/preprocess';
import { areProbabilities } from '../domain/deface/segmentation';
import { DomainError } from '../domain/errors';
import type { Vec3 } from '../domain/nifti/affine';
import { sha256 } from './files';

export interface FaceModel {
  readonly manifest: ModelManifest;
  /** SHA-256 of model.onnx, hex. */
  readonly modelHash: string;
  /**
   * Image [X, Y, Z], z fastest, 0..1 -> probabilities [4, X, Y, Z] in the order of CLASSES.
   * @throws DomainError UNSAFE when the runtime's answer is not probabilities
   */
  segment(image: Float32Array, dims: Vec3): Promise<Float32Array>;
  /** How the network for the facing wants the scan: a coarse cube. */
  readonly facingManifest: FacingManifest;
  /**
   * Which way the head in the coarse scan faces.
   * @throws DomainError UNSAFE when the runtime's answer is no number
   */
  facing(coarse: Pick<Prepared, 'image' | 'seen'>): Promise<Facing>;
  dispose(): Promise<void>;
}

const BROKEN =
  'The defacing model is missing or was changed. Restore the folder models/deface as it was delivered; until then nothing can be defaced.';

const IMPOSSIBLE =
  'The defacing model gave an impossible answer, so nothing was defaced. Try again; if it happens again, tell the administrator.';

/**
 * Loads model.onnx, facing.onnx and their manifests from `folder`.
 * @throws DomainError UNSAFE when one is missing, or a network's SHA-256 is not its manifest's
 */
export async function createFaceModel(folder: string, { threads }: { threads: number }): Promise<FaceModel> {
  const face = await load(folder, 'model.onnx', 'manifest.json', parseManifest, threads);
  const side = await load(folder, 'facing.onnx', 'facing.json', parseFacingManifest, threads);
  return {
    manifest: face.manifest,
    modelHash: face.hash,
    segment: async (image, dims) => {
      const values = await face.answer(image, [1, 1, ...dims]);
      if (values.length !== CLASSES.length * image.length || !areProbabilities(values)) {
        throw new DomainError('UNSAFE', IMPOSSIBLE);
      }
      return values;
    },
    facingManifest: side.manifest,
    facing: async (coarse) => {
      const scores = await side.answer(...everyTurn(coarse, side.manifest.shape));
      if (scores.length !== TURNS.length || !scores.every(Number.isFinite)) throw new DomainError('UNSAFE', IMPOSSIBLE);
      return facingOf(scores);
    },
    dispose: async () => {
      await Promise.all([face.session.release(), side.session.release()]);
    },
  };
}

const DEFAULT_THREADS = 2;

/** Gives `work` the model of a folder, and puts it away after it. Errors as createFaceModel and `work` throw them. */
export async function withFaceModel<T>(
  { modelDir, threads = DEFAULT_THREADS }: { modelDir: string; threads?: number | undefined },
  work: (model: FaceModel) => Promise<T>,
): Promise<T> {
  const model = await createFaceModel(modelDir, { threads });
  try {
    return await work(model);
  } finally {
    await model.dispose();
  }
}

/** The scan and its field of view, turned to every side: values and their dimensions [24, 2, n, n, n]. */
function everyTurn({ image, seen }: Pick<Prepared, 'image' | 'seen'>, [n]: Vec3): [Float32Array, number[]] {
  const size = image.length;
  const view = Float32Array.from(seen);
  const out = new Float32Array(TURNS.length * 2 * size);
  for (const [at, turn] of TURNS.entries()) {
    out.set(turned(image, n, turn), 2 * at * size);
    out.set(turned(view, n, turn), (2 * at + 1) * size);
  }
  return [out, [TURNS.length, 2, n, n, n]];
}

interface Named {
  readonly sha256: string;
  readonly inputName: string;
  readonly outputName: string;
}

async function load<M extends Named>(
  folder: string,
  network: string,
  facts: string,
  parse: (json: unknown) => M,
  threads: number,
) {
  const { manifest, bytes, hash } = await readModel(folder, network, facts, parse);
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  }).catch(() => {
    throw new DomainError('UNSAFE', BROKEN);
  });
  const { inputName, outputName } = manifest;
  if (!session.inputNames.includes(inputName) || !session.outputNames.includes(outputName)) {
    throw new DomainError('UNSAFE', BROKEN);
  }
  const answer = async (values: Float32Array, dims: readonly number[]) => {
    const data = (await session.run({ [inputName]: new Tensor('float32', values, dims) }))[outputName]?.data;
    if (!(data instanceof Float32Array)) throw new DomainError('UNSAFE', IMPOSSIBLE);
    return data;
  };
  return { manifest, hash, session, answer };
}

async function readModel<M extends Named>(
  folder: string,
  network: string,
  facts: string,
  parse: (json: unknown) => M,
): Promise<{ manifest: M; bytes: Uint8Array; hash: string }> {
  let bytes: Uint8Array;
  let json: unknown;
  try {
    bytes = await readFile(path.join(folder, network));
    json = JSON.parse(await readFile(path.join(folder, facts), 'utf8'));
  } catch {
    throw new DomainError('UNSAFE', BROKEN);
  }
  const manifest = parse(json);
  const hash = sha256(bytes);
  if (hash !== manifest.sha256.toLowerCase()) throw new DomainError('UNSAFE', BROKEN);
  return { manifest, bytes, hash };
}
