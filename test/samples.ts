// Where the sample scans are. They are not part of the project: a test that needs one is skipped, saying so, when they are absent.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the samples (dicom/, series/, heads/), or null: CLOAKROOM_SAMPLES, else ../shared/samples beside the repository. */
export function samplesDir(): string | null {
  const root = join(import.meta.dirname, '..');
  const folder = process.env.CLOAKROOM_SAMPLES || join(root, '..', 'shared', 'samples');
  return existsSync(folder) ? folder : null;
}

/** For the options of a test: `test('...', { skip: samplesMissing() }, ...)`. */
export function samplesMissing(): string | false {
  return samplesDir() === null ? 'samples not present' : false;
}

/** Every DICOM file below a folder of the samples ('dicom', 'series/ct_philips_tilt'), as full paths in order; [] when absent. */
export function sampleFiles(below: string): string[] {
  const folder = samplesDir();
  if (folder === null || !existsSync(join(folder, below))) return [];
  return readdirSync(join(folder, below), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(md|json|log|gz|nii|bvec|bval|npy)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
