// Is this a head? Both the image and the header are asked; what they do not agree on is for a person to say.
import type { HeadFigures } from './figures';

/** What the header says about the body part. `words` are description texts: read here, never kept or returned. */
export interface HeadFacts {
  readonly modality?: string;
  readonly bodyPartExamined?: string;
  readonly words?: readonly string[];
}

export interface HeadDecision {
  readonly decision: 'head' | 'notHead' | 'unsure';
  readonly reason: string;
}

type Says = 'head' | 'notHead' | 'unsure';

/** Below: not even a trace of a head. Volumes in ml. */
const TRACE = { brainMl: 5, faceMl: 1 };
/** Above: a head beyond doubt. A newborn's brain has 350 ml. */
const SURE = { brainMl: 250, faceMl: 20, faceSureness: 0.6, mirrorDice: 0.6 };
const THIN = { voxels: 8, mm: 60 };
const PART = { voxels: 12, mm: 110, faceMl: 150 };

const HEAD_WORDS =
  /head|brain|skull|cranium|crani|face|facial|orbit|sinus|neuro|cerebr|encephal|pituitar|iac\b|tmj|mandib|maxill|dental|teeth|temporal|petrous|eye|ear\b|nose|scalp|kopf|hirn|schaedel|schädel|tete|tête|cabeza|testa|mprage|bravo|flair|fmri|bold|dwi|dti|resting/i;
/** Parts whose scans end below the chin; neck, cervical spine, shoulder, whole body and chest may show it and are not here. */
const ELSEWHERE =
  /^(abdomen|abd|pelvis|hip|knee|leg|foot|ankle|toe|thigh|calf|femur|tibia|hand|wrist|finger|elbow|forearm|arm|lspine|l ?spine|lumbar|lumbosacral|sacrum|sspine|coccyx|prostate|liver|kidney|bladder|uterus|rectum|spleen|pancreas|extremity|lowerlimb|bowel|colon|ovary|scrotum|tspine|thoracicspine|heart|cardiac|breast)$/i;

/** Whether so little of a head is in the picture that it may well hold no face: then a person is asked that first. */
export function coversPart({ fewestVoxels, shortestMm, faceMl }: HeadFigures): boolean {
  return fewestVoxels < PART.voxels || shortestMm < PART.mm || faceMl < PART.faceMl;
}

/** What the header alone says: 'head' at the slightest word of one, 'notHead' only for a named part far from it. */
export function headerSays({ bodyPartExamined = '', words = [] }: HeadFacts): Says {
  if (HEAD_WORDS.test(bodyPartExamined) || words.some((word) => HEAD_WORDS.test(word))) return 'head';
  return ELSEWHERE.test(bodyPartExamined.trim()) ? 'notHead' : 'unsure';
}

/** What the image alone says, with the reason why it is not sure. */
export function imageSays(f: HeadFigures): { says: Says; reason: string } {
  const unsure = (reason: string) => ({ says: 'unsure' as const, reason });
  if (!f.hasContrast) return unsure('The image shows the same value everywhere.');
  if (f.faceElsewhereMl > TRACE.faceMl) return unsure('The scan seems to show more than one head.');
  const thin = f.fewestVoxels < THIN.voxels || f.shortestMm < THIN.mm;
  if (f.brainMl < TRACE.brainMl && f.faceMl < TRACE.faceMl) {
    return thin
      ? unsure('The scan is too thin to tell what it shows.')
      : { says: 'notHead', reason: 'The image shows no brain and no face.' };
  }
  if (f.faceMl < TRACE.faceMl)
    return unsure('The image shows a brain but no face: it was defaced before, skull-stripped, or cut above the face.');
  if (f.brainMl < SURE.brainMl) return unsure('The image shows something like a face, but hardly any brain.');
  if (f.faceMl < SURE.faceMl) return unsure('The image shows a brain, but only little of a face.');
  if (f.faceSureness < SURE.faceSureness || f.mirrorDice < SURE.mirrorDice)
    return unsure('The face could not be found with enough certainty.');
  return { says: 'head', reason: 'The image shows a brain and a face.' };
}

/** Head, no head, or a question for a person. Only agreement of image and header lets a series pass undefaced. */
export function headDecision({ facts, figures }: { facts: HeadFacts; figures: HeadFigures }): HeadDecision {
  const image = imageSays(figures);
  const header = headerSays(facts);
  if (image.says === 'unsure')
    return { decision: 'unsure', reason: `${image.reason} Please look at it and say whether it shows a face.` };
  if (image.says === 'head') {
    if (header === 'notHead')
      return {
        decision: 'unsure',
        reason: 'The image looks like a head, but the header names another body part. Please look at it.',
      };
    return { decision: 'head', reason: image.reason };
  }
  if (header === 'notHead') return { decision: 'notHead', reason: 'Image and header agree that this is no head.' };
  const said = header === 'head' ? 'the header speaks of a head' : 'the header does not name another body part';
  return {
    decision: 'unsure',
    reason: `The image shows no head, but ${said}. Please look at it and say whether it shows a face.`,
  };
}
