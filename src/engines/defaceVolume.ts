// What happens inside the defacing thread: read, find the head, plan the cut, apply it, look again, write. Fails closed: every
// path that is not sure ends in 'held' or throws, and only the last step writes an output.
import { rm } from 'node:fs/promises';
import { applyMask, backgroundOf, lookAgain } from '../domain/deface/apply';
import { coversPart, type HeadDecision, headDecision } from '../domain/deface/decision';
import { type HeadFigures, headFigures, qualityFigures } from '../domain/deface/figures';
import { judge } from '../domain/deface/judge';
import { LABEL, packLabels } from '../domain/deface/labelRuns';
import { type Mask, postprocess } from '../domain/deface/mask';
import { brainGuard } from '../domain/deface/mended';
import { reduce } from '../domain/deface/preprocess';
import { DomainError } from '../domain/errors';
import { cleanHeader } from '../domain/nifti/cleanHeader';
import { readNifti, type Volume } from '../domain/nifti/volume';
import { writeNifti } from '../domain/nifti/write';
import type { DefaceInput, DefaceResult, DefaceStage } from './deface';
import { type FaceModel, withFaceModel } from './faceModel';
import { readNiftiBytes, writeAtomic, writeNiftiBytes } from './files';
import { findHead } from './findHead';

type Seconds = Partial<Record<DefaceStage, number>>;

/** Runs one defacing; see defaceFile in engines/deface.ts. */
export function defaceInThread(input: DefaceInput): Promise<DefaceResult> {
  return withFaceModel(input, (model) => deface(input, model));
}

/** The same with a model in hand, so that tests can give a network of their own. */
export async function deface(input: DefaceInput, model: FaceModel): Promise<DefaceResult> {
  const seconds: Seconds = {};
  const clock = timer(seconds);
  const before = cleanHeader(await readNiftiBytes(input.input));
  const volume = readNifti(before);
  clock('read');
  const common = { seconds, modelHash: model.modelHash, modelVersion: model.manifest.version };
  if (input.force === 'notHead') {
    await writeNiftiBytes(input.output, before);
    clock('write');
    return {
      ...common,
      outcome: 'skipped',
      hold: null,
      decision: forced('notHead'),
      reason: forced('notHead').reason,
      figures: null,
    };
  }
  return { ...common, ...(await treat(input, model, before, volume, clock)) };
}

async function treat(
  input: DefaceInput,
  model: FaceModel,
  before: Uint8Array,
  volume: Volume,
  clock: (stage: DefaceStage) => void,
): Promise<Pick<DefaceResult, 'outcome' | 'hold' | 'decision' | 'reason' | 'figures'>> {
  const reduced = reduce(volume, model.manifest.spacingMm);
  clock('prepare');
  const found = await findHead(model, reduced, volume);
  clock('network');
  const { segmentation, plan, upright } = found;
  const heads = headFigures(segmentation, plan, upright, found);
  const decision = input.force === 'head' ? forced('head') : headDecision({ facts: input.facts ?? {}, figures: heads });
  if (decision.decision === 'unsure')
    return { outcome: 'held', hold: 'head', decision, reason: decision.reason, figures: null };
  if (decision.decision === 'notHead') {
    await writeNiftiBytes(input.output, before);
    clock('write');
    return { outcome: 'skipped', hold: null, decision, reason: decision.reason, figures: null };
  }
  const mask = postprocess(segmentation, plan, upright);
  clock('mask');
  const fills = backgroundOf(upright, segmentation);
  const after = applyMask(before, volume, mask.voxels, fills);
  const look = lookAgain(before, after, volume, mask.voxels, fills);
  const wrong = look.changedOutside + look.leftInside + (look.sameHeader ? 0 : 1);
  const figures = qualityFigures(heads, segmentation, plan, mask, upright, wrong);
  const judgement = judge(figures);
  clock('check');
  if (input.maskOutput !== undefined) await writeMask(input.maskOutput, mask, volume);
  if (input.planOutput !== undefined) await writePlan(input, brainGuard(segmentation, plan, upright), mask, volume);
  if (!judgement.ok) return { outcome: 'held', ...question(input, heads, judgement.reason), decision, figures };
  await writeNiftiBytes(input.output, after);
  await confirmWritten(input.output, after);
  clock('write');
  return { outcome: 'defaced', hold: null, decision, reason: 'The face was removed.', figures };
}

/** A slab of brain often holds no face at all: only a person can say, and that decides more than a look at a doubtful mask. */
function question(input: DefaceInput, heads: HeadFigures, reason: string): Pick<DefaceResult, 'hold' | 'reason'> {
  if (input.force !== undefined || !coversPart(heads)) return { hold: 'deface', reason };
  return {
    hold: 'head',
    reason: `The scan covers part of a head only. ${reason} Please say whether it shows any of the face.`,
  };
}

function forced(decision: 'head' | 'notHead'): HeadDecision {
  return {
    decision,
    reason: decision === 'head' ? 'A person said that this shows a face.' : 'A person said that this shows no face.',
  };
}

/** The mask as a volume of its own (uint8, 1 = removed). */
export async function writeMask(target: string, mask: Mask, { shape, affine }: Volume): Promise<void> {
  await writeNiftiBytes(target, writeNifti({ shape, affine, datatype: 2, data: mask.voxels }));
}

/** What the network would remove and what it takes for brain, as label runs; `guard` is used up. */
export async function writePlan(
  { planOutput }: Pick<DefaceInput, 'planOutput'>,
  guard: Uint8Array,
  { voxels }: Mask,
  { shape }: Volume,
): Promise<void> {
  if (planOutput === undefined) return;
  for (let n = 0; n < voxels.length; n++) if (voxels[n] === 1) guard[n] = LABEL.cut;
  await writeAtomic(planOutput, [packLabels(guard, shape)]);
}

/**
 * What lies on the disk is what leaves, so that is read again, not what was in memory.
 * @throws DomainError UNSAFE when it differs; the file is then gone
 */
export async function confirmWritten(target: string, expected: Uint8Array): Promise<void> {
  const written = await readNiftiBytes(target);
  if (Buffer.compare(written, expected) === 0) return;
  await rm(target, { force: true });
  throw new DomainError(
    'UNSAFE',
    'The defaced file could not be written as it should be. Check the disk and try again.',
  );
}

/** A clock that adds the seconds since the last call to the stage it is told. */
export function timer(seconds: Seconds): (stage: DefaceStage) => void {
  let last = performance.now();
  return (stage) => {
    const now = performance.now();
    seconds[stage] = Number(((seconds[stage] ?? 0) + (now - last) / 1000).toFixed(3));
    last = now;
  };
}
