// A generated head (nobody's) as FOLDER/t1.nii.gz and FOLDER/ct.nii.gz, for the model card's pictures.
//   node --import tsx models/deface/training/phantom.ts FOLDER
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeNifti } from '@/domain/nifti/write';
import { headPhantom } from '@/domain/phantom/head';

const shape = [128, 156, 160] as const;
const mm = 1.6;
const affine = [mm, 0, 0, -102, 0, mm, 0, -125, 0, 0, mm, -128, 0, 0, 0, 1] as const;
for (const contrast of ['t1', 'ct'] as const) {
  const voxels = Int16Array.from(headPhantom({ dims: shape, spacingMm: [mm, mm, mm], contrast, seed: 11 }));
  const bytes = writeNifti({ shape, affine, datatype: 4, data: new Uint8Array(voxels.buffer) });
  await writeFile(join(process.argv[2]!, `${contrast}.nii.gz`), gzipSync(bytes));
}
