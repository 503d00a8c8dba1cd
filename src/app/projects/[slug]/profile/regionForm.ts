// The fields of the dialog for a place in pictures: from a rule, and back to one with what is wrong said field by field.
import type { Box } from '@/domain/pixels/boxes';
import type { FoundBox } from '@/domain/pixels/plan';
import type { PixelSource } from '@/domain/pixels/proposals';
import { type RegionMatch, type RegionRule, regionRuleSchema } from '@/domain/pixels/regionRules';

/** What can be asked of an image, in the order in which it is offered. */
export const matchFields = {
  manufacturer: 'Manufacturer',
  model: 'Model',
  modality: 'Modality',
  columns: 'Columns',
  rows: 'Rows',
  software: 'Software',
  imageType: 'Image type',
  seriesDescription: 'Series text',
  burnedIn: 'Burned-in mark',
} as const satisfies Record<keyof RegionMatch, string>;

/** What a rule does, in the order in which it is offered. */
export const regionActions = {
  mask: { label: 'Black out the boxes', sentence: 'They are black in every image, before text is looked for.' },
  keepOnly: { label: 'Black out all but the boxes', sentence: 'Only what lies in a box is left to see.' },
  crop: {
    label: 'Cut the image to one box',
    sentence: 'The image becomes smaller; its place and scale in the patient stay right.',
  },
  keep: {
    label: 'Let text in the boxes stay',
    sentence:
      'Scales and settings stay readable there, and an ultrasound is not cut off. What names the patient goes all the same.',
  },
} as const satisfies Record<RegionRule['do'], { label: string; sentence: string }>;

export type RegionFields = Readonly<Record<keyof RegionMatch | 'name' | 'do' | 'boxes' | 'first' | 'last', string>>;

export function regionFieldsOf(rule: RegionRule | null): RegionFields {
  const { name = '', match = {}, boxes = [], frames } = rule ?? {};
  const texts = Object.keys(matchFields).map((field) => [field, String(match[field as keyof RegionMatch] ?? '')]);
  const range = { first: String(frames?.first ?? ''), last: String(frames?.last ?? '') };
  const said = Object.fromEntries(texts) as Record<keyof RegionMatch, string>;
  return { name, do: rule?.do ?? 'mask', boxes: boxesText(boxes), ...range, ...said };
}

export type RegionAnswer = { readonly rule: RegionRule } | { readonly errors: Readonly<Record<string, string>> };

/** The rule that the fields describe, or what is wrong with them by field name. */
export function regionOf(fields: RegionFields, source: string | undefined): RegionAnswer {
  const boxes = boxesOf(fields.boxes);
  if (boxes === null) return { errors: { boxes: 'Write each box on a line of its own: x, y, width, height.' } };
  const frames = fields.first.trim() === '' && fields.last.trim() === '' ? undefined : framesOf(fields);
  const result = regionRuleSchema.safeParse({
    name: fields.name,
    match: matchOf(fields),
    do: fields.do,
    boxes,
    ...(frames === undefined ? {} : { frames }),
    ...(source === undefined ? {} : { source }),
  });
  if (result.success) return { rule: result.data };
  const errors: Record<string, string> = {};
  for (const { path, message } of result.error.issues) errors[fieldAt(path)] ??= sentence(path, message);
  return { errors };
}

/** What the fields ask of an image, as far as they are filled in. */
export function matchOf(fields: RegionFields): RegionMatch {
  const given = (Object.keys(matchFields) as (keyof RegionMatch)[]).filter((field) => fields[field].trim() !== '');
  const value = (field: keyof RegionMatch) =>
    field === 'rows' || field === 'columns' ? Number(fields[field]) : fields[field].trim();
  return Object.fromEntries(given.map((field) => [field, value(field)]));
}

function framesOf({ first, last }: RegionFields) {
  return { first: Number(first), ...(last.trim() === '' ? {} : { last: Number(last) }) };
}

/** One line a box: x, y, width, height. */
export function boxesText(boxes: readonly Box[]): string {
  return boxes.map(({ x, y, width, height }) => `${x}, ${y}, ${width}, ${height}`).join('\n');
}

/** The boxes of such lines; null when one cannot be read. */
export function boxesOf(text: string): Box[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const boxes = lines.map((line) => /^\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*$/.exec(line)?.slice(1).map(Number));
  if (boxes.some((box) => box === undefined)) return null;
  return boxes.map((box) => ({ x: box![0]!, y: box![1]!, width: box![2]!, height: box![3]! }));
}

/** How boxes look on a picture: what stays as kept, what goes as black. */
export function shownBoxes(boxes: readonly Box[], does: string): FoundBox[] {
  return boxes.map((box) => ({ ...box, verdict: does === 'mask' ? ('identifying' as const) : ('harmless' as const) }));
}

/** Whether a picture may be of an image that the fields ask for, as far as is known of it. */
export function mayMatch(
  match: RegionMatch,
  picture: { readonly rows: number; readonly columns: number; readonly source: PixelSource | null },
): boolean {
  const { rows, columns, source } = picture;
  const holds = (name: keyof PixelSource) => {
    const [wanted, value] = [match[name]?.toUpperCase() ?? '', source?.[name].toUpperCase() ?? ''];
    return value === '' || value.includes(wanted);
  };
  return (match.rows ?? rows) === rows && (match.columns ?? columns) === columns && SOURCES.every(holds);
}

const SOURCES = ['manufacturer', 'model', 'modality'] as const;

/** Which images a rule is about: 'US, ACME Echo, 1024 x 768'. */
export function regionMatchWords({ match, frames }: RegionRule): string {
  const { rows, columns, ...texts } = match;
  const size = columns && rows ? `${columns} x ${rows}` : columns ? `${columns} columns` : rows ? `${rows} rows` : '';
  const range = frames && (frames.last ? `images ${frames.first} to ${frames.last}` : `image ${frames.first}`);
  return [...Object.values(texts), size, range].filter(Boolean).join(', ');
}

export function regionDoWords({ do: does, boxes }: RegionRule): string {
  const places = boxes.length === 1 ? 'one place' : `${boxes.length} places`;
  return {
    mask: `${places} black`,
    keepOnly: `all black but ${places}`,
    crop: 'cut to one place',
    keep: `${places} kept`,
  }[does];
}

function fieldAt(path: readonly PropertyKey[]): string {
  if (path[0] === 'match') return String(path[1] ?? 'manufacturer');
  if (path[0] === 'frames') return String(path[1] ?? 'last');
  return String(path[0] ?? 'do');
}

function sentence(path: readonly PropertyKey[], message: string): string {
  if (path[0] === 'name') return 'What do people call it?';
  if (path.length === 1 && path[0] === 'match') return 'Say which images: a manufacturer, a model, a size.';
  if (path[0] === 'boxes') return 'Draw or write at least one box with a width and a height.';
  if (path[0] === 'match' || path[0] === 'frames')
    return path.length > 1 ? 'A whole number above 0.' : 'It ends before it begins.';
  return `This ${message}.`;
}
