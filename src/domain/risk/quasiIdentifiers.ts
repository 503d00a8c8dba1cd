// Quasi-identifiers: what a neighbour, a colleague or another register may know of a person, and how each is told less exactly.

export type TraitValue = string | number | null;

interface QuasiIdentifierRow {
  readonly label: string;
  readonly unit?: string;
  /** Whether a version of NIfTI files carries it (participants, sidecars, layout), or only the cleaned DICOM headers do. */
  readonly inRelease: boolean;
  /** Coarser and coarser: each level is a function of the one before, so k can never fall from one to the next. */
  readonly levels: readonly Level[];
}
interface Level {
  /** Goes after the label: 'Age in 5-year bands'. */
  readonly words: string;
  readonly of: (value: string | number) => string;
}

const band =
  (width: number): Level['of'] =>
  (value) => {
    if (typeof value !== 'number') return value;
    const low = Math.floor(value / width) * width;
    return `${low} to ${low + width - 1}`;
  };
const bands = (unit: string, ...widths: number[]): Level[] =>
  widths.map((width) => ({ words: `in ${width}-${unit} bands`, of: band(width) }));

const cut =
  (length: number): Level['of'] =>
  (value) =>
    String(value).slice(0, length);
/** 'SIEMENS / Prisma; GE / Signa' -> 'GE; SIEMENS' */
const makers: Level['of'] = (value) => {
  const names = String(value)
    .split('; ')
    .map((device) => device.split(' / ')[0] ?? '');
  return [...new Set(names)].sort().join('; ');
};

/** Everything of a person that a version or its cleaned headers may tell, by name. */
export const quasiIdentifiers = {
  sex: { label: 'Sex', inRelease: true, levels: [] },
  age: { label: 'Age', unit: 'years', inRelease: true, levels: bands('year', 5, 10, 20) },
  modality: { label: 'Modalities', inRelease: true, levels: [] },
  device: { label: 'Scanner', inRelease: true, levels: [{ words: 'by its manufacturer only', of: makers }] },
  sessions: {
    label: 'Number of sessions',
    inRelease: true,
    levels: [{ words: 'as one or several', of: (value) => (value === 1 ? '1' : '2 or more') }],
  },
  size: { label: 'Body height', unit: 'cm', inRelease: false, levels: bands('cm', 5, 10, 20) },
  weight: { label: 'Body weight', unit: 'kg', inRelease: false, levels: bands('kg', 5, 10, 20) },
  ethnicGroup: { label: 'Ethnic group', inRelease: false, levels: [] },
  firstDate: {
    label: 'Date of the first scan',
    inRelease: false,
    levels: [
      { words: 'by month', of: cut(6) },
      { words: 'by year', of: cut(4) },
    ],
  },
  span: {
    label: 'Time from first to last scan',
    unit: 'days',
    inRelease: false,
    levels: bands('day', 30, 90, 360),
  },
} as const satisfies Record<string, QuasiIdentifierRow>;

export type QuasiIdentifier = keyof typeof quasiIdentifiers;
export const quasiIdentifierNames = Object.keys(quasiIdentifiers) as QuasiIdentifier[];

/** What participants.tsv tells of everybody, and what acquaintances know: chosen until the lead chooses otherwise. */
export const defaultQuasiIdentifiers: readonly QuasiIdentifier[] = ['sex', 'age'];

/** A quasi-identifier and how exactly it is known: 0 as it is, then the levels of its row. */
export interface Chosen {
  readonly name: QuasiIdentifier;
  readonly level: number;
}

export const rowOf = (name: QuasiIdentifier): QuasiIdentifierRow => quasiIdentifiers[name];

/** 'Age', or 'Age in 5-year bands'. */
export function chosenWords({ name, level }: Chosen): string {
  const { label, levels } = rowOf(name);
  return level === 0 ? label : `${label} ${levels[level - 1]?.words ?? ''}`;
}

/** A value as told at a level. What is not known stays unknown: a value of its own, as it is one to whoever looks. */
export function generalised(value: TraitValue, { name, level }: Chosen): string {
  if (value === null) return 'n/a';
  const { levels } = rowOf(name);
  const step = levels[Math.min(level, levels.length) - 1];
  return step === undefined ? String(value) : step.of(value);
}
