// The fields of a pydicom/deid recipe: names, tags, and expanders such as contains:Date or select:VR:TM.

import { findTag, formatTag, parseTag } from '../../dicom/dictionary';
import type { Rule } from '../ruleSchema';

type Match = Rule['match'];

/** What a field stands for. `broad`: it was not named, but fell under a pattern. `except`: these are left out of all. */
export interface Field {
  readonly matches: readonly Match[];
  readonly except: readonly Match[];
  readonly broad: boolean;
}

const ALL: Match = { tag: '(0008,0000)-(FFFC,FFFF)' };
const single = (match: Match): Field => ({ matches: [match], except: [], broad: false });
const family = (matches: readonly Match[] | null): Field | null => matches && { matches, except: [], broad: true };

/** Reads a field; `groups` are the recipe's %fields sections by name. Null when it names nothing that can be found. */
export function readField(written: string, groups: ReadonlyMap<string, readonly string[]>): Field | null {
  if (/^all(fields)?$/i.test(written)) return { matches: [ALL], except: [], broad: true };
  const block = /^\(?([0-9a-f]{4}),"([^"]+)",([0-9a-f]{2})\)?$/i.exec(written);
  if (block) return single({ tag: `(${block[1]},xx${block[3]})`, privateCreator: block[2]! });
  const tag = parseTag(written);
  if (tag !== null) return single({ tag: formatTag(tag) });
  const [expander, ...rest] = written.split(':');
  if (rest.length > 0) return expanded(expander!.toLowerCase(), rest.join(':'), groups);
  const nested = written.split('__');
  const keyword = nested[nested.length - 1]!;
  if (findTag(keyword) === null) return null;
  return { ...single({ keyword }), broad: nested.length > 1 };
}

function expanded(expander: string, expression: string, groups: ReadonlyMap<string, readonly string[]>): Field | null {
  switch (expander) {
    case 'fields':
      return together((groups.get(expression.toLowerCase()) ?? []).map((name) => readField(name, new Map())));
    case 'select':
      return selected(expression);
    case 'except': {
      const except = named(expression, (name) => `*${name}*`);
      return except && { matches: [ALL], except, broad: true };
    }
    case 'contains':
      return family(named(expression, (name) => `*${name}*`));
    case 'startswith':
      return family(named(expression, (name) => `${name}*`));
    case 'endswith':
      return family(named(expression, (name) => `*${name}`));
    default:
      return null;
  }
}

function together(fields: readonly (Field | null)[]): Field | null {
  if (fields.length === 0 || fields.some((field) => field === null)) return null;
  const all = fields as readonly Field[];
  const except = all.flatMap((field) => field.except);
  return { matches: all.flatMap(({ matches }) => matches), except, broad: all.some(({ broad }) => broad) };
}

/** 'group:0018' or 'VR:TM'. */
function selected(expression: string): Field | null {
  const group = /^group:(?:0x)?([0-9a-f]{1,4})$/i.exec(expression);
  if (group) return family([{ tag: `(${group[1]!.padStart(4, '0')},xxxx)` }]);
  const vr = /^vr:([a-z]{2})$/i.exec(expression);
  return vr ? family([{ vr: vr[1]!.toUpperCase() }]) : null;
}

/** Alternatives of plain names or digits of tags; null for any other regular expression. */
function named(expression: string, keyword: (name: string) => string): Match[] | null {
  const names = expression.replace(/^\^|\$$/g, '').split('|');
  if (!names.every((name) => /^[A-Za-z0-9]+$/.test(name))) return null;
  return names.map((name) => {
    if (/^[0-9a-f]{4}$/i.test(name) && /\d/.test(name)) return { tag: `(${name},xxxx)` };
    return /^[0-9a-f]{8}$/i.test(name) && /\d/.test(name)
      ? { tag: formatTag(parseTag(name)!) }
      : { keyword: keyword(name) };
  });
}
