// pydicom/deid recipes as profiles: `importDeid(text)`. Rules follow the order that deid gives its actions:
// KEEP before ADD, REPLACE, JITTER, REMOVE and BLANK. What this reader does not understand never stays.

import { findTag, parseTag, vrOf } from '../../dicom/dictionary';
import { DomainError } from '../../errors';
import { fitsVr } from '../fitsVr';
import { MARKERS } from '../markers';
import { isFrame } from '../ruleActions';
import { type Rule, ruleSchema } from '../ruleSchema';
import { type Field, readField } from './deidFields';
import { readFilterLines } from './deidFilters';
import { type Doing, type Imported, importedProfile, keeping, type Reading, reported, type Taken } from './report';

const ACTIONS = ['KEEP', 'ADD', 'REPLACE', 'JITTER', 'REMOVE', 'BLANK'] as const;
type Action = (typeof ACTIONS)[number];

interface Line {
  readonly number: number;
  readonly text: string;
}
interface Doings {
  readonly doing: Doing | null;
  readonly taken: Taken;
  readonly words: string;
}

const nothing = (words: string): Reading => ({ rules: [], taken: 'none', words });
const handled = (words: string): Reading => ({ rules: [], taken: 'whole', words });

/** A profile from a recipe, with the report of every line. Throws DomainError INVALID when the text is no recipe for DICOM. */
export function importDeid(text: string): Imported {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  if (!lines.some((line) => /^format\s+dicom\b/i.test(line.text)))
    throw new DomainError('INVALID', 'This is not a recipe of pydicom/deid for DICOM: it has no line FORMAT dicom.');
  const sections = sectionsOf(lines);
  const groups = fieldGroups(sections);
  const readings = sections.map((one) => ({ ...one, reading: readLine(one, groups) }));
  const filters = sections.filter(({ section }) => section === 'filter');
  const places = new Map(
    readFilterLines(filters.map(({ line }) => line.text)).map((one, i) => [filters[i]!.line, one]),
  );
  const inOrder = ACTIONS.flatMap((action) => readings.filter(({ line }) => actionOf(line.text) === action));
  return {
    profile: importedProfile(
      'Imported deid recipe',
      inOrder.flatMap(({ reading }) => reading.rules),
      { regions: [...places.values()].flatMap(({ regions }) => regions) },
    ),
    lines: readings.map(({ line, reading }) => reported(line.number, line.text, places.get(line) ?? reading)),
  };
}

interface InSection {
  readonly line: Line;
  /** 'header', 'filter', 'fields', 'values', 'labels'; '' before the first. */
  readonly section: string;
  readonly name: string;
}

