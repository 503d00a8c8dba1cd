// Where a volume stands in a BIDS dataset (BIDS 1.10.0, "Modality specific files"): folder, suffix and entities.

/** What is known of one released volume. The sidecar is already cut to its allow-list. */
export interface ReleaseVolume {
  /** 'sub-...' */
  readonly subjectCode: string;
  /** 1 -> ses-01 */
  readonly session: number;
  readonly modality: string;
  readonly sidecar: Readonly<Record<string, unknown>>;
  /** Number of 3D volumes in the file. */
  readonly volumes: number;
  readonly hasBval: boolean;
  /** For a picture: the ending of its name, with the dot. */
  readonly picture?: string | undefined;
  /** What dcm2niix put behind the name: '' | 'e1' | 'ph' | 'e2_ph' ... */
  readonly suffix: string;
}
export interface BidsKind {
  readonly folder: string;
  readonly suffix: string;
  /** Entities between session and run, in BIDS order: `task-unknown`, `echo-1`, `part-phase`. */
  readonly entities: readonly string[];
  /** False for what BIDS has no name for: such folders are listed in .bidsignore. */
  readonly standard: boolean;
}

/** The kind of a volume. What cannot be told apart is called what it is (`other/..._MR`), never guessed. */
export function bidsKind(volume: ReleaseVolume): BidsKind {
  const { modality } = volume;
  if (volume.picture !== undefined) return kind('picture', 'photo', [], false);
  if (modality === 'CT') return kind('ct', 'ct', [], false);
  if (modality === 'PT') return kind('pet', 'pet', [], true);
  if (modality === 'MR') return mrKind(volume);
  return kind('other', /^[A-Z]{2,4}$/.test(modality) ? modality : 'OT', [], false);
}

function mrKind(volume: ReleaseVolume): BidsKind {
  const part = /(^|_)(ph|phase|real|imaginary)/.exec(volume.suffix)?.[2];
  const echo = /(^|_)e(\d+)/.exec(volume.suffix)?.[2];
  const entities = [
    ...(echo === undefined ? [] : [`echo-${Number(echo)}`]),
    ...(part === undefined ? [] : [partEntity(part)]),
  ];
  if (/fieldmap/i.test(volume.suffix)) return kind('other', 'MR', entities, false);
  if (volume.hasBval && volume.volumes > 1)
    return kind('dwi', 'dwi', part === undefined ? [] : [partEntity(part)], true);
  if (volume.volumes > 1 && text(volume.sidecar, 'ScanningSequence').includes('EP')) {
    return kind('func', 'bold', ['task-unknown', ...entities], true);
  }
  const contrast = volume.volumes === 1 ? mrContrast(volume.sidecar) : null;
  if (contrast !== null && part === undefined) return kind('anat', contrast, entities, true);
  return kind('other', 'MR', entities, false);
}

/**
 * T1w, T2w, FLAIR, PDw or T2starw from echo, repetition and inversion time (seconds, as in the sidecar), by the usual
 * textbook bounds (Bushberg, ch. 12); null between them.
 */
export function mrContrast(sidecar: Readonly<Record<string, unknown>>): string | null {
  const te = seconds(sidecar, 'EchoTime');
  const tr = seconds(sidecar, 'RepetitionTime');
  const ti = seconds(sidecar, 'InversionTime');
  if (te === null) return null;
  if (ti !== null && ti >= 1.5 && te >= 0.05) return 'FLAIR';
  if (ti !== null && ti >= 0.3 && ti < 1.5 && te < 0.02) return 'T1w';
  if (tr === null || ti !== null) return null;
  const gradient = text(sidecar, 'ScanningSequence').includes('GR');
  if (gradient) {
    if (te >= 0.015) return 'T2starw';
    return tr < 0.6 && te < 0.012 ? 'T1w' : null;
  }
  if (tr < 1.2 && te < 0.03) return 'T1w';
  if (tr >= 2 && te >= 0.06) return 'T2w';
  return tr >= 2 && te < 0.035 ? 'PDw' : null;
}

/**
 * Paths of one volume's files below the dataset, without extension. `run` counts files that would share a name, from 1.
 */
function bidsStem(volume: ReleaseVolume, what: BidsKind, run: number): string {
  const session = `ses-${two(volume.session)}`;
  const task = what.entities.filter((entity) => entity.startsWith('task-'));
  const rest = what.entities.filter((entity) => !entity.startsWith('task-'));
  const name = [volume.subjectCode, session, ...task, `run-${two(run)}`, ...rest, what.suffix].join('_');
  return `${volume.subjectCode}/${session}/${what.folder}/${name}`;
}

/** Gives every volume its stem; volumes that would share a name count up in `run-`, in the order given. */
export function bidsStems(volumes: readonly ReleaseVolume[]): { stem: string; kind: BidsKind }[] {
  const taken = new Map<string, number>();
  return volumes.map((volume) => {
    const what = bidsKind(volume);
    const slot = bidsStem(volume, what, 0);
    const run = (taken.get(slot) ?? 0) + 1;
    taken.set(slot, run);
    return { stem: bidsStem(volume, what, run), kind: what };
  });
}

/** Patterns for .bidsignore: the folders that BIDS does not know, of those in use. */
export function bidsIgnore(kinds: readonly BidsKind[]): string {
  const folders = new Set(kinds.filter((k) => !k.standard).map((k) => k.folder));
  return ['manifest-sha256.txt', ...[...folders].sort().map((folder) => `**/${folder}/`)]
    .map((line) => `${line}\n`)
    .join('');
}

function kind(folder: string, suffix: string, entities: readonly string[], standard: boolean): BidsKind {
  return { folder, suffix, entities, standard };
}
function partEntity(part: string): string {
  if (part === 'real') return 'part-real';
  return part === 'imaginary' ? 'part-imag' : 'part-phase';
}
function two(n: number): string {
  return String(n).padStart(2, '0');
}
function seconds(sidecar: Readonly<Record<string, unknown>>, key: string): number | null {
  const value = sidecar[key];
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
function text(sidecar: Readonly<Record<string, unknown>>, key: string): string {
  const value = sidecar[key];
  return Array.isArray(value) ? value.join('\\') : String(value ?? '');
}
