// A network for tests that knows the truth of made heads (test/domain/deface/head.ts), in the place of the real one.
import { type FacingManifest, facingOf, TURNS, turned } from '@/domain/deface/facing';
import type { Vec3 } from '@/domain/nifti/affine';
import type { FaceModel } from '@/engines/faceModel';
import { headAt, INTENSITY, MANIFEST, readKinds } from '../domain/deface/head';

const SIDE = 32;
const FACING: FacingManifest = {
  sha256: MANIFEST.sha256,
  shape: [SIDE, SIDE, SIDE],
  spacingMm: 8,
  clipBelow: MANIFEST.clipBelow,
  percentiles: MANIFEST.percentiles,
  inputName: 'turned',
  outputName: 'scores',
};
/** Where a made head's face lies, seen from its brain. */
const FRONT = directionOf((kind) => {
  const places = Array.from({ length: SIDE ** 3 }, (_, n): Vec3 => {
    const [x, y, z] = placeOf(n).map((v) => (v - SIDE / 2) * FACING.spacingMm) as [number, number, number];
    return [x, y, z];
  });
  return places.filter((place) => headAt(place) === kind);
});

/** Counts how often it is asked, so that a test can tell that it was. */
export function madeModel(
  answer: (image: Float32Array) => Float32Array = (image) => readKinds(image),
): FaceModel & { asked: number } {
  const model = {
    manifest: MANIFEST,
    facingManifest: FACING,
    facing: async ({ image }: { image: Float32Array }) =>
      facingOf(TURNS.map((turn) => 400 * forward(turned(image, SIDE, turn)))),
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

/** How near the face of a made head comes to where an upright one's is, seen from its brain: 0 at best. */
function forward(image: Float32Array): number {
  const to = directionOf((kind) =>
    Array.from(image.keys())
      .filter((n) => Math.abs(image[n]! - INTENSITY[kind] / INTENSITY.brain) < 0.05)
      .map(placeOf),
  );
  return -to.reduce((sum, v, a) => sum + (v - FRONT[a]!) ** 2, 0);
}

function directionOf(places: (kind: 'face' | 'brain') => readonly Vec3[]): number[] {
  const middle = (kind: 'face' | 'brain') => {
    const all = places(kind);
    return [0, 1, 2].map((a) => all.reduce((sum, place) => sum + place[a]!, 0) / Math.max(1, all.length));
  };
  const brain = middle('brain');
  const to = middle('face').map((v, a) => v - brain[a]!);
  return to.map((v) => v / (Math.hypot(...to) + 1e-6));
}

function placeOf(n: number): Vec3 {
  return [Math.floor(n / SIDE ** 2), Math.floor(n / SIDE) % SIDE, n % SIDE];
}
