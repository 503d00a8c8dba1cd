// PS3.15 Table E.1-1 as a look-up: what each column says about an attribute, and what a profile's options make of it (E.1.1, E.3).

import type { Tag } from '../dicom/dataset';
import cid7050 from './data/cid7050.json';
import table from './data/confidentialityProfile.json';
import safePrivate from './data/safePrivate.json';
import type { ProfileOptions } from './profile';

/** An action code of the Basic Profile column (PS3.15 Table E.1-1a). */
export type BasicCode = 'D' | 'Z' | 'X' | 'U' | 'X/D' | 'X/Z' | 'Z/D' | 'X/Z/D' | 'X/Z/U*';

const COLUMNS = [
  'retainSafePrivate',
  'retainUids',
  'retainDeviceIdentity',
  'retainInstitutionIdentity',
  'retainPatientCharacteristics',
  'full',
  'modified',
  'cleanDescriptors',
  'cleanStructuredContent',
  'cleanGraphics',
] as const;
type Column = (typeof COLUMNS)[number];

/** A row of the table: the tag as printed there ('00080018', '60XX3000', 'PRIVATE'), its name and its codes. */
export interface ProfileRow {
  readonly written: string;
  /** The tag; of repeating groups and private attributes one of them. */
  readonly tag: Tag;
  readonly name: string;
  readonly basic: BasicCode;
  /** What each option column says: keep, clean, or nothing. */
  readonly options: Readonly<Partial<Record<Column, 'K' | 'C'>>>;
}

/** Every row of Table E.1-1, in the table's order. */
export const PROFILE_ROWS: readonly ProfileRow[] = (table.rows as [string, string, BasicCode, string][]).map(
  ([tag, name, basic, letters]) => ({
    written: tag.replace('*', ''),
    tag: Number.parseInt(
      tag.replace('*', '').replace('50XXXXXX', '50003000').replace('XX', '00').replace('PRIVATE', '00091000'),
      16,
    ),
    name,
    basic,
    options: Object.fromEntries(
      COLUMNS.flatMap((column, i) => (letters[i] === '.' ? [] : [[column, letters[i]]])),
    ) as ProfileRow['options'],
  }),
);

const byTag = new Map<Tag, ProfileRow>();
const written = new Map(PROFILE_ROWS.map((row) => [row.written, row]));
for (const row of PROFILE_ROWS) if (/^[0-9A-F]{8}$/.test(row.written)) byTag.set(Number.parseInt(row.written, 16), row);

/** The row of an attribute, curves and overlays (50xx, 60xx) included; undefined when the table does not list it. */
export function profileRow(tag: Tag): ProfileRow | undefined {
  const row = byTag.get(tag);
  if (row) return row;
  const group = tag >>> 24;
  if (group === 0x50) return written.get('50XXXXXX');
  if (group !== 0x60) return undefined;
  return written.get(`60XX${(tag & 0xffff).toString(16).toUpperCase().padStart(4, '0')}`);
}

/**
 * What the options of a profile say about a row: keep, clean, or null when the Basic column stands (PS3.15 E.3).
 * A date stays only where dates may stay, whatever else would keep its attribute: of two readings the safer one.
 */
export function optionCode(row: ProfileRow, options: ProfileOptions): 'K' | 'C' | null {
  const dated = row.options.full !== undefined;
  if (dated) return options.retainLongitudinal === 'none' ? null : (row.options[options.retainLongitudinal] ?? null);
  let code: 'K' | 'C' | null = null;
  for (const column of COLUMNS) {
    const says = row.options[column];
    if (!says || column === 'full' || column === 'modified' || !options[column]) continue;
    code = code === 'C' || says === 'C' ? 'C' : 'K';
  }
  return code;
}

/** A private attribute that is known to be safe (PS3.15 Table E.3.10-1). */
interface SafePrivateRow {
  readonly creator: string;
  readonly vr: string;
  readonly meaning: string;
}

const safe = new Map(
  (safePrivate.rows as string[][]).map(([creator, group, element, vr, meaning]) => [
    `${group}${element}${creator!.toLowerCase()}`,
    { creator: creator!, vr: vr!, meaning: meaning! } satisfies SafePrivateRow,
  ]),
);

/** The row of a private attribute in Table E.3.10-1, by its creator; undefined when it is not known to be safe. */
export function safePrivateRow(tag: Tag, creator: string): SafePrivateRow | undefined {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return safe.get(`${hex.slice(0, 4)}${hex.slice(6)}${creator.trim().toLowerCase()}`);
}

/** Code meanings of CID 7050 by code value, scheme DCM. */
export const DEIDENTIFICATION_METHODS: Readonly<Record<keyof typeof cid7050.codes, string>> = cid7050.codes;

/** Edition of the standard that the tables were taken from. */
export const TABLE_EDITION = 'PS3.15 2025b';
