// What the functions of CTP's element scripts come to as rules. What is not understood removes the attribute, and never keeps it.

import type { Tag } from '../../dicom/dataset';
import { fitsVr } from '../fitsVr';
import { compilePattern } from '../valuePattern';
import { type Piece, scriptPieces } from './ctpScript';
import { type Doing, keeping, type Taken } from './report';

/** What a script does, in its order: each step under a value pattern or always. */
export interface Steps {
  readonly steps: readonly (Doing & { readonly when?: string })[];
  readonly taken: Taken;
  readonly words: string;
}

/** What the functions need to know: the attribute, the script's parameters, and CTP's look-up table. */
export interface CtpPlace {
  /** Its tag; null for a private one that is named by its creator. */
  readonly tag: Tag | null;
  readonly vr: string;
  /** The ways in which the script may name the attribute itself; lower case. */
  readonly self: ReadonlySet<string>;
  readonly params: ReadonlyMap<string, string>;
  /** 'keytype/value' to replacement; null when no table was given. */
  readonly lookup: ReadonlyMap<string, string> | null;
}

type Call = Piece & { kind: 'call' };

const whole = (doing: Doing, words: string): Steps => ({ steps: [doing], taken: 'whole', words });
const part = (doing: Doing, words: string): Steps => ({ steps: [doing], taken: 'part', words });
const REMOVE: Doing = { do: 'remove' };
const removed = (why: string): Steps => ({
  steps: [REMOVE],
  taken: 'none',
  words: `${why}: the attribute is removed.`,
});

function kept(tag: Tag | null): Steps {
  const { doing, taken, words } = keeping(tag);
  return { steps: [doing], taken, words };
}

/** The steps of an element's script. */
export function stepsOf(script: string, place: CtpPlace): Steps {
  const pieces = scriptPieces(script);
  if (!pieces) return removed('The script cannot be read');
  const calls = pieces.filter((piece) => piece.kind === 'call');
  const always = calls.some(({ name }) => name === 'always');
  const rest = pieces.filter((piece) => piece.kind === 'text' || piece.name !== 'always');
  if (calls.some(({ name }) => name === 'remove')) return whole(REMOVE, 'Removed.');
  const steps = oneStep(rest, place);
  if (!always || steps.taken === 'none') return steps;
  return { ...steps, taken: 'part', words: `${steps.words} It is not added where it is missing.` };
}

function oneStep(pieces: readonly Piece[], place: CtpPlace): Steps {
  const [only, more] = pieces;
  if (!only) return whole({ do: 'empty' }, 'Emptied.');
  if (!more && only.kind === 'call' && !['param', 'always'].includes(only.name)) return call(only, place);
  const text = constant(pieces, place);
  if (text === null) return removed('The value is put together from other values, which has no equivalent');
  if (!fitsVr(place.vr, text)) return removed('The written value does not fit the attribute');
  return whole({ do: 'replace', value: text }, 'Replaced by the written value.');
}

/** A text of constants only; null when anything in it is worked out. */
function constant(pieces: readonly Piece[], { params }: CtpPlace): string | null {
  const texts = pieces.map((piece) => {
    if (piece.kind === 'text') return piece.text;
    return piece.name === 'param' ? (params.get(piece.args[0]?.replace(/^[@$]/, '') ?? '') ?? null) : null;
  });
  return texts.some((text) => text === null || text.includes('@')) ? null : texts.join('');
}

const FUNCTIONS: Readonly<Record<string, (call: Call, place: CtpPlace) => Steps>> = {
  keep: (_, { tag }) => kept(tag),
  empty: () => whole({ do: 'empty' }, 'Emptied.'),
  blank: () => part({ do: 'empty' }, 'Emptied, without blanks in its place.'),
  require: (_, { tag }) => ({
    ...kept(tag),
    taken: 'part',
    words: `${kept(tag).words} It is not added where it is missing.`,
  }),
  process: (_, { vr }) =>
    vr === 'SQ'
      ? whole({ do: 'keep' }, 'Its items are gone through attribute by attribute.')
      : removed('Not a sequence'),
  hash: own(() => part({ do: 'hash' }, 'Replaced by a hash under the project’s own key.')),
  hashname: own(() => part({ do: 'hash' }, 'Replaced by a hash under the project’s own key.')),
  hashptid: anyOwn(() =>
    part({ do: 'hash' }, 'Replaced by a hash under the project’s own key, without the site’s number.'),
  ),
  hashuid: anyOwn((_, { vr }) =>
    vr === 'UI' ? part({ do: 'hash' }, 'Replaced by a UID under the project’s own key.') : removed('Not a UID'),
  ),
  incrementdate: own(shifted),
  hashdate: own(shifted),
  round: own(rounded),
  lookup: own(lookedUp),
  if: condition,
  select: (call, place) => {
    const [root, item] = call.clauses.map((clause) => stepsOf(clause, place));
    const same = JSON.stringify(root!.steps) === JSON.stringify(item!.steps);
    return same ? root! : removed('One thing at the top and another in sequences has no equivalent');
  },
  date: () => removed('The date of the processing has no equivalent'),
  time: () => removed('The time of the processing has no equivalent'),
  quarantine: () => removed('Setting a file aside by a rule has no equivalent'),
  skip: () => removed('Leaving a file out by a rule has no equivalent'),
};

