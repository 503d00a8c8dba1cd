// What other tools' scripts ask of an image, as what a region rule of ours asks: alternatives of conditions that all must hold.
import type { Tag } from '../../dicom/dataset';
import { findTag, parseTag } from '../../dicom/dictionary';
import { TAG } from '../../dicom/tags';
import type { Box } from '../../pixels/boxes';
import { type RegionMatch, type RegionRule, regionRuleSchema, regionTexts } from '../../pixels/regionRules';
import type { ImportedLine, Reading } from './report';

export interface Condition {
  /** A keyword, or a tag in any spelling. */
  readonly attribute: string;
  /** In lower case, as the script says it. */
  readonly asks: string;
  readonly value: string;
}
/** Alternatives, each of conditions that all must hold; null: something that cannot be read. */
export type Alternatives = readonly (readonly Condition[])[] | null;

/** What became of one block of a script. */
export interface RegionReading extends Pick<Reading, 'taken' | 'words'> {
  readonly regions: readonly RegionRule[];
}
export interface ImportedRegions {
  readonly regions: readonly RegionRule[];
  readonly lines: readonly ImportedLine[];
}

const MOST_ALTERNATIVES = 64;

/** Both must hold. */
export function both(a: Alternatives, b: Alternatives): Alternatives {
  if (a === null || b === null || a.length * b.length > MOST_ALTERNATIVES) return null;
  return a.flatMap((one) => b.map((other) => [...one, ...other]));
}

/** One of them must hold. */
export function either(a: Alternatives, b: Alternatives): Alternatives {
  return a === null || b === null || a.length + b.length > MOST_ALTERNATIVES ? null : [...a, ...b];
}

interface Block {
  readonly name: string;
  readonly source: string;
  readonly when: Alternatives;
  readonly do: RegionRule['do'];
  readonly boxes: readonly Box[];
}

/** The rules of a block of a script; none when one of its conditions has no equivalent, since a rule with less would black out more. */
export function regionsFrom({ name, source, when, do: does, boxes }: Block): RegionReading {
  if (when === null || when.length === 0)
    return { regions: [], taken: 'none', words: 'Its conditions cannot be read. Text is looked for in any case.' };
  const matches = when.map(matchFrom);
  const missing = matches.find((one) => typeof one === 'string');
  if (missing !== undefined) return { regions: [], taken: 'none', words: `${missing} Text is looked for in any case.` };
  const found = matches as { match: RegionMatch; wider: boolean }[];
  const rules = found.map(({ match }) => regionRuleSchema.safeParse({ name, match, do: does, boxes, source }));
  if (!rules.every(({ success }) => success))
    return { regions: [], taken: 'none', words: 'Its places are not boxes of pixels.' };
  const wider = found.some((one) => one.wider);
  const words = wider ? 'Taken over; a text counts also where it stands inside a longer value.' : 'Taken over.';
  return { regions: rules.map(({ data }) => data!), taken: wider ? 'part' : 'whole', words };
}

const FIELDS = new Map<Tag, keyof RegionMatch>([
  ...Object.entries(regionTexts).map(([name, tag]) => [tag, name as keyof RegionMatch] as const),
  [TAG.Rows, 'rows'],
  [TAG.Columns, 'columns'],
]);
const CONTAINS = new Set(['contains', 'containsignorecase']);
const STRICTER = new Set([
  'equals',
  'equalsignorecase',
  'startswith',
  'startswithignorecase',
  'endswith',
  'endswithignorecase',
]);

/** What a rule asks for instead, or in plain words what it cannot ask for. */
function matchFrom(conditions: readonly Condition[]): { match: RegionMatch; wider: boolean } | string {
  const match: Record<string, string | number> = {};
  let wider = false;
  for (const { attribute, asks, value } of conditions) {
    const field = FIELDS.get(parseTag(attribute.replace(/^\[|\]$/g, '')) ?? findTag(attribute) ?? -1);
    const known = CONTAINS.has(asks) || STRICTER.has(asks);
    if (field === undefined || !known || value.trim() === '')
      return `It asks for what no rule asks for (${attribute.slice(0, 40)} ${asks.slice(0, 20)}).`;
    const wanted = field === 'rows' || field === 'columns' ? Number(value) : value.trim();
    const before = match[field];
    const [one, other] = [String(before ?? wanted).toUpperCase(), String(wanted).toUpperCase()];
    if (!one.includes(other) && !other.includes(one))
      return `It asks for two values of ${attribute.slice(0, 40)} at once.`;
    if (typeof wanted === 'number' && before !== undefined && before !== wanted)
      return `It asks for two values of ${attribute.slice(0, 40)} at once.`;
    match[field] = before !== undefined && one.length > other.length ? before : wanted;
    if (STRICTER.has(asks) && typeof wanted === 'string' && field !== 'modality') wider = true;
  }
  return { match: match as RegionMatch, wider };
}
