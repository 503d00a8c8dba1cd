// What a profile does to each attribute: `affectedAttributes(profile)`, for the live list beside the switches.
// The answer comes from the same verdicts that files get, over a made-up value of the usual form.

import type { Element, Tag } from '../dicom/dataset';
import { formatTag, keywordOf, vrOf } from '../dicom/dictionary';
import { makeDataSet, makeElement, makeItem, makeSequence } from '../dicom/make';
import { LITTLE_ENDIAN_UTF8 } from '../dicom/values';
import type { Action } from './change';
import { judge } from './judge';
import type { Place, Run, Verdict } from './place';
import type { Profile } from './profile';
import { matchedTag } from './ruleSchema';
import { judgeByRuleUnseen } from './rules';
import { type BasicCode, PROFILE_ROWS, type ProfileRow } from './table';

/** What becomes of an attribute; 'items': a sequence that stays, its items judged attribute by attribute. */
export type Effect = Exclude<Action, 'add'> | 'keep' | 'items';

/** One attribute and what a profile does to it. */
export interface AffectedAttribute {
  /** '(0010,0010)', or '(60xx,3000)', '(50xx,xxxx)', 'private' as the table lists them. */
  readonly tag: string;
  /** The standard's name in Table E.1-1, else the keyword. */
  readonly name: string;
  /** The Basic Profile's code; null when the table does not list the attribute and a rule names it. */
  readonly code: BasicCode | null;
  readonly effect: Effect;
  /** True when the code leaves a choice (X/Z/D) that the kind of image decides; `effect` is what a plain image gets. */
  readonly varies: boolean;
  /** The rule that decides, counted from 0; null when the table does. */
  readonly rule: number | null;
  /** Rules that may decide before, depending on the value. */
  readonly maybe: readonly number[];
}

/** Every attribute of Table E.1-1 in its order, then the public ones that rules name beside it. Pure; about 10 ms. */
export function affectedAttributes(profile: Profile): AffectedAttribute[] {
  const run = runOf(profile);
  const listed = PROFILE_ROWS.map((row) => listedAttribute(row, run));
  const tags = new Set(profile.rules.map(({ match }) => matchedTag(match)).filter((tag) => tag !== null));
  for (const { tag } of PROFILE_ROWS) tags.delete(tag);
  const beside = [...tags].filter((tag) => keywordOf(tag) !== null);
  return [...listed, ...beside.map((tag) => attribute(tag, formatTag(tag), keywordOf(tag)!, null, run))];
}

function listedAttribute(row: ProfileRow, run: Run): AffectedAttribute {
  const { options } = run.profile;
  const fixed = { name: row.name, code: row.basic, varies: false, rule: null, maybe: [] };
  if (row.written === 'PRIVATE')
    return { ...fixed, tag: 'private', effect: options.retainSafePrivate ? 'clean' : 'remove' };
  const tag = row.written.toLowerCase().replace(/^(....)(....)$/, '($1,$2)');
  if (row.tag === 0x00020003) return { ...fixed, tag, effect: options.retainUids ? 'keep' : 'hashUid' };
  return attribute(row.tag, tag.includes('x') ? tag : formatTag(row.tag), row.name, row, run);
}

function attribute(tag: Tag, written: string, name: string, row: ProfileRow | null, run: Run): AffectedAttribute {
  const place = placeOf(tag, run);
  const { ruled, maybe } = judgeByRuleUnseen(place);
  const verdict = judge(place, () => ruled);
  const byTable = ruled === null || ruled.verdict !== verdict;
  const open = row !== null && row.basic.length > 1 && byTable && /E\.1-1: [XZ]\//.test(reasonOf(verdict));
  return {
    tag: written,
    name,
    code: row?.basic ?? null,
    effect: effectOf(verdict),
    varies: open,
    rule: byTable ? null : ruled.index,
    maybe,
  };
}

const reasonOf = (verdict: Verdict) => (verdict.do === 'change' ? verdict.reason : '');

function effectOf(verdict: Verdict): Effect {
  if (verdict.do === 'keep') return 'keep';
  if (verdict.do === 'descend') return 'items';
  return verdict.action === 'add' ? 'replace' : verdict.action;
}

/** Values of the usual form: texts of one word that cleaning keeps and one that it does not know. */
const USUAL: Readonly<Record<string, string>> = {
  AS: '040Y',
  CS: 'OTHER',
  DA: '20200202',
  DS: '1.5',
  DT: '20200202101530',
  IS: '3',
  PN: 'Xyzzy^Plugh',
  TM: '101530',
  UI: '1.2.3.4.5',
  UR: 'https://xyzzy.example',
};
const ETHNIC_GROUPS: ReadonlySet<Tag> = new Set([0x00102160, 0x00102162]);

function placeOf(tag: Tag, run: Run): Place {
  const vr = vrOf(tag) ?? 'UN';
  const element = usualElement(tag, vr);
  return { element, vr, dataset: makeDataSet([element]), context: LITTLE_ENDIAN_UTF8, mode: 'usual', run };
}

function usualElement(tag: Tag, vr: string): Element {
  if (vr === 'SQ') return makeSequence(tag, [makeItem([usualElement(0x00080104, 'LO')])]);
  if (['LO', 'LT', 'SH', 'ST', 'UC', 'UT', 'AE'].includes(vr))
    return makeElement(tag, vr, ETHNIC_GROUPS.has(tag) ? 'White' : 'axial Xyzzy', LITTLE_ENDIAN_UTF8);
  return makeElement(tag, vr, USUAL[vr] ?? new Uint8Array(vr === 'US' || vr === 'SS' ? 2 : 8), LITTLE_ENDIAN_UTF8);
}

/** A plain image of nobody: no keys are needed, since no answer leaves this file. */
function runOf(profile: Profile): Run {
  return {
    profile,
    keys: { hmac: () => new Uint8Array(32) },
    known: { words: new Set(), phrases: [], initials: new Set() },
    iod: { enhanced: false, report: false, modality: 'MR', known: true },
    subjectCode: 'sub-001',
    offsetDays: -7,
  };
}
