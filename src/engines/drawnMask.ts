// A mask drawn by a person, from a file: label runs out of a browser, or a NIfTI volume out of any program.
import { readFile } from 'node:fs/promises';
import { areLabelRuns, LABEL, unpackLabels } from '../domain/deface/labelRuns';
import { assertDrawn } from '../domain/deface/mended';
import { DomainError } from '../domain/errors';
import { isScalar, storedValues } from '../domain/nifti/datatypes';
import { readNifti, sameGrid, type Volume } from '../domain/nifti/volume';
import { readNiftiBytes } from './files';

/**
 * What a person marked for removal on `volume`: LABEL.cut there, x fastest; anything not 0 in a NIfTI file counts.
 * @throws DomainError UNREADABLE | UNSUPPORTED for a file that is no mask, CONFLICT for one of another grid, INVALID for an empty or absurd one
 */
export async function readDrawnMask(file: string, volume: Volume): Promise<Uint8Array> {
  const packed = await readFile(file);
  const drawn = areLabelRuns(packed) ? unpackLabels(packed, volume.shape) : await fromNifti(file, volume);
  let marked = 0;
  for (const label of drawn) if (label === LABEL.cut) marked++;
  assertDrawn(marked, volume.shape);
  return drawn;
}

async function fromNifti(file: string, volume: Volume): Promise<Uint8Array> {
  const mask = readNifti(await readNiftiBytes(file));
  if (!sameGrid(mask, volume)) {
    throw new DomainError(
      'CONFLICT',
      'The mask lies on other voxels than the scan: size, place and direction must be the same. Resample it, then try again.',
    );
  }
  if (mask.volumes !== 1 || !isScalar(mask.datatype)) {
    throw new DomainError(
      'UNSUPPORTED',
      'A mask must be one 3D volume of plain numbers: 0 stays, anything else is removed.',
    );
  }
  const values = storedValues(mask.data, mask.datatype, mask.littleEndian);
  return Uint8Array.from(values, (value) => (value !== 0 ? LABEL.cut : LABEL.keep));
}
