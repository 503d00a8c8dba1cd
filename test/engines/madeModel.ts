// A network for tests that knows the truth of made heads (test/domain/deface/head.ts), in the place of the real one.
import type { FaceModel } from '@/engines/faceModel';
import { MANIFEST, readKinds } from '../domain/deface/head';

/** Counts how often it is asked, so that a test can tell that it was. */
export function madeModel(
  answer: (image: Float32Array) => Float32Array = (image) => readKinds(image),
): FaceModel & { asked: number } {
  const model = {
    manifest: MANIFEST,
    modelHash: MANIFEST.sha256,
    asked: 0,
    segment: async (image: Float32Array) => {
      model.asked++;
      return answer(image);
    },
    dispose: async () => {},
  };
  return model;
}
