// The fields of the rule dialog: from a rule, and back to one with what is wrong said field by field.
import { type Rule, ruleSchema } from '@/domain/deid/ruleSchema';
import { parseTagPattern } from '@/domain/deid/tagPattern';

export interface RuleFields {
  /** A keyword or a tag, or both with a blank between. */
  readonly attribute: string;
  readonly vr: string;
  readonly privateCreator: string;
  readonly value: string;
  readonly do: string;
  readonly replaceWith: string;
  readonly width: string;
  readonly atLeast: string;
  readonly atMost: string;
  /** One line a value: 'old = new'; in quotation marks as JSON where blanks, '=' or line ends belong to it. */
  readonly table: string;
  readonly otherwise: string;
}

const emptyFields: RuleFields = {
  attribute: '',
  vr: '',
  privateCreator: '',
  value: '',
  do: 'remove',
  replaceWith: '',
  width: '',
  atLeast: '',
  atMost: '',
  table: '',
  otherwise: '',
};

export function fieldsOf(rule: Rule | null): RuleFields {
  if (rule === null) return emptyFields;
  const { keyword, tag, vr = '', privateCreator = '', value = '' } = rule.match;
  const fields = {
    ...emptyFields,
    attribute: [keyword, tag].filter(Boolean).join(' '),
    vr,
    privateCreator,
    value,
    do: rule.do,
  };
  const text = (number: number | undefined) => (number === undefined ? '' : String(number));
  if (rule.do === 'replace') return { ...fields, replaceWith: rule.value };
  if (rule.do === 'bin')
    return { ...fields, width: text(rule.width), atLeast: text(rule.atLeast), atMost: text(rule.atMost) };
  if (rule.do !== 'lookup') return fields;
  const table = Object.entries(rule.table)
    .map(([from, to]) => `${quoted(from)} = ${quoted(to)}`)
    .join('\n');
  return { ...fields, table, otherwise: rule.otherwise === undefined ? '' : quoted(rule.otherwise) };
}

export type RuleAnswer = { readonly rule: Rule } | { readonly errors: Readonly<Record<string, string>> };

/** The rule that the fields describe, or what is wrong with them by field name. */
export function ruleOf(fields: RuleFields): RuleAnswer {
  const table = fields.do === 'lookup' ? tableOf(fields.table) : {};
  if (typeof table === 'string') return { errors: { table } };
  const result = ruleSchema.safeParse({ match: matchOf(fields), do: fields.do, ...detailsOf(fields, table) });
  if (result.success) return { rule: result.data };
  const errors: Record<string, string> = {};
  for (const { path, message } of result.error.issues) errors[fieldAt(path)] ??= sentence(path, message);
  return { errors };
}

function matchOf({ attribute, vr, privateCreator, value }: RuleFields) {
  const written = attribute.trim();
  const [keyword = '', ...tag] = written.split(/\s+/);
  const both = { keyword, ...(tag.length > 0 ? { tag: tag.join(' ') } : {}) };
  return {
    ...(written === '' ? {} : parseTagPattern(written) ? { tag: written } : both),
    ...(vr ? { vr } : {}),
    ...(privateCreator.trim() ? { privateCreator: privateCreator.trim() } : {}),
    ...(value ? { value } : {}),
  };
}

function detailsOf(fields: RuleFields, table: Readonly<Record<string, string>>) {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const { atLeast, atMost } = fields;
  if (fields.do === 'replace') return { value: fields.replaceWith };
  if (fields.do === 'bin') {
    const edges = { atLeast: number(atLeast), atMost: number(atMost) };
    const given = Object.entries(edges).filter(([, edge]) => edge !== undefined);
    return { width: number(fields.width), ...Object.fromEntries(given) };
  }
  if (fields.do !== 'lookup') return {};
  return { table, ...(fields.otherwise.trim() ? { otherwise: unquoted(fields.otherwise) } : {}) };
}

const LINE = /^\s*("(?:[^"\\]|\\.)*"|[^=]*?)\s*=\s*(.*?)\s*$/s;

/** The table of its lines, or what is wrong with one. */
function tableOf(text: string): Record<string, string> | string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return 'Write at least one line: old value = new value.';
  const table = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, from, to] = LINE.exec(line) ?? [];
    if (from === undefined || to === undefined)
      return `Line ${index + 1} has no "=": write each line as old value = new value.`;
    if (table.has(unquoted(from))) return `Line ${index + 1} names a value that an earlier line names too.`;
    table.set(unquoted(from), unquoted(to));
  }
  return Object.fromEntries(table);
}

function quoted(text: string): string {
  return text === '' || text !== text.trim() || /["=\r\n\u2028\u2029]/.test(text) ? JSON.stringify(text) : text;
}

/** What stands in quotation marks as JSON, else the text without the blanks around it. */
function unquoted(written: string): string {
  const text = written.trim();
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Where a complaint of the schema belongs; what is not named here is about the attribute. */
const FIELDS: Readonly<Record<string, keyof RuleFields>> = {
  vr: 'vr',
  privateCreator: 'privateCreator',
  width: 'width',
  atLeast: 'atLeast',
  atMost: 'atMost',
  table: 'table',
  otherwise: 'otherwise',
};

function fieldAt(path: readonly PropertyKey[]): string {
  if (path[0] === 'match') return path[1] === 'value' ? 'value' : (FIELDS[String(path[1])] ?? 'attribute');
  return path[0] === 'value' ? 'replaceWith' : (FIELDS[String(path[0])] ?? 'attribute');
}

function sentence(path: readonly PropertyKey[], message: string): string {
  if (path.join() === 'match') return 'Say which attributes the rule is about.';
  if (path.join() === 'match,keyword') return 'Neither a keyword of the standard nor a tag such as (0010,0020).';
  if (path.join() === 'width') return 'How wide is a band? A number above 0.';
  if (path.length === 0) return `The rule ${message}.`;
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
