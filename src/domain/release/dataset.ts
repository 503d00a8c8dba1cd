// Which file of a released volume goes where: the plan of a BIDS dataset, for a release and for a folder run alike.
import { type BidsKind, bidsStems, type ReleaseVolume } from './bids';

/** A series' place below sourcedata/, and in a folder run: subject, session and number, which are all the portal's own. */
export function seriesFolder(subjectCode: string, session: number, number: number): string {
  return `${subjectCode}/ses-${String(session).padStart(2, '0')}/ser-${String(number).padStart(3, '0')}`;
}

/** Where file `index` (from 0) of a series' DICOM stands in a dataset (BIDS 1.10.0, "Source vs. raw vs. derived data"). */
export function sourcedataPath(folder: string, index: number): string {
  return `sourcedata/${folder}/${String(index + 1).padStart(6, '0')}.dcm`;
}

export type VolumePart = 'nifti' | 'picture' | 'bval' | 'bvec';
export interface PlannedVolume<V> {
  readonly volume: V;
  readonly kind: BidsKind;
  /** Files to copy, and where to. */
  readonly copies: readonly { readonly part: VolumePart; readonly path: string }[];
  readonly sidecar: { readonly path: string; readonly text: string };
}

/** Plans every volume's files, in the order given; no two paths are the same. */
export function planDataset<V extends ReleaseVolume>(volumes: readonly V[]): PlannedVolume<V>[] {
  const stems = bidsStems(volumes);
  return volumes.map((volume, index) => {
    const { stem, kind } = stems[index]!;
    const gradients: VolumePart[] = volume.hasBval ? ['bval', 'bvec'] : [];
    const copies = [
      volume.picture === undefined
        ? { part: 'nifti' as const, path: `${stem}.nii.gz` }
        : { part: 'picture' as const, path: `${stem}${volume.picture}` },
      ...gradients.map((part) => ({ part, path: `${stem}.${part}` })),
    ];
    const sidecar = kind.entities.includes('task-unknown')
      ? { TaskName: 'unknown', ...volume.sidecar }
      : volume.sidecar;
    return { volume, kind, copies, sidecar: { path: `${stem}.json`, text: `${JSON.stringify(sidecar, null, 2)}\n` } };
  });
}
