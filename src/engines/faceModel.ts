// The face-segmentation network in onnxruntime-node: loaded only when its bytes are those that the manifest names.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { CLASSES, type ModelManifest, parseManifest } from '../domain/deface/manifest';
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
  dispose(): Promise<void>;
}

const BROKEN =
  'The defacing model is missing or was changed. Restore the folder models/deface as it was delivered; until then nothing can be defaced.';

/**
 * Loads model.onnx and manifest.json from `folder`.
 * @throws DomainError UNSAFE when either is missing, or the model's SHA-256 is not the manifest's
 */
export async function createFaceModel(folder: string, { threads }: { threads: number }): Promise<FaceModel> {
  const { manifest, bytes, modelHash } = await readModel(folder);
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  }).catch(() => {
    throw new DomainError('UNSAFE', BROKEN);
  });
  if (!session.inputNames.includes(manifest.inputName) || !session.outputNames.includes(manifest.outputName)) {
    throw new DomainError('UNSAFE', BROKEN);
  }
  return {
    manifest,
    modelHash,
    segment: async (image, dims) => {
      const answer = await session.run({ [manifest.inputName]: new Tensor('float32', image, [1, 1, ...dims]) });
      const values = answer[manifest.outputName]?.data;
      const expected = CLASSES.length * image.length;
      if (!(values instanceof Float32Array) || values.length !== expected || !areProbabilities(values)) {
        throw new DomainError(
          'UNSAFE',
          'The defacing model gave an impossible answer, so nothing was defaced. Try again; if it happens again, tell the administrator.',
        );
      }
      return values;
    },
    dispose: () => session.release(),
  };
}

async function readModel(folder: string): Promise<{ manifest: ModelManifest; bytes: Uint8Array; modelHash: string }> {
  let bytes: Uint8Array;
  let json: unknown;
  try {
    bytes = await readFile(path.join(folder, 'model.onnx'));
    json = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'));
  } catch {
    throw new DomainError('UNSAFE', BROKEN);
  }
  const manifest = parseManifest(json);
  const modelHash = sha256(bytes);
  if (modelHash !== manifest.sha256.toLowerCase()) throw new DomainError('UNSAFE', BROKEN);
  return { manifest, bytes, modelHash };
}
