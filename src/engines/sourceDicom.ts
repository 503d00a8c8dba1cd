// The DICOM of one series as it may be handed on beside its volumes: de-identified and, for a head, without its face. All of its
// files or none: a series whose face cannot surely be removed from every image is left out, with the reason.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { allJudged, type ShownFrames } from '../domain/deface/judged';
import { slicePlaces } from '../domain/dicom/geometry';
import { TAG } from '../domain/dicom/tags';
import { contextOf, number } from '../domain/dicom/values';
import { readNifti, type Volume } from '../domain/nifti/volume';
import { type CleanOptions, cleanSeries } from './cleanSeries';
import { Crew } from './crew';
import type { DefacedNifti } from './defaceFiles';
import { withDicomFile } from './dicomFiles';
import { readNiftiBytes } from './files';

export interface SourceDicomOptions extends Pick<CleanOptions, 'files' | 'profile' | 'keys' | 'subjectCode'> {
  readonly pixels?: CleanOptions['pixels'];
  readonly sayPixelsCleaned?: boolean;
  /** The series' volumes as they are released; `mask` is null where none was removed because it is no head. */
  readonly volumes: readonly (Omit<DefacedNifti, 'mask'> & { readonly mask: string | null })[];
  /** Whether the files may say that faces were removed: only where a person looked at the volumes. */
  readonly sayFacesRemoved: boolean;
  /** An empty folder of one's own, for the results and what lies there meanwhile. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}
/** Paths of the files in the order of the series, or why there are none. */
export type SourceDicom = { readonly files: readonly string[] } | { readonly leftOut: string };

/** Volumes larger than this are not held beside each other. */
const MOST_BYTES = 2 ** 31;

/**
 * @throws DomainError STORAGE_FULL, the abort reason, errors of the disk, and Error when a thread died
 */
export async function sourceDicom(options: SourceDicomOptions): Promise<SourceDicom> {
  const { volumes, folder, sayFacesRemoved } = options;
  const heads = volumes.flatMap(({ mask, ...rest }) => (mask === null ? [] : [{ ...rest, mask }]));
  if (heads.length > 0 && heads.length < volumes.length)
    return { leftOut: 'The face was removed from some of its volumes only.' };
  const grids = await gridsOf(volumes.map(({ nifti }) => nifti));
  if (grids === null) return { leftOut: 'Its volumes are too large to be compared with its DICOM images here.' };
  const cleanFolder = join(folder, 'clean');
  const cleaned = await clean(options, cleanFolder, sayFacesRemoved && heads.length > 0);
  const result =
    'leftOut' in cleaned
      ? cleaned
      : heads.length > 0
        ? await deface(options, cleaned.files, heads, grids)
        : judged(
            cleaned.files,
            grids.map((grid, n) => ({ ...grid, straightened: volumes[n]!.straightened })),
          );
  if (!('leftOut' in result) && heads.length === 0) return result;
  await rm(cleanFolder, { recursive: true, force: true });
  return result;
}

type Grid = Pick<Volume, 'shape' | 'affine' | 'volumes'>;

async function gridsOf(paths: readonly string[]): Promise<Grid[] | null> {
  const grids: Grid[] = [];
  let bytes = 0;
  for (const path of paths) {
    const { shape, affine, volumes, data } = readNifti(await readNiftiBytes(path));
    bytes += data.length;
    if (bytes > MOST_BYTES) return null;
    grids.push({ shape, affine, volumes });
  }
  return grids;
}

async function clean(options: SourceDicomOptions, folder: string, sayFacesRemoved: boolean): Promise<SourceDicom> {
  const { files, profile, keys, subjectCode, pixels, sayPixelsCleaned = false, signal } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const output = fileIn(folder);
  const { refused } = await cleanSeries({
    files,
    output,
    profile,
    keys,
    subjectCode,
    sayPixelsCleaned,
    sayFacesRemoved,
    ...(pixels === undefined ? {} : { pixels }),
    ...(signal === undefined ? {} : { signal }),
  });
  return refused[0] === undefined ? { files: files.map((_, index) => output(index)) } : { leftOut: refused[0].reason };
}

function fileIn(folder: string): (index: number) => string {
  return (index) => join(folder, `${String(index + 1).padStart(6, '0')}.dcm`);
}

/** The files without the face, when it could be removed from all of them and together they show every voxel of the volumes. */
async function deface(
  { folder, signal }: SourceDicomOptions,
  files: readonly string[],
  heads: readonly DefacedNifti[],
  grids: readonly Grid[],
): Promise<SourceDicom> {
  const outFolder = join(folder, 'defaced');
  await mkdir(outFolder, { recursive: true, mode: 0o700 });
  const to = fileIn(outFolder);
  const items = files.map((from, index) => ({ index, from, to: to(index) }));
  // One helper and no more: it holds all volumes of the series.
  const crew = new Crew(2);
  let voxels = 0;
  let refused: string | null = null;
  try {
    for await (const answer of crew.run('deface', heads, items, { signal, aside: true })) {
      voxels += answer.voxels;
      refused ??= answer.refused[0]?.reason ?? null;
      if (refused !== null) break;
    }
  } finally {
    await crew.close();
  }
  const all = grids.reduce((sum, grid, n) => sum + (heads[n]!.straightened ? 0 : voxelsOf(grid)), 0);
  if (refused === null && voxels < all)
    refused = 'Its DICOM images do not show all that its volumes show, so they could not be compared whole.';
  if (refused === null) return { files: items.map((item) => item.to) };
  await rm(outFolder, { recursive: true, force: true });
  return { leftOut: refused };
}

const voxelsOf = ({ shape: [x, y, z], volumes }: Grid) => x * y * z * volumes;

/** The files as they are, when all they show was in the volumes in which no head was found. */
function judged(files: readonly string[], grids: Parameters<typeof allJudged>[1]): SourceDicom {
  const shown = files.map((path) =>
    withDicomFile(path, 'header', (file): ShownFrames => {
      const frames = number(file.dataset, TAG.NumberOfFrames, contextOf(file)) ?? 1;
      return { places: slicePlaces(file), frames };
    }),
  );
  if (allJudged(shown, grids)) return { files };
  return { leftOut: 'Not all of its DICOM images are in the volumes in which a face was looked for.' };
}
