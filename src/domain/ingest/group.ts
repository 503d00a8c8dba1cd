// Groups the images of one drop into subjects, studies and series under keyed names, so no identifier is kept.
import type { DeidKeys } from '../deid/keys';
import type { InstanceFacts } from '../dicom/facts';
import { PICTURE_RISK } from '../pictures/picture';

/** One image that was looked into. `file` is the caller's number for it. */
export interface SeenImage {
  readonly file: number;
  readonly facts: Pick<
    InstanceFacts,
    | 'studyInstanceUid'
    | 'seriesInstanceUid'
    | 'sopInstanceUid'
    | 'modality'
    | 'instanceNumber'
    | 'studyDate'
    | 'studyTime'
    | 'seriesNumber'
  >;
  /** From domain/deid/identity: in memory only. */
  readonly identity: string;
  readonly risk: string | null;
}
/** One NIfTI volume or picture; `parts` is its path below the dropped folder. */
export interface SeenNifti {
  readonly kind: 'nifti' | 'picture';
  readonly file: number;
  readonly parts: readonly string[];
  readonly sha256: string;
  /** The JSON file that describes it. */
  readonly sidecar?: number;
}

export type SeriesKind = 'dicom' | 'nifti' | 'picture';
export interface GroupedSeries {
  readonly kind: SeriesKind;
  /** HMACs, hex: of the patient, of patient and study, of patient, study and series. */
  readonly patientKey: string;
  readonly studyKey: string;
  readonly seriesKey: string;
  readonly modality: string;
  /** Why the series waits for pixel cleaning, or null. */
  readonly risk: string | null;
  readonly instances: readonly { readonly file: number; readonly instanceKey: string }[];
}
export interface Grouping {
  /** Studies of one patient in order of date, their series in order of number. */
  readonly series: readonly GroupedSeries[];
  /** Files that name an instance seen before in this drop: `of` is the file that was kept. */
  readonly repeated: readonly { readonly file: number; readonly of: number }[];
}

/** Hex HMAC of `text` under the project's secret. */
function keyOf(keys: DeidKeys, label: string, text: string): string {
  return Array.from(keys.hmac(label, text), (b) => b.toString(16).padStart(2, '0')).join('');
}

/**
 * Groups DICOM images. The study's and series' keys cover the patient too: files of two patients under one UID
 * (copied or anonymised badly before) never become one series.
 */
export function groupImages(images: readonly SeenImage[], keys: DeidKeys): Grouping {
  const groups = new Map<string, SeenImage[]>();
  const first = new Map<string, number>();
  const repeated: { file: number; of: number }[] = [];
  for (const image of [...images].sort(byPlace)) {
    const series = JSON.stringify([image.identity, image.facts.studyInstanceUid, image.facts.seriesInstanceUid]);
    const instance = instanceName(series, image);
    const kept = first.get(instance);
    if (kept !== undefined) {
      repeated.push({ file: image.file, of: kept });
      continue;
    }
    first.set(instance, image.file);
    const group = groups.get(series);
    if (group === undefined) groups.set(series, [image]);
    else group.push(image);
  }
  return { series: [...groups.values()].map((group) => dicomSeries(group, keys)), repeated };
}

function dicomSeries(group: readonly SeenImage[], keys: DeidKeys): GroupedSeries {
  const { identity, facts } = group[0]!;
  const study = JSON.stringify([identity, facts.studyInstanceUid]);
  const series = JSON.stringify([identity, facts.studyInstanceUid, facts.seriesInstanceUid]);
  return {
    kind: 'dicom',
    patientKey: keyOf(keys, 'patient', identity),
    studyKey: keyOf(keys, 'study', study),
    seriesKey: keyOf(keys, 'series', series),
    modality: modalityCode(group.find((image) => image.facts.modality !== null)?.facts.modality ?? null),
    risk: group.find((image) => image.risk !== null)?.risk ?? null,
    instances: group.map((image) => ({
      file: image.file,
      instanceKey: keyOf(keys, 'instance', instanceName(series, image)),
    })),
  };
}

function instanceName(series: string, image: SeenImage): string {
  return `${series} ${image.facts.sopInstanceUid}`;
}

/** A modality is a code string of two to four letters (PS3.3 C.7.3.1.1.1); anything else could be free text. */
export function modalityCode(modality: string | null): string {
  return modality !== null && /^[A-Z]{2,4}$/.test(modality) ? modality : 'OT';
}

/**
 * Groups NIfTI volumes and pictures, which name no patient; each is a series of its own. One subject each for: a folder called `sub-...` (BIDS), else the first
 * folder below what was dropped, else the file itself. Splitting one person in two is harmless; merging two is not.
 */
export function groupNifti(volumes: readonly SeenNifti[], keys: DeidKeys): Grouping {
  const series: GroupedSeries[] = [];
  const first = new Map<string, number>();
  const repeated: { file: number; of: number }[] = [];
  for (const volume of [...volumes].sort((a, b) => a.file - b.file)) {
    const subject = niftiSubject(volume.parts);
    const session = volume.parts.find((part) => /^ses-[A-Za-z0-9]+$/.test(part)) ?? '';
    const seriesKey = keyOf(keys, 'niftiSeries', JSON.stringify([subject, session, volume.sha256]));
    const kept = first.get(seriesKey);
    if (kept !== undefined) {
      repeated.push({ file: volume.file, of: kept });
      continue;
    }
    first.set(seriesKey, volume.file);
    series.push({
      kind: volume.kind,
      patientKey: keyOf(keys, 'niftiPatient', subject),
      studyKey: keyOf(keys, 'niftiStudy', JSON.stringify([subject, session])),
      seriesKey,
      // A picture is what DICOM calls external camera photography.
      modality: volume.kind === 'picture' ? 'XC' : 'OT',
      risk: volume.kind === 'picture' ? PICTURE_RISK : null,
      instances: [
        { file: volume.file, instanceKey: keyOf(keys, 'niftiInstance', volume.sha256) },
        ...(volume.sidecar === undefined
          ? []
          : [{ file: volume.sidecar, instanceKey: keyOf(keys, 'niftiSidecar', volume.sha256) }]),
      ],
    });
  }
  return { series, repeated };
}

function niftiSubject(parts: readonly string[]): string {
  const bids = parts.slice(0, -1).find((part) => /^sub-[A-Za-z0-9]+$/.test(part));
  if (bids !== undefined) return bids;
  if (parts.length > 1) return `folder ${parts[0]}`;
  return `file ${parts[0] ?? ''}`;
}

/** Path parts below the one folder that all `paths` share, if they share one. */
export function partsBelowRoot(paths: readonly string[]): string[][] {
  const all = paths.map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  const root = all[0]?.[0];
  const shared = all.length > 0 && all.every((parts) => parts.length > 1 && parts[0] === root);
  return shared ? all.map((parts) => parts.slice(1)) : all;
}

function byPlace(a: SeenImage, b: SeenImage): number {
  return (
    compare(a.facts.studyDate, b.facts.studyDate) ||
    compare(a.facts.studyTime, b.facts.studyTime) ||
    (a.facts.seriesNumber ?? 0) - (b.facts.seriesNumber ?? 0) ||
    (a.facts.instanceNumber ?? 0) - (b.facts.instanceNumber ?? 0) ||
    a.file - b.file
  );
}

function compare(a: string | null, b: string | null): number {
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}