function call(piece: Call, place: CtpPlace): Steps {
  const known = Object.hasOwn(FUNCTIONS, piece.name) ? FUNCTIONS[piece.name] : undefined;
  return known ? known(piece, place) : removed(`The function @${piece.name} has no equivalent`);
}

type Function = (call: Call, place: CtpPlace) => Steps;
const isSelf = (arg: string | undefined, place: CtpPlace) => arg !== undefined && place.self.has(arg.toLowerCase());

/** A function whose first argument has to be the attribute itself. */
function own(then: Function): Function {
  return (call, place) =>
    isSelf(call.args[0], place) ? then(call, place) : removed('The value would come from another attribute');
}

/** A function one of whose arguments has to be the attribute itself: a root or a site's number stands before it. */
function anyOwn(then: Function): Function {
  return (call, place) =>
    call.args.some((arg) => isSelf(arg, place))
      ? then(call, place)
      : removed('The value would come from another attribute');
}

function shifted(_: Call, { vr }: CtpPlace): Steps {
  if (vr !== 'DA' && vr !== 'DT' && vr !== 'TM') return removed('Not a date');
  return part({ do: 'shiftDate' }, 'Moved by the subject’s own secret number of days, not by the script’s.');
}

function rounded({ args }: Call, { vr, params }: CtpPlace): Steps {
  const size = args[1]?.startsWith('@') ? params.get(args[1].slice(1)) : args[1];
  const width = Number(size);
  if (!(width > 0 && width <= 1e6) || !['AS', 'DS', 'IS'].includes(vr)) return removed('Not a number or age in groups');
  return part({ do: 'bin', width }, 'Shown as the lower edge of its group; ages over 89 as 90.');
}

function lookedUp({ args }: Call, { lookup, vr }: CtpPlace): Steps {
  const [, keyType, action, fallback] = args;
  if (!lookup) return removed('CTP’s look-up table was not given with the script');
  const prefix = `${keyType}/`;
  const table = Object.fromEntries(
    [...lookup].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
  );
  const otherwise =
    action === 'default' && fallback !== undefined && fitsVr(vr, fallback) ? { otherwise: fallback } : {};
  const words =
    'otherwise' in otherwise ? 'Looked up in the table.' : 'Looked up in the table; what it does not list is removed.';
  return part({ do: 'lookup', table, ...otherwise }, words);
}

const escaped = (text: string) => text.replace(/[^\p{L}\p{N}\s_-]/gu, '\\$&');

function condition({ args, clauses }: Call, place: CtpPlace): Steps {
  const [element, test, argument = ''] = args;
  if (!isSelf(element, place)) return removed('A condition on another attribute has no equivalent');
  const [yes, no] = clauses.map((clause) => stepsOf(clause, place)) as [Steps, Steps];
  if (test === 'exists') return yes;
  if (test === 'isblank') return { ...no, taken: 'part', words: `${no.words} An empty one stays empty.` };
  const pattern = patternOf(test ?? '', argument);
  if (pattern === null || !compilePattern(pattern)) return removed('The condition has no equivalent');
  const when = yes.steps.map((step) => ({ ...step, when: step.when ?? pattern }));
  return {
    steps: [...when, ...no.steps],
    taken: yes.taken === 'none' ? no.taken : 'part',
    words: `By its value: ${yes.words} Else: ${no.words}`,
  };
}

/** The pattern of a condition, of the whole value, so that keeping asks as much as taking away. */
function patternOf(test: string, argument: string): string | null {
  if (test === 'equals') return `^${escaped(argument)}$`;
  if (test === 'contains') return `^.*${escaped(argument)}.*$`;
  return test === 'matches' ? `^(${argument})$` : null;
}
