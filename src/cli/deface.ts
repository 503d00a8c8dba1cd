// cloakroom deface: one NIfTI head volume without its face. What cannot be decided is not written.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '@/domain/errors';
import { SOFTWARE_VERSION } from '@/domain/release/version';
import { type DefaceResult, defaceFile } from '@/engines/deface';
import { lookAgainAtVolume } from '@/engines/lookAgain';
import { lookInto } from '@/engines/lookInto';
import type { DefaceCommand } from './options';
import { modelDir } from './packageRoot';
import { existing, wouldBe } from './places';
import type { Progress } from './progress';

/** @returns the exit status */
export async function defaceOneFile(command: DefaceCommand, progress: Progress, signal: AbortSignal): Promise<number> {
  const input = await existing(command.input);
  const out = await wouldBe(command.out);
  if (!/\.nii(\.gz)?$/.test(out))
    throw new DomainError('INVALID', '--out must name a file that ends in .nii.gz or .nii');
  if (input === out) throw new DomainError('INVALID', 'OUT is the input itself. Name another file.');
  const look = await lookInto(input);
  if (look.kind === 'image')
    throw new DomainError(
      'INVALID',
      'This is a DICOM file. Use "cloakroom run" on its folder: one slice has no face to find.',
    );
  if (look.kind === 'picture' || look.kind === 'json')
    throw new DomainError('INVALID', 'This is no NIfTI volume. Use "cloakroom deidentify" on its folder.');
  if (look.kind !== 'nifti')
    throw new DomainError('INVALID', look.kind === 'zip' ? 'This is an archive, not a NIfTI volume.' : look.reason);
  progress.show('Defacing', 0, 1);
  const mask = command.mask === null ? null : await existing(command.mask);
  const result = await intoPlace(input, out, { head: command.head, mask }, signal);
  progress.clear();
  if (command.report !== null) await writeFile(command.report, `${JSON.stringify(report(result), null, 2)}\n`);
  console.error(sentence(result, mask !== null));
  return result.outcome === 'held' ? 1 : 0;
}

async function intoPlace(
  input: string,
  out: string,
  { head, mask }: Pick<DefaceCommand, 'head' | 'mask'>,
  signal: AbortSignal,
): Promise<DefaceResult> {
  const folder = await mkdtemp(join(dirname(out), '.unfinished-')).catch(() => {
    throw new DomainError('INVALID', 'OUT cannot be made there. Check that its folder exists and may be written.');
  });
  try {
    const output = join(folder, out.endsWith('.gz') ? 'after.nii.gz' : 'after.nii');
    const result = await defaceFile({
      input,
      output,
      modelDir: modelDir(),
      tempDir: folder,
      signal,
      ...(head === null ? {} : { force: head }),
      ...(mask === null ? {} : { drawn: mask }),
    });
    if (result.outcome === 'held') return result;
    await lookAgainAtVolume({ nifti: output, sidecar: {}, bval: null, bvec: null }, []);
    await rename(output, out);
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report({ outcome, reason, figures, mended, seconds, modelHash, modelVersion }: DefaceResult) {
  const about = { cloakroom: SOFTWARE_VERSION, command: 'deface' };
  return { ...about, outcome, reason, figures, mended: mended ?? null, seconds, modelHash, modelVersion };
}

function sentence({ outcome, reason, mended }: DefaceResult, masked: boolean): string {
  if (mended !== undefined) return mendedWords(mended);
  if (outcome === 'defaced') return reason;
  if (outcome === 'skipped') return `There was no face to remove; the voxels were copied as they are. ${reason}`;
  return masked ? `Not written. ${reason}` : `Not written: a person must look at this one. ${reason}`;
}

function mendedWords({ warning, keptForBrain }: NonNullable<DefaceResult['mended']>): string {
  const kept = keptForBrain === 0 ? '' : ` ${keptForBrain} voxels on the brain or its margin stayed.`;
  const doubt = warning === null ? '' : ` ${warning} Look at the result before you share it.`;
  return `What the mask marks was removed.${kept}${doubt}`;
}
