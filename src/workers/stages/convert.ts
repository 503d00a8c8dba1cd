// convert: checks every slice's place on the original, converts it, and cuts header and sidecar to their allow-lists.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { GeometryFinding } from '@/domain/dicom/geometry';
import { DomainError } from '@/domain/errors';
import type { ConvertOutcome } from '@/domain/outcomes';
import { findInPicture, writePicture } from '@/engines/cleanPicture';
import { type ConvertedVolume, cleanNiftiFile, convertSeries } from '@/engines/convert';
import { lookAgainAtVolume } from '@/engines/lookAgain';
import { cutFiles, maskedOriginals } from '@/engines/maskBurnedIn';
import { readPicture } from '@/engines/pictures';
import { lookAtSeries } from '@/engines/seriesFacts';
import { cleanSidecarFile } from '@/engines/sidecars';
import { outputKey, outputPath, type Stage, type Work } from '../work';
import { pixelsOf } from './earlier';
import { heldForText, type Leftovers, leftoversOf, lookAgainAtPixels } from './leftovers';
import { originalsOf, type SeriesOriginals } from './originals';

type VolumeRow = ConvertOutcome['volumes'][number];

export const convertStage: Stage = async (work) => {
  const series = await originalsOf(work.ticket.unitId);
  const { inputHash } = series;
  const findings = series.kind === 'dicom' ? (await lookAtSeries(series.files, work.signal)).findings : [];
  work.progress(0.3);
  const rows = findings.map(({ kind, message, count }) => ({ kind, message, count }));
  if (findings.length > 0 && series.answers.geometryConfirmedBy === undefined) {
    return {
      event: 'holdGeometry',
      why: wordsOf(findings),
      outcome: { volumes: [], findings: rows, leftovers: 0 },
      inputHash,
    };
  }
  const volumes = await converters[series.kind](work, series);
  if (!Array.isArray(volumes)) return { ...heldForText(work, volumes), inputHash };
  if (volumes.length === 0)
    throw new DomainError('UNSUPPORTED', 'There is no volume in this series that could be converted.');
  const outcome: ConvertOutcome = { volumes, findings: rows, leftovers: 0 };
  return { outcome, inputHash };
};

/** What comes of a series, or what was found in its pixels although they were blacked out. */
type Converter = (work: Work, series: SeriesOriginals) => Promise<VolumeRow[] | Leftovers>;

const converters: Record<SeriesOriginals['kind'], Converter> = {
  dicom: fromDicom,
  nifti: async (work, series) => [await fromNifti(work, series)],
  picture: fromPicture,
};

function wordsOf(findings: readonly GeometryFinding[]): string {
  return findings.map((finding) => finding.message).join(' ');
}

async function fromNifti(work: Work, series: SeriesOriginals): Promise<VolumeRow> {
  const [input, described] = series.files;
  if (input === undefined) throw new DomainError('NOT_FOUND', 'The uploaded volume is no longer there.');
  const output = await outputPath(work, 'volume1.nii.gz');
  const { shape, volumes } = await cleanNiftiFile({ input, output });
  const kept = await cleanSidecarFile(described);
  await lookAgainAtVolume({ nifti: output, sidecar: kept, bval: null, bvec: null }, []);
  const sidecar = await writeSidecar(work, 'volume1.json', kept);
  const nifti = outputKey(work, 'volume1.nii.gz');
  return { nifti, sidecar, bval: null, bvec: null, suffix: '', corrected: null, shape: [...shape], volumes };
}

/** A picture stays one: what a person left of it is written, and a PNG of that for the reader. */
async function fromPicture(work: Work, series: SeriesOriginals): Promise<VolumeRow[] | Leftovers> {
  const plan = await pixelsOf(work.ticket.unitId, series.answers);
  if (plan === null) throw new DomainError('UNSAFE', 'This picture was not looked at for text. Reprocess it.');
  const [stem, preview] = [await outputPath(work, 'picture'), await outputPath(work, 'preview.png')];
  const { path, width, height } = await writePicture(await readPicture(series.files[0]!), plan, stem, preview);
  const leftovers = leftoversOf(plan, (await findInPicture(await readPicture(path), work.signal)).plan);
  if (leftovers !== null) return leftovers;
  const row: VolumeRow = {
    nifti: outputKey(work, 'preview.png'),
    picture: outputKey(work, basename(path)),
    sidecar: await writeSidecar(work, 'picture.json', {}),
    bval: null,
    bvec: null,
    suffix: '',
    corrected: null,
    shape: [width, height, 1],
    volumes: 1,
  };
  return [row];
}

async function fromDicom(work: Work, series: SeriesOriginals): Promise<VolumeRow[] | Leftovers> {
  const outDir = await outputPath(work, 'volumes');
  const tempDir = await outputPath(work, 'temp');
  await mkdir(outDir, { recursive: true, mode: 0o700 });
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  const plan = await pixelsOf(work.ticket.unitId, series.answers);
  const cleanDir = join(tempDir, 'pixels');
  try {
    const files = plan === null ? series.files : await maskedOriginals(series.files, plan, cleanDir, work.signal);
    const leftovers = plan === null ? null : await lookAgainAtPixels(work, series, files, plan);
    if (leftovers !== null) return leftovers;
    if (plan !== null) await cutFiles(files, plan, work.signal);
    const { volumes } = await convertSeries({ files, outDir, tempDir, signal: work.signal });
    work.progress(0.8);
    const rows: VolumeRow[] = [];
    for (const volume of straight(volumes)) rows.push(await volumeRow(work, volume));
    return rows;
  } finally {
    await rm(cleanDir, { recursive: true, force: true });
  }
}

/** Where the converter straightened a sheared or uneven volume, the crooked one is of no use. */
function straight(volumes: readonly ConvertedVolume[]): ConvertedVolume[] {
  const corrected = new Set(volumes.filter((v) => v.corrected !== null).map((v) => v.suffix));
  return volumes.filter((v) => v.corrected !== null || !corrected.has(v.suffix));
}

async function volumeRow(work: Work, volume: ConvertedVolume): Promise<VolumeRow> {
  const { niftiPath, sidecar, bvalPath = null, bvecPath = null, suffix, corrected, shape, volumes } = volume;
  await lookAgainAtVolume({ nifti: niftiPath, sidecar, bval: bvalPath, bvec: bvecPath }, []);
  const key = (path: string) => outputKey(work, `volumes/${basename(path)}`);
  return {
    nifti: key(niftiPath),
    sidecar: await writeSidecar(work, `volumes/${basename(niftiPath, '.nii.gz')}.json`, sidecar),
    bval: bvalPath === null ? null : key(bvalPath),
    bvec: bvecPath === null ? null : key(bvecPath),
    suffix,
    corrected,
    shape: [...shape],
    volumes,
  };
}

async function writeSidecar(work: Work, name: string, sidecar: Record<string, unknown>): Promise<string> {
  await writeFile(await outputPath(work, name), `${JSON.stringify(sidecar, null, 2)}\n`, { mode: 0o600 });
  return outputKey(work, name);
}