function sectionsOf(lines: readonly Line[]): InSection[] {
  let [section, name] = ['', ''];
  return lines.map((line) => {
    const head = /^%\s*(\w+)\s*([^#]*)/.exec(line.text);
    if (head) [section, name] = [head[1]!.toLowerCase(), head[2]!.trim().toLowerCase()];
    return { line, section, name };
  });
}

function fieldGroups(lines: readonly InSection[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { line, section, name } of lines) {
    const field = section === 'fields' ? /^FIELD\s+(\S+)/i.exec(line.text)?.[1] : undefined;
    if (field) groups.set(name, [...(groups.get(name) ?? []), field]);
  }
  return groups;
}

function actionOf(text: string): Action | undefined {
  const word = text.split(/\s/, 1)[0]!.toUpperCase();
  return ACTIONS.find((action) => action === word);
}

function readLine({ line, section }: InSection, groups: ReadonlyMap<string, readonly string[]>): Reading {
  if (/^format\b/i.test(line.text)) return handled('A recipe for DICOM.');
  if (section === 'labels') return nothing('Labels have no equivalent.');
  if (section === 'values') return handled('Names and numbers of the patient are looked for everywhere in any case.');
  if (line.text.startsWith('%'))
    return section === 'header' || section === 'fields' ? handled('A section.') : nothing('Not a section of deid.');
  if (section === 'fields') return handled('Used where a line names the group.');
  const action = section === 'header' ? actionOf(line.text) : undefined;
  return action
    ? readAction(action, line.text, groups)
    : nothing('Not an action of deid; the standard’s table decides.');
}

function readAction(action: Action, text: string, groups: ReadonlyMap<string, readonly string[]>): Reading {
  const [, written, rest] =
    /^\w+\s+(\(?[0-9a-f]{4},"[^"]+",[0-9a-f]{2}\)?|\S+)\s*(.*)$/i.exec(text.split('#')[0]!.trim()) ?? [];
  if (written === undefined) return nothing('Names no field; the standard’s table decides.');
  if (/^values:/i.test(written))
    return handled('Names and numbers of the patient are looked for everywhere in any case.');
  const field = readField(written, groups);
  if (!field) return nothing('Names no attribute that can be found; the standard’s table decides.');
  return ownReading(field, action) ?? ruled(field, doingOf(action, rest!.trim(), field));
}

/** Attributes that the software writes or leaves by itself. */
function ownReading(field: Field, action: Action): Reading | null {
  const tag = field.matches.length === 1 && !field.broad ? tagOfMatch(field.matches[0]!) : null;
  if (tag === null) return null;
  if (tag >>> 16 === 2) return handled('File meta information is written anew in any case.');
  if (MARKERS.has(tag)) return handled('This software says itself what was done.');
  if (isFrame(tag)) return handled('Part of what makes the file: kept or replaced by the software itself.');
  if (tag !== 0x00100010 && tag !== 0x00100020) return null;
  return action === 'KEEP'
    ? nothing('It names the patient: becomes the subject code.')
    : { rules: [], taken: 'part', words: 'Becomes the subject code.' };
}

function tagOfMatch({ tag, keyword }: Rule['match']): number | null {
  if (tag !== undefined) return parseTag(tag);
  return keyword === undefined ? null : findTag(keyword);
}

function vrOfField({ matches, broad }: Field): string | null {
  const tag = broad || matches.length !== 1 ? null : tagOfMatch(matches[0]!);
  return tag === null ? null : vrOf(tag);
}

function doingOf(action: Action, value: string, field: Field): Doings {
  switch (action) {
    case 'KEEP':
      if (!field.broad) return keeping(tagOfMatch(field.matches[0]!));
      return {
        doing: { do: 'standard' },
        taken: 'part',
        words: 'Left to the standard’s table and the list of safe attributes, since the line names a whole family.',
      };
    case 'BLANK':
      return { doing: { do: 'empty' }, taken: 'whole', words: 'Emptied.' };
    case 'REMOVE':
      if (value === '') return { doing: { do: 'remove' }, taken: 'whole', words: 'Removed.' };
      return { doing: { do: 'remove' }, taken: 'part', words: 'Removed in any case: the condition has no equivalent.' };
    case 'JITTER':
      return {
        doing: { do: 'shiftDate' },
        taken: 'part',
        words: 'Moved by the subject’s own secret number of days, not by the recipe’s.',
      };
    case 'ADD':
    case 'REPLACE':
      return replaced(action, value, field);
  }
}

function replaced(action: 'ADD' | 'REPLACE', value: string, field: Field): Doings {
  const vr = vrOfField(field);
  const missing = action === 'ADD' ? ' It is not added where it is missing.' : '';
  if (/^(deid_)?func:.*uu?id/i.test(value) && vr === 'UI')
    return { doing: { do: 'hash' }, taken: 'part', words: `Replaced by a UID under the project’s own key.${missing}` };
  if (/^deid_func:jitter\b/i.test(value))
    return { doing: { do: 'shiftDate' }, taken: 'part', words: 'Moved by the subject’s own secret number of days.' };
  if (/^(deid_)?(func|var):/i.test(value))
    return { doing: { do: 'remove' }, taken: 'none', words: 'A value from a program has no equivalent: removed.' };
  if (vr === null || !fitsVr(vr, value))
    return { doing: { do: 'remove' }, taken: 'none', words: 'The written value does not fit the attribute: removed.' };
  return {
    doing: { do: 'replace', value },
    taken: action === 'ADD' ? 'part' : 'whole',
    words: `Replaced by the written value.${missing}`,
  };
}

/** The rules of a line; what would keep a patient's name removes the attribute instead. */
function ruled({ matches, except }: Field, { doing, taken, words }: Doings): Reading {
  const rules = [
    ...except.map((match) => ({ match, do: 'standard' })),
    ...matches.map((match) => ({ match, ...doing })),
  ];
  const read = rules.map((rule) => ruleSchema.safeParse(rule));
  if (read.every(({ success }) => success)) {
    const left = except.length > 0 ? ' The excepted ones are left to the standard’s table.' : '';
    return { rules: read.map(({ data }) => data!), taken: left ? 'part' : taken, words: `${words}${left}` };
  }
  const safe = matches
    .map((match) => ruleSchema.safeParse({ match, do: 'remove' }).data)
    .filter((rule) => rule !== undefined);
  return {
    rules: safe,
    taken: 'none',
    words: 'It would keep what names the patient, or says what no rule can say: removed.',
  };
}
