// What the product would remove: the engine, called on a list of scans with a model folder of one's own.
//   node --import tsx models/deface/training/remove.ts MODEL_FOLDER < list of NIfTI paths, one a line > one JSON line a scan
// The mask goes beside each scan (NAME.mask.nii.gz). A person's answer is given in advance, so that a mask is made even where the
// product would ask; what it would have said is reported.
import { createInterface } from 'node:readline';
import { headDecision } from '@/domain/deface/decision';
import { deface } from '@/engines/defaceVolume';
import { createFaceModel } from '@/engines/faceModel';

const modelDir = process.argv[2]!;
const model = await createFaceModel(modelDir, { threads: 2 });
for await (const input of createInterface({ input: process.stdin })) {
  const beside = (kind: string) => input.replace(/\.nii\.gz$/, `.${kind}.nii.gz`);
  const paths = { input, output: beside('after'), maskOutput: beside('mask') };
  const { outcome, reason, figures, seconds } = await deface({ ...paths, modelDir, force: 'head' }, model);
  const { decision, reason: doubt } = headDecision({ facts: {}, figures: figures! });
  const passes = outcome === 'defaced' && decision === 'head';
  console.log(JSON.stringify({ input, passes, decision, reason: passes ? '' : decision === 'head' ? reason : doubt, seconds, figures }));
}
await model.dispose();
