// What happens inside the conversion thread: dcm2niix, then every output read back, cut to the allow-lists and written.
import fs from 'node:fs';
import path from 'node:path';
import { DomainError } from '../domain/errors';
import { cleanHeader } from '../domain/nifti/cleanHeader';
import { gradientTable } from '../domain/nifti/gradients';
import { cleanSidecar } from '../domain/nifti/sidecar';
import { readNifti } from '../domain/nifti/volume';
import type { Conversion, ConvertedVolume, ConvertInput } from './convert';
import { runDcm2niix } from './dcm2niix';
import { scrubLog } from './dcm2niixLog';
import { writeAtomic, writeNiftiBytes } from './files';

const NAME = 'v';
const CORRECTED = /_(?:Tilt|Eq)(?:_\d+)?$/;

// -p y: Philips values in their precise floating-point scaling (private slope), the quantitative one, instead of display scaling.
// -z n: gzip is done in Node. -f is constant: any pattern would put header values into names. -ba y is on by default and not enough.
const ARGS = ['-b', 'y', '-ba', 'y', '-z', 'n', '-p', 'y', '-x', 'n', '-f', NAME] as const;

/**
 * Converts the folder `inFolder`; `workFolder` holds the raw outputs for the moment.
 * @throws DomainError UNREADABLE | UNSUPPORTED | STORAGE_FULL
 */
export async function convertFolder({ inFolder, workFolder, outDir }: ConvertInput): Promise<Conversion> {
  const { code, lines } = await runDcm2niix(inFolder, workFolder, ARGS);
  const { log, full } = scrubLog(lines);
  if (full)
    throw new DomainError('STORAGE_FULL', 'The disk is full. Nothing was lost; free some space and it continues.');
  if (code === null) {
    throw new DomainError(
      'UNSUPPORTED',
      'The converter had to give up on this series: it is damaged, or larger than the 2 GB the converter can hold.',
    );
  }
  const names = chosen(fs.readdirSync(workFolder).filter((name) => name.endsWith('.nii')));
  // 2: no DICOM in it; 8: some files could not be converted; 0 may still have written nothing.
  if (names.length === 0) throw nothing(code);
  if (code !== 0)
    throw new DomainError(
      'UNREADABLE',
      'The converter could not use all files of this series. Send the series again, whole.',
    );

  const volumes: ConvertedVolume[] = [];
  for (const [n, name] of names.entries()) {
    volumes.push(await keep(path.join(workFolder, name), path.join(outDir, `volume${n + 1}`)));
    fs.rmSync(path.join(workFolder, name));
  }
  return { volumes, log };
}

function nothing(code: number): DomainError {
  return code === 2
    ? new DomainError(
        'UNREADABLE',
        'The converter found no DICOM images in this series. Look at the files and send them again.',
      )
    : new DomainError(
        'UNSUPPORTED',
        'The converter cannot make a volume of this series. It stays out of the NIfTI dataset.',
      );
}

/** dcm2niix leaves the uncorrected volume beside a corrected one: its affine is wrong, so only the corrected one goes on. */
function chosen(names: readonly string[]): string[] {
  const stale = new Set<string>();
  for (const name of names) {
    const stem = name.slice(0, -'.nii'.length);
    if (CORRECTED.test(stem)) stale.add(`${stem.replace(CORRECTED, '')}.nii`);
  }
  return names.filter((name) => !stale.has(name)).sort();
}

async function keep(raw: string, target: string): Promise<ConvertedVolume> {
  const stem = raw.slice(0, -'.nii'.length);
  const clean = cleanHeader(fs.readFileSync(raw));
  const { shape, volumes } = readNifti(clean);
  const niftiPath = `${target}.nii.gz`;
  await writeNiftiBytes(niftiPath, clean);
  // The sidecar of a corrected volume stands beside the uncorrected one only.
  const described = fs.existsSync(`${stem}.json`) ? stem : stem.replace(CORRECTED, '');
  const gradients = await keepGradients(described, target, volumes);
  return {
    niftiPath,
    sidecar: sidecarOf(`${described}.json`),
    ...gradients,
    ...nameFacts(path.basename(stem)),
    shape,
    volumes,
  };
}

function sidecarOf(file: string): Record<string, unknown> {
  if (!fs.existsSync(file)) return {};
  try {
    return cleanSidecar(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}

async function keepGradients(
  stem: string,
  target: string,
  volumes: number,
): Promise<{ bvalPath?: string; bvecPath?: string }> {
  if (!fs.existsSync(`${stem}.bval`) || !fs.existsSync(`${stem}.bvec`)) return {};
  const bval = gradientTable(fs.readFileSync(`${stem}.bval`, 'utf8'), 1, volumes);
  const bvec = gradientTable(fs.readFileSync(`${stem}.bvec`, 'utf8'), 3, volumes);
  if (bval === null || bvec === null) return {};
  const bvalPath = `${target}.bval`;
  const bvecPath = `${target}.bvec`;
  await writeAtomic(bvalPath, [Buffer.from(bval)]);
  await writeAtomic(bvecPath, [Buffer.from(bvec)]);
  return { bvalPath, bvecPath };
}

/** Only the marks that dcm2niix itself sets are taken from a name; anything else in it is left behind. */
function nameFacts(stem: string): Pick<ConvertedVolume, 'suffix' | 'corrected'> {
  const marks = stem.slice(NAME.length).split('_');
  const known = marks.filter((mark) =>
    /^(e\d{1,2}|ph|real|imaginary|fieldmaphz|ADC|MoCo|t\d{1,6}|c\d{1,2}|i\d{1,6}|r\d{1,2})$/.test(mark),
  );
  const corrected = marks.includes('Tilt') ? 'tilt' : marks.includes('Eq') ? 'spacing' : null;
  return { suffix: known.join('_'), corrected };
}
