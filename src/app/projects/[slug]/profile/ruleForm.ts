// The fields of the rule dialog: from a rule, and back to one with what is wrong said field by field.
import { type Rule, ruleSchema } from '@/domain/deid/ruleSchema';
import { parseTagPattern } from '@/domain/deid/tagPattern';

export interface RuleFields {
  /** A keyword or a tag. */
  readonly attribute: string;
  readonly vr: string;
  readonly privateCreator: string;
  readonly value: string;
  readonly do: string;
  readonly replaceWith: string;
  readonly width: string;
  readonly atLeast: string;
  readonly atMost: string;
  /** One line a value: 'old = new'. */
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
  const fields = { ...emptyFields, attribute: keyword ?? tag ?? '', vr, privateCreator, value, do: rule.do };
  const text = (number: number | undefined) => (number === undefined ? '' : String(number));
  if (rule.do === 'replace') return { ...fields, replaceWith: rule.value };
  if (rule.do === 'bin')
    return { ...fields, width: text(rule.width), atLeast: text(rule.atLeast), atMost: text(rule.atMost) };
  if (rule.do !== 'lookup') return fields;
  const table = Object.entries(rule.table)
    .map(([from, to]) => `${from} = ${to}`)
    .join('\n');
  return { ...fields, table, otherwise: rule.otherwise ?? '' };
}

export type RuleAnswer = { readonly rule: Rule } | { readonly errors: Readonly<Record<string, string>> };

/** The rule that the fields describe, or what is wrong with them by field name. */
export function ruleOf(fields: RuleFields): RuleAnswer {
  const lines = fields.table.split('\n').filter((line) => line.trim() !== '');
  const bad = lines.findIndex((line) => !line.includes('='));
  if (fields.do === 'lookup' && bad >= 0)
    return { errors: { table: `Line ${bad + 1} has no "=": write each line as old value = new value.` } };
  if (fields.do === 'lookup' && lines.length === 0)
    return { errors: { table: 'Write at least one line: old value = new value.' } };
  const result = ruleSchema.safeParse({ match: matchOf(fields), do: fields.do, ...detailsOf(fields, lines) });
  if (result.success) return { rule: result.data };
  const errors: Record<string, string> = {};
  for (const { path, message } of result.error.issues) errors[fieldAt(path)] ??= sentence(path, message);
  return { errors };
}

function matchOf({ attribute, vr, privateCreator, value }: RuleFields) {
  const written = attribute.trim();
  const by = written === '' ? {} : parseTagPattern(written) ? { tag: written } : { keyword: written };
  return {
    ...by,
    ...(vr ? { vr } : {}),
    ...(privateCreator.trim() ? { privateCreator: privateCreator.trim() } : {}),
    ...(value ? { value } : {}),
  };
}

function detailsOf(fields: RuleFields, lines: readonly string[]) {
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text));
  const { atLeast, atMost } = fields;
  if (fields.do === 'replace') return { value: fields.replaceWith };
  if (fields.do === 'bin') {
    const edges = { atLeast: number(atLeast), atMost: number(atMost) };
    const given = Object.entries(edges).filter(([, edge]) => edge !== undefined);
    return { width: number(fields.width), ...Object.fromEntries(given) };
  }
  if (fields.do !== 'lookup') return {};
  const pairs = lines.map((line) => {
    const [from = '', ...to] = line.split('=');
    return [from.trim(), to.join('=').trim()];
  });
  return { table: Object.fromEntries(pairs), ...(fields.otherwise ? { otherwise: fields.otherwise } : {}) };
}

const FIELDS: Readonly<Record<string, keyof RuleFields>> = {
  tag: 'attribute',
  keyword: 'attribute',
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
