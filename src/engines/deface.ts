// Defacing one NIfTI file: the caller's side. The work is done by defaceFile.ts in a thread of its own.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { HeadDecision, HeadFacts } from '../domain/deface/decision';
import type { QualityFigures } from '../domain/deface/figures';
import { moveInto, withFolder } from './files';
import { runThread } from './thread';

export type { HeadFacts } from '../domain/deface/decision';

export interface DefaceOptions {
  /** .nii or .nii.gz. */
  readonly input: string;
  /** .nii or .nii.gz; written for 'defaced' and 'skipped' only, whole or not at all. */
  readonly output: string;
  /** Where the mask goes (uint8, the scan's own grid, 1 = removed); written whenever a mask was made, also when it was held. */
  readonly maskOutput?: string;
  /** Where the network's plan goes (domain/deface/labelRuns: what it would remove, what is brain); written with the mask. */
  readonly planOutput?: string;
  /** A mask that a person drew (label runs, or .nii(.gz) on the same voxels): applied instead of the network's, kept off the brain. */
  readonly drawn?: string;
  readonly modelDir: string;
  readonly threads?: number;
  /** A person's answer to whether this is a head. It replaces the decision, never the judgement of the result. */
  readonly force?: 'head' | 'notHead';
  readonly facts?: HeadFacts;
  /** Where the private working folder is made; beside the output by default. */
  readonly tempDir?: string;
  readonly signal?: AbortSignal;
}

export type DefaceInput = Omit<DefaceOptions, 'signal' | 'tempDir'>;

export type DefaceStage = 'read' | 'prepare' | 'network' | 'mask' | 'check' | 'write';

export interface DefaceResult {
  readonly outcome: 'defaced' | 'skipped' | 'held';
  /** For 'held': whether a person must say if this is a head, or look at a doubtful result. */
  readonly hold: 'head' | 'deface' | null;
  /** Plain words, free of anything from the header. */
  readonly reason: string;
  readonly decision: HeadDecision;
  /** Null when no mask was made. */
  readonly figures: QualityFigures | null;
  /** For a drawn mask that was applied: what is out of range all the same, and how many voxels drawn on the brain stayed. */
  readonly mended?: { readonly warning: string | null; readonly keptForBrain: number };
  readonly seconds: Readonly<Partial<Record<DefaceStage, number>>>;
  readonly modelHash: string;
  readonly modelVersion: string;
}

const TOO_LARGE =
  'This volume is too large to be defaced in the memory there is. Split it, or give the worker more memory.';

/**
 * Decides whether a volume shows a head, removes the face if so, and looks again at what it wrote. In doubt the outcome is 'held'
 * and no output exists. Free text in the header and bytes after the voxels are cut in any case; all else outside the mask stays bit by bit.
 * @throws DomainError UNREADABLE | UNSUPPORTED | UNSAFE (model) | STORAGE_FULL; the abort reason
 */
export async function defaceFile({ signal, tempDir, ...input }: DefaceOptions): Promise<DefaceResult> {
  // A file of an earlier attempt must not pass for this one's result.
  await rm(input.output, { force: true });
  // The thread writes here, so that one stopped half-way leaves nothing beside the output.
  return withFolder(tempDir ?? path.dirname(input.output), async (folder) => {
    const inside = (target: string) => path.join(folder, path.basename(target));
    const { output, maskOutput, planOutput } = input;
    const own: DefaceInput = {
      ...input,
      output: inside(output),
      ...(maskOutput === undefined ? {} : { maskOutput: inside(maskOutput) }),
      ...(planOutput === undefined ? {} : { planOutput: inside(planOutput) }),
    };
    const result = await runThread<DefaceResult>('defaceThread', own, { signal, tooLarge: TOO_LARGE, native: true });
    if (maskOutput !== undefined && result.figures !== null) await moveInto(inside(maskOutput), maskOutput);
    if (planOutput !== undefined && result.figures !== null) await moveInto(inside(planOutput), planOutput);
    if (result.outcome !== 'held') await moveInto(inside(output), output);
    return result;
  });
}
