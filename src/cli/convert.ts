// cloakroom convert: every series as NIfTI volumes with sidecars; faces are still there.
import { join } from 'node:path';
import type { Gathered } from './gather';
import type { Session } from './session';
import { type MadeVolume, makeVolumes } from './volumes';

export async function convertAll(session: Session, gathered: Gathered): Promise<void> {
  for (const [index, series] of gathered.series.entries()) {
    session.progress.show('Converting', index, gathered.series.length);
    const made = await makeVolumes(session, series, join(session.unfinished, `convert-${index}`));
    await session.crosswalk?.save();
    if (made === null) continue;
    for (const [n, volume] of made.volumes.entries()) {
      await handOnVolume(session, volume, `${series.name}/vol-${String(n + 1).padStart(2, '0')}`);
    }
    session.finish(series.files.length);
  }
  session.progress.show('Converting', gathered.series.length, gathered.series.length);
}

async function handOnVolume(session: Session, volume: MadeVolume, stem: string): Promise<void> {
  await session.handOnText(`${stem}.json`, `${JSON.stringify(volume.sidecar, null, 2)}\n`);
  if (volume.bval !== null) await session.handOn(volume.bval, `${stem}.bval`);
  if (volume.bvec !== null) await session.handOn(volume.bvec, `${stem}.bvec`);
  await session.handOn(volume.nifti, `${stem}.nii.gz`);
}
