// RSNA CTP DicomAnonymizer scripts as profiles: `importCtp(xml)`.
// CTP leaves what no script names; here the standard's table cleans it. So a script can add to the table's work and keep
// single attributes, but what this reader does not understand never stays.

import { formatTag, isPrivate, parseTag, vrOf } from '../../dicom/dictionary';
import { MARKERS } from '../markers';
import { isFrame } from '../ruleActions';
import { DIRECT_IDENTIFIERS, type Rule, ruleSchema } from '../ruleSchema';
import { type CtpPlace, type Steps, stepsOf } from './ctpFunctions';
import { type CtpElement, readCtpScript } from './ctpXml';
import { type Imported, importedProfile, type Reading, reported } from './report';

const nothing = (words: string): Reading => ({ rules: [], taken: 'none', words });
const handled = (words: string): Reading => ({ rules: [], taken: 'whole', words });

/**
 * A profile from a script of CTP's DicomAnonymizer, with the report of every line. `lookup` is CTP's look-up table, lines
 * of 'keytype/value = replacement'. Throws DomainError INVALID when the text is no such script.
 */
export function importCtp(xml: string, lookup?: string): Imported {
  const elements = readCtpScript(xml);
  const params = new Map(
    elements.filter(({ name }) => name === 'p').map((p) => [p.attributes.get('t') ?? '', p.text.trim()]),
  );
  const table = lookup === undefined ? null : lookupTable(lookup);
  const last = new Map(
    elements.filter(({ name }) => name === 'e').map((one, i) => [one.attributes.get('t') ?? '', [one, i] as const]),
  );
  const readings = elements.map((element) => {
    const superseded = element.name === 'e' && last.get(element.attributes.get('t') ?? '')?.[0] !== element;
    return superseded
      ? nothing('A later line says something else about the same attribute.')
      : reading(element, params, table);
  });
  const safePrivate = elements.some(
    (element) => element.name === 'k' && isOn(element) && element.attributes.get('t') === 'safeprivateelements',
  );
  return {
    profile: importedProfile(
      'Imported CTP script',
      readings.flatMap(({ rules }) => rules),
      { retainSafePrivate: safePrivate },
    ),
    lines: readings.map((one, i) => reported(elements[i]!.line, sourceOf(elements[i]!), one)),
  };
}

function sourceOf({ name, attributes, text }: CtpElement): string {
  const called = attributes.get('n');
  return `${name} ${attributes.get('t') ?? ''}${called ? ` ${called}` : ''}: ${text}`;
}

const isOn = ({ attributes }: CtpElement) => attributes.get('en') !== 'F';

function lookupTable(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/\r?\n/).map((line) => /^\s*([^#=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair ? [[pair[1]!, pair[2]!] as const] : [])));
}

function reading(element: CtpElement, params: CtpPlace['params'], lookup: CtpPlace['lookup']): Reading {
  const { name, attributes, text } = element;
  const target = attributes.get('t') ?? '';
  if (name === 'p') return handled('A parameter, used where a line names it.');
  if (name === 'e') return elementReading(element, params, lookup);
  if (name === 'r') return removalReading(target, isOn(element));
  if (name !== 'k') return nothing(`An element that CTP does not have: ${text.slice(0, 20)}`);
  if (!isOn(element)) return nothing('Switched off in the script.');
  if (target === 'safeprivateelements') return handled('Private attributes that the standard lists as safe are kept.');
  return {
    rules: [],
    taken: 'part',
    words: 'Of this group stays what the standard’s table or the list of safe attributes lets stay.',
  };
}

function removalReading(target: string, on: boolean): Reading {
  if (['curves', 'overlays', 'privategroups'].includes(target))
    return on ? handled('Removed.') : nothing('Switched off in the script; they are removed all the same.');
  if (target !== 'unspecifiedelements') return nothing('Not something that CTP removes.');
  const words =
    'Attributes that no line names are cleaned by the standard’s table; others stay only if they are known to be safe.';
  return { rules: [], taken: on ? 'part' : 'none', words };
}

function elementReading(element: CtpElement, params: CtpPlace['params'], lookup: CtpPlace['lookup']): Reading {
  if (!isOn(element)) return handled('Switched off in the script; the standard’s table decides.');
  const written = element.attributes.get('t') ?? '';
  const match = matchOf(written);
  if (!match) return nothing('Names no attribute that can be found; the standard’s table decides.');
  const tag = match.tag === undefined ? null : parseTag(match.tag);
  if (tag !== null && tag >>> 16 === 2) return handled('File meta information is written anew in any case.');
  if (tag !== null && MARKERS.has(tag)) return handled('This software says itself what was done.');
  if (tag !== null && isFrame(tag))
    return handled('Part of what makes the file: kept or replaced by the software itself.');
  if (tag === 0x00100010 || tag === 0x00100020) return { rules: [], taken: 'part', words: 'Becomes the subject code.' };
  if (tag !== null && isPrivate(tag))
    return nothing('Names a private attribute without its creator; the standard’s table decides.');
  const vr = (tag === null ? null : vrOf(tag)) ?? 'LO';
  const self = new Set(['this', written, element.attributes.get('n') ?? 'this'].map((name) => name.toLowerCase()));
  return checked(match, stepsOf(element.text.trim(), { tag, vr, self, params, lookup }), tag);
}

/** '00100010', '(0010,0010)', '[0010,0010]' or, in a private block, '0009[CREATOR]02'; null for anything else. */
function matchOf(written: string): Rule['match'] | null {
  const bare = written.trim().replace(/^[[(]|[\])]$/g, '');
  const tag = parseTag(bare);
  if (tag !== null) return { tag: formatTag(tag) };
  const block = /^([0-9a-f]{1,4}),?\[(.+)\]([0-9a-f]{2})$/i.exec(written.trim().replace(/^\(|\)$/g, ''));
  return block ? { tag: `(${block[1]!.padStart(4, '0')},xx${block[3]})`, privateCreator: block[2]! } : null;
}

/** The rules of an element; what would keep a patient's name, or is no rule at all, removes the attribute instead. */
function checked(match: Rule['match'], { steps, taken, words }: Steps, tag: number | null): Reading {
  const rules = steps.map(({ when, ...doing }) => ({
    match: when === undefined ? match : { ...match, value: when },
    ...doing,
  }));
  const read = rules.map((rule) => ruleSchema.safeParse(rule));
  if (read.every(({ success }) => success)) return { rules: read.map(({ data }) => data!), taken, words };
  const why =
    tag !== null && DIRECT_IDENTIFIERS.has(tag) ? 'It names the patient' : 'It says something that no rule can say';
  return { rules: [{ match, do: 'remove' }], taken: 'none', words: `${why}: the attribute is removed.` };
}
