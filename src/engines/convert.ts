// DICOM series -> NIfTI with a sidecar. The original is converted (private attributes carry Siemens mosaics, GE and UIH diffusion
// and Philips scaling), then header and sidecar are cut to allow-lists.
import { copyFile, link, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '../domain/errors';
import type { Vec3 } from '../domain/nifti/affine';
import { cleanHeader } from '../domain/nifti/cleanHeader';
import { readNifti } from '../domain/nifti/volume';
import { moveInto, readNiftiBytes, withFolder, writeNiftiBytes } from './files';
import { storageError } from './storageError';
import { runThread } from './thread';

export interface ConvertedVolume {
  /** .nii.gz in the output folder. */
  readonly niftiPath: string;
  /** BIDS sidecar, cut to its allow-list. */
  readonly sidecar: Record<string, unknown>;
  readonly bvalPath?: string;
  readonly bvecPath?: string;
  /** What sets this volume apart from others of the series: '' or parts such as 'e1', 'ph', 'e2_ph'. */
  readonly suffix: string;
  /** Resampled by dcm2niix, because the slices were sheared by a tilted gantry or unevenly spaced. */
  readonly corrected: 'tilt' | 'spacing' | null;
  readonly shape: Vec3;
  readonly volumes: number;
}

export interface Conversion {
  readonly volumes: readonly ConvertedVolume[];
  /** Warnings of the converter in our own words: no paths, no header values. */
  readonly log: readonly string[];
}

export interface ConvertOptions {
  /** Paths of the original DICOM files of one series; their names do not matter. */
  readonly files: readonly string[];
  /** Existing folder; receives volume1.nii.gz, volume1.bval, ... */
  readonly outDir: string;
  /** Where the private working folder is made; the system's by default. Best on the same disk as the files. */
  readonly tempDir?: string;
  readonly signal?: AbortSignal;
}

export interface ConvertInput {
  readonly inFolder: string;
  readonly workFolder: string;
  readonly outDir: string;
}

const TOO_LARGE =
  'This series is too large for the converter (2 GB of memory). Split it into smaller series and send those.';

/**
 * Converts the files of one series. The caller checks the slices' geometry before and the series' completeness.
 * @throws DomainError UNREADABLE (damaged), UNSUPPORTED (nothing convertible in it, or too large), STORAGE_FULL; the abort reason
 */
export async function convertSeries({ files, outDir, tempDir, signal }: ConvertOptions): Promise<Conversion> {
  if (files.length === 0) throw new DomainError('UNREADABLE', 'This series holds no files. Send it again.');
  return withFolder(tempDir, async (folder) => {
    const [inFolder, workFolder, doneFolder] = await Promise.all(
      ['in', 'raw', 'done'].map((name) => newFolder(folder, name)),
    );
    await linkAll(files, inFolder!);
    const input: ConvertInput = { inFolder: inFolder!, workFolder: workFolder!, outDir: doneFolder! };
    const done = await runThread<Conversion>('convertThread', input, { signal, tooLarge: TOO_LARGE });
    return { ...done, volumes: await Promise.all(done.volumes.map((volume) => moveVolume(volume, outDir))) };
  });
}

async function newFolder(parent: string, name: string): Promise<string> {
  const folder = path.join(parent, name);
  await mkdir(folder);
  return folder;
}

async function moveVolume(volume: ConvertedVolume, outDir: string): Promise<ConvertedVolume> {
  const move = async (from: string) => {
    const target = path.join(outDir, path.basename(from));
    await moveInto(from, target);
    return target;
  };
  const { niftiPath, bvalPath, bvecPath } = volume;
  return {
    ...volume,
    niftiPath: await move(niftiPath),
    ...(bvalPath === undefined ? {} : { bvalPath: await move(bvalPath) }),
    ...(bvecPath === undefined ? {} : { bvecPath: await move(bvecPath) }),
  };
}

/** Constant names, so that nothing of the upload's names can reach an output; links, so that nothing is copied. */
async function linkAll(files: readonly string[], folder: string): Promise<void> {
  try {
    for (const [n, file] of files.entries())
      await linkOne(path.resolve(file), path.join(folder, `${String(n).padStart(6, '0')}.dcm`));
  } catch (error) {
    throw storageError(error);
  }
}

async function linkOne(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another disk, or a kernel that forbids hard links to other users' files.
    await symlink(from, to).catch(() => copyFile(from, to));
  }
}

/**
 * An uploaded .nii or .nii.gz as .nii.gz with its header cut to the allow-list; voxels, geometry and scaling unchanged.
 * @throws DomainError UNREADABLE | UNSUPPORTED | STORAGE_FULL
 */
export async function cleanNiftiFile({
  input,
  output,
}: {
  input: string;
  output: string;
}): Promise<{ shape: Vec3; volumes: number }> {
  const clean = cleanHeader(await readNiftiBytes(input));
  const { shape, volumes } = readNifti(clean);
  await writeNiftiBytes(output, clean);
  return { shape, volumes };
}
