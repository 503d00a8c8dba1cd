// Is a finished defacing good enough to be shown to a reviewer? Out of range means a person must look before anything goes on.
import type { QualityFigures } from './figures';

export type Judgement = { readonly ok: true } | { readonly ok: false; readonly reason: string };

interface Check {
  /** Whether the figure is as it should be. */
  readonly good: (f: QualityFigures) => boolean;
  readonly reason: string;
}

const within = (value: number, low: number, high: number) => value >= low && value <= high;

/** How likely the facing must be: less where the header says the same. */
const SURE_WITH_HEADER = 0.5;
const SURE_AGAINST_HEADER = 0.98;
/** A cut that follows the skin at an even depth keeps some of its relief; a face that stands keeps all. */
const MOST_RESIDUAL = 0.85;
/** Of less than this a part may lie outside the scan, or it is a child's: then the size of the face tells nothing. */
const WHOLE_BRAIN_ML = 1000;

const CHECKS: readonly Check[] = [
  { good: (f) => f.brainVoxelsAltered === 0, reason: 'the mask would touch the brain' },
  { good: (f) => f.wrongVoxels === 0, reason: 'the output differs from the plan' },
  { good: (f) => f.hasContrast, reason: 'the image shows the same value everywhere' },
  { good: (f) => f.faceMl > 0 && f.maskMl > 0, reason: 'no face was found' },
  { good: (f) => f.placed, reason: 'the header does not say which way up the head is' },
  {
    good: (f) => f.facingSure >= (f.turned ? SURE_AGAINST_HEADER : SURE_WITH_HEADER),
    reason: 'it is not certain which way the head faces',
  },
  { good: (f) => within(f.brainMl, 100, 2400), reason: 'the brain found is too small or too large' },
  { good: (f) => within(f.faceMl, 15, 900), reason: 'the face found is too small or too large' },
  { good: (f) => f.faceRemovedShare >= 0.98, reason: 'part of the face lies too close to the brain to be removed' },
  { good: (f) => f.recededShare >= 0.9, reason: 'skin may be left standing on the face' },
  {
    good: (f) => f.expectedFaceRecededShare !== null && f.expectedFaceRecededShare >= 0.98,
    reason: 'skin is left where eyes and nose should be',
  },
  {
    good: (f) => f.residualFace !== null && f.residualFace <= MOST_RESIDUAL,
    reason: 'the shape of the face can still be read from the surface',
  },
  {
    good: (f) => f.crownShare <= 0.2,
    reason: 'the scan ends below the crown, so face and brain are hard to tell apart',
  },
  {
    good: (f) => f.brainMl < WHOLE_BRAIN_ML || f.cutPerBrain <= 0.35,
    reason: 'more would be removed than a face is, as in a head that was defaced before',
  },
  { good: (f) => f.headRemovedShare <= 0.15, reason: 'too much besides the face would be removed' },
  { good: (f) => f.mirrorDice >= 0.6, reason: 'the image and its mirror image disagree about the face' },
  { good: (f) => f.faceSureness >= 0.6, reason: 'the face was found with little certainty' },
  { good: (f) => f.faceElsewhereMl <= 1, reason: 'there may be a second face' },
  { good: (f) => f.faceCutOff.length === 0, reason: 'the face reaches beyond what was looked at' },
  { good: facePlace, reason: 'the face lies at an unlikely place' },
];

/** The face's middle is in front of and below the brain's; heads may be tilted by some 30 degrees. */
function facePlace({ faceFromBrainMm }: QualityFigures): boolean {
  if (faceFromBrainMm === null) return false;
  const [x, y, z] = faceFromBrainMm;
  return within(x, -45, 45) && within(y, 10, 130) && within(z, -130, 20);
}

/** Judges the figures of one run: all checks must hold, the first that does not is the reason. */
export function judge(figures: QualityFigures): Judgement {
  // NaN compares false, so a figure that could not be computed fails its check.
  const failed = CHECKS.find(({ good }) => !good(figures));
  if (failed === undefined) return { ok: true };
  return { ok: false, reason: `The defacing needs a person's look: ${failed.reason}.` };
}
