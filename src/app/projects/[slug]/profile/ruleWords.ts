// A project's own rules in plain words.
import type { Rule } from '@/domain/deid/ruleSchema';

/** What a rule can do, in the order in which it is offered. */
export const ruleActions = {
  remove: { label: 'Remove it', sentence: 'The attribute is taken out.' },
  empty: { label: 'Empty it', sentence: 'The attribute stays, without a value.' },
  keep: {
    label: 'Keep it',
    sentence: 'The value stays as it is. Names and identifiers of the patient cannot be kept by a rule.',
  },
  clean: { label: 'Clean its text', sentence: 'Clinical words stay, every other word goes.' },
  replace: { label: 'Replace it with a text', sentence: 'The same text stands in every image.' },
  lookup: { label: 'Look it up in a table', sentence: 'Each value is replaced by the one your table gives for it.' },
  bin: { label: 'Show it in bands', sentence: 'Ages or numbers are rounded down to the lower edge of their band.' },
  capAge: { label: 'Cap the age at 90', sentence: 'Ages over 89 are shown as 90; others stay.' },
  shiftDate: { label: 'Move the date', sentence: 'Dates move by the secret number of days of their subject.' },
  standard: {
    label: 'Leave it to the standard',
    sentence: 'The switches and the table of the standard decide; rules further down are not asked.',
  },
  hash: {
    label: 'Replace it with a code',
    sentence: 'The same value always gives the same code, and nobody can tell the value from it.',
  },
} as const satisfies Record<Rule['do'], { label: string; sentence: string }>;

/** Which attributes a rule is about: 'StudyDescription', 'every PN', '(0019,xx0C) of SIEMENS MR HEADER'. */
export function matchWords({ match }: Rule): string {
  const { tag, keyword, vr, privateCreator, value } = match;
  const named = [keyword, tag].filter(Boolean).join(' ');
  const what = named || (privateCreator && !vr ? 'every attribute' : vr ? `every ${vr}` : 'every attribute');
  return [
    what,
    named && vr ? `if it is ${vr}` : '',
    privateCreator ? `of ${privateCreator}` : '',
    value ? `with a value like ${value}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What a rule does, with its details. */
export function doWords(rule: Rule): string {
  switch (rule.do) {
    case 'replace':
      return `replace it with "${rule.value}"`;
    case 'lookup': {
      const values = Object.keys(rule.table).length;
      return `look it up in a table of ${values === 1 ? 'one value' : `${values} values`}`;
    }
    case 'bin':
      return `show it in bands of ${rule.width}`;
    default: {
      const { label } = ruleActions[rule.do];
      return label.charAt(0).toLowerCase() + label.slice(1);
    }
  }
}
