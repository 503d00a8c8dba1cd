// What one series tells of its subject, from the table of its cleaned headers, never from originals.
import { cellAt, type SeriesTable } from '../metadata/table';
import { ageInYears, sexOf } from '../release/texts';

/** Of one series; null where its headers tell nothing. */
export interface SeriesTraits {
  readonly sex: string | null;
  /** Whole years, as participants.tsv has it. */
  readonly age: number | null;
  /** Whole cm. */
  readonly size: number | null;
  /** Whole kg. */
  readonly weight: number | null;
  readonly ethnicGroup: string | null;
  /** 'SIEMENS / Prisma' */
  readonly device: string | null;
  /** DA, as the profile left it. */
  readonly date: string | null;
}

const DATES = ['(0008,0022)', '(0008,0021)', '(0008,0020)'];

/** What one series tells: the first value of each attribute; all null without a table (NIfTI). */
export function traitsOf(table: SeriesTable | null): SeriesTraits {
  const first = (path: string) => {
    const column = table?.columns.find((one) => one.path === path);
    return (column && cellAt(column, 0)[0]?.trim()) || null;
  };
  const size = decimal(first('(0010,1020)'));
  const weight = decimal(first('(0010,1030)'));
  const device = [first('(0008,0070)'), first('(0008,1090)')].filter((word) => word !== null);
  const dates = DATES.map(first).filter((date) => date !== null && /^\d{8}$/.test(date));
  return {
    sex: sexOf(first('(0010,0040)')),
    age: ageInYears(first('(0010,1010)')),
    size: size === null ? null : Math.round(size * 100),
    weight: weight === null ? null : Math.round(weight),
    ethnicGroup: first('(0010,2160)'),
    device: device.length === 0 ? null : device.join(' / '),
    date: dates[0] ?? null,
  };
}

function decimal(text: string | null): number | null {
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}
