// Defacing with a mask that a person drew, inside the defacing thread. The network is asked all the same: it says where the brain is,
// which the mask is kept off, and gives the figures by which the result is measured. Fails closed as defaceVolume does.
import { applyMask, backgroundOf, lookAgain } from '../domain/deface/apply';
import { type HeadFigures, headFigures, qualityFigures } from '../domain/deface/figures';
import { postprocess } from '../domain/deface/mask';
import { brainGuard, judgeMended, type MendedMask, mendedMask } from '../domain/deface/mended';
import { reduce } from '../domain/deface/preprocess';
import { DomainError } from '../domain/errors';
import { cleanHeader } from '../domain/nifti/cleanHeader';
import { readNifti, type Volume } from '../domain/nifti/volume';
import type { DefaceInput, DefaceResult } from './deface';
import { confirmWritten, timer, writeMask, writePlan } from './defaceVolume';
import { readDrawnMask } from './drawnMask';
import { type FaceModel, withFaceModel } from './faceModel';
import { readNiftiBytes, writeNiftiBytes } from './files';
import { type FoundHead, findHead } from './findHead';

const DECISION = { decision: 'head', reason: 'A person drew what is removed.' } as const;

type MendInput = DefaceInput & { readonly drawn: string };

/** Runs one defacing with a drawn mask; see defaceFile in engines/deface.ts. */
export function mendInThread(input: MendInput): Promise<DefaceResult> {
  return withFaceModel(input, (model) => mend(input, model));
}

/** The same with a model in hand, so that tests can give a network of their own. */
export async function mend(input: MendInput, model: FaceModel): Promise<DefaceResult> {
  const seconds: Partial<DefaceResult['seconds']> = {};
  const clock = timer(seconds);
  const before = cleanHeader(await readNiftiBytes(input.input));
  const volume = readNifti(before);
  const common = { seconds, modelHash: model.modelHash, modelVersion: model.manifest.version, decision: DECISION };
  const drawn = await readDrawnMask(input.drawn, volume).catch(wordsOf);
  clock('read');
  if (typeof drawn === 'string') return { ...common, outcome: 'held', hold: 'deface', reason: drawn, figures: null };
  const reduced = reduce(volume, model.manifest.spacingMm);
  clock('prepare');
  const found = await findHead(model, reduced, volume);
  clock('network');
  const { segmentation, plan, upright } = found;
  const heads = headFigures(segmentation, plan, upright, found);
  const guard = brainGuard(segmentation, plan, upright);
  const mended = mendedMask(segmentation, plan, upright, drawn, guard);
  await writePlan(input, guard, postprocess(segmentation, plan, upright), volume);
  clock('mask');
  return { ...common, ...(await apply(input, { before, volume, heads, found, mended }, clock)) };
}

interface Mending {
  readonly before: Uint8Array;
  readonly volume: Volume;
  readonly heads: HeadFigures;
  readonly found: FoundHead;
  readonly mended: MendedMask;
}

async function apply(
  input: MendInput,
  { before, volume, heads, found: { segmentation, upright }, mended }: Mending,
  clock: ReturnType<typeof timer>,
): Promise<Pick<DefaceResult, 'outcome' | 'hold' | 'reason' | 'figures' | 'mended'>> {
  const { mask, plan, keptForBrain } = mended;
  const fills = backgroundOf(upright, segmentation);
  const after = applyMask(before, volume, mask.voxels, fills);
  const look = lookAgain(before, after, volume, mask.voxels, fills);
  const wrong = look.changedOutside + look.leftInside + (look.sameHeader ? 0 : 1);
  const figures = qualityFigures(heads, segmentation, plan, mask, upright, wrong);
  const judgement = judgeMended(figures);
  clock('check');
  if (input.maskOutput !== undefined) await writeMask(input.maskOutput, mask, volume);
  if (!judgement.ok) return { outcome: 'held', hold: 'deface', reason: judgement.reason, figures };
  await writeNiftiBytes(input.output, after);
  await confirmWritten(input.output, after);
  clock('write');
  const { warning } = judgement;
  return { outcome: 'defaced', hold: null, reason: DECISION.reason, figures, mended: { warning, keptForBrain } };
}

/** A drawing that cannot be used is the person's to draw again; it must not put the series out of their reach. */
function wordsOf(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  throw error;
}
