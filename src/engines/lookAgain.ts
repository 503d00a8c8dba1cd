// Looks again at every byte of a volume about to be handed on: header, sidecar and gradients against their allow-lists and
// against what was taken out of the originals (PS3.15 E.1.1; fails closed).
import { readFile } from 'node:fs/promises';
import { type Gunzip, gunzip } from 'node:zlib';
import type { RemovedValue } from '../domain/deid/removed';
import { residualScan } from '../domain/deid/residual';
import { DomainError } from '../domain/errors';
import { cleanHeader } from '../domain/nifti/cleanHeader';
import { cleanSidecar } from '../domain/nifti/sidecar';
import { readNifti } from '../domain/nifti/volume';

export interface VolumeFiles {
  /** .nii.gz */
  readonly nifti: string;
  readonly sidecar: Readonly<Record<string, unknown>>;
  readonly bval: string | null;
  readonly bvec: string | null;
}

/** Values shorter than this occur by chance among millions of voxels. */
const SHORTEST_IN_VOXELS = 8;

/**
 * @throws DomainError UNSAFE when anything is in the volume's files that should not be; the message never says what
 */
export async function lookAgainAtVolume(files: VolumeFiles, removed: readonly RemovedValue[]): Promise<void> {
  const bytes = await readWhole(files.nifti);
  const clean = cleanHeader(bytes);
  if (Buffer.compare(bytes, clean) !== 0) throw unsafe('the header of a volume');
  const { voxOffset } = readNifti(bytes);
  checkBytes(bytes.subarray(0, voxOffset), removed, 'the header of a volume');
  const telling = removed.filter((value) => value.text.length >= SHORTEST_IN_VOXELS);
  checkBytes(bytes.subarray(voxOffset), telling, 'the voxels of a volume');
  lookAgainAtSidecar(files.sidecar, removed);
  for (const path of [files.bval, files.bvec]) if (path !== null) await checkGradients(path);
}

/**
 * The sidecar without the keys in which a removed value stands: its words come out of closed lists, so a likeness is chance
 * (a station named after its scanner), and losing one key is better than losing the series.
 */
export function withoutRemoved(
  sidecar: Readonly<Record<string, unknown>>,
  removed: readonly RemovedValue[],
): Record<string, unknown> {
  const clean = (value: unknown) => residualScan(Buffer.from(JSON.stringify(value), 'utf8'), removed).length === 0;
  return Object.fromEntries(Object.entries(sidecar).filter(([, value]) => clean(value)));
}

/** @throws DomainError UNSAFE when a sidecar holds more than its allow-list, or a removed value */
export function lookAgainAtSidecar(sidecar: Readonly<Record<string, unknown>>, removed: readonly RemovedValue[]): void {
  if (JSON.stringify(cleanSidecar(sidecar)) !== JSON.stringify(sidecar)) throw unsafe('a sidecar');
  lookAgainAtText(JSON.stringify(sidecar, null, 2), removed, 'a sidecar', Object.keys(sidecar).join(' '));
}

/**
 * @param fixed words of ours that stand in every such text: a person may be called Head, and a README speaks of heads
 * @throws DomainError UNSAFE when a removed value stands in `text`
 */
export function lookAgainAtText(text: string, removed: readonly RemovedValue[], where: string, fixed = ''): void {
  const bytes = Buffer.from(text, 'utf8');
  if (residualScan(bytes, removed).length === 0) return;
  const ours = Buffer.from(fixed, 'utf8');
  checkBytes(
    bytes,
    removed.filter((value) => residualScan(ours, [value]).length === 0),
    where,
  );
}

/** Everything in a .nii.gz (or .nii): readers stop at the last voxel, this must not. A gzip header with a name or a comment is refused. */
async function readWhole(path: string): Promise<Uint8Array> {
  const packed = await readFile(path);
  if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
  if (packed[3] !== 0) throw unsafe('the gzip header of a volume');
  const { buffer, engine } = await inflate(packed);
  if (engine.bytesWritten !== packed.length) throw unsafe('what follows a volume');
  return buffer;
}

function inflate(packed: Buffer): Promise<{ buffer: Buffer; engine: Gunzip }> {
  return new Promise((resolve, reject) => {
    // With `info` the answer names the engine, which tells how much of its input it used; the types do not know that.
    gunzip(packed, { info: true }, (error, result) => {
      if (error === null) resolve(result as unknown as { buffer: Buffer; engine: Gunzip });
      else reject(unsafe('a volume that cannot be unpacked'));
    });
  });
}

async function checkGradients(path: string): Promise<void> {
  if (!/^[-+.\deE\s]*$/.test(await readFile(path, 'utf8'))) throw unsafe('a gradient table');
}

function checkBytes(bytes: Uint8Array, removed: readonly RemovedValue[], where: string): void {
  if (residualScan(bytes, removed).length > 0) throw unsafe(where);
}

function unsafe(where: string): DomainError {
  return new DomainError(
    'UNSAFE',
    `Something that should have been removed was found again in ${where}, so nothing was handed on.`,
  );
}
