// What a verdict about one attribute needs to know: the attribute, the data set around it, and the run it belongs to.

import type { DataSet, Element } from '../dicom/dataset';
import { makeElement, makeSequence } from '../dicom/make';
import { elementTexts, type ValueContext } from '../dicom/values';
import type { Action } from './change';
import { TEMPORAL_DUMMIES } from './dates';
import type { KnownIdentifiers } from './identifiers';
import type { IodFacts } from './iodTypes';
import type { DeidKeys } from './keys';
import type { Profile } from './profile';

/** What stays the same for all attributes of a file. */
export interface Run {
  readonly profile: Profile;
  readonly keys: DeidKeys;
  readonly known: KnownIdentifiers;
  readonly iod: IodFacts;
  readonly subjectCode: string;
  readonly offsetDays: number;
}

/** 'dummyText': inside a sequence whose texts all get dummies; 'dummyAll': its codes too. */
export type Mode = 'usual' | 'dummyText' | 'dummyAll';

export interface Place {
  readonly element: Element;
  /** The VR to judge by: the dictionary's where it knows the attribute, since a file may lie. */
  readonly vr: string;
  readonly dataset: DataSet;
  readonly context: ValueContext;
  readonly mode: Mode;
  readonly run: Run;
}

/** What is to happen to an attribute. */
export type Verdict =
  | { readonly do: 'keep' }
  | { readonly do: 'descend'; readonly mode: Mode }
  | { readonly do: 'change'; readonly action: Action; readonly reason: string; readonly element?: Element };

export const KEEP: Verdict = { do: 'keep' };
/** Stands where a text has to be and none may be told. */
export const DUMMY_TEXT = 'REMOVED';

export const descend = (mode: Mode): Verdict => ({ do: 'descend', mode });
export const remove = (reason: string): Verdict => ({ do: 'change', action: 'remove', reason });

/** The values of the attribute as texts, read by the VR it is judged by; [] for sequences. */
export function valuesOf(place: Place): string[] {
  const { element, vr, context } = place;
  if (element.kind !== 'bytes') return [];
  return elementTexts(element.vr === vr ? element : { ...element, vr }, context);
}

/** A verdict that writes texts in place of the value; a value that its character set cannot hold is removed. */
export function rewrite(place: Place, action: Action, values: readonly string[], reason: string): Verdict {
  const { element, context, vr } = place;
  const written = vr === 'UN' ? 'LO' : vr;
  try {
    return { do: 'change', action, reason, element: makeElement(element.tag, written, values, context) };
  } catch {
    return remove(reason);
  }
}

/** A verdict by a resolved code of the table: X removes, Z empties, D writes a dummy of the same VR (PS3.15 E.1.1). */
export function byCode(place: Place, code: 'X' | 'Z' | 'D', reason: string): Verdict {
  const { element } = place;
  if (code === 'X') return remove(reason);
  const sequence = element.kind === 'sequence';
  if (code === 'D' && sequence) return element.items.length === 0 ? KEEP : descend('dummyText');
  if (sequence) return { do: 'change', action: 'empty', reason, element: makeSequence(element.tag, []) };
  if (element.kind !== 'bytes') return remove(reason);
  if (element.bytes.length === 0) return KEEP;
  if (code === 'Z') return rewrite(place, 'empty', [], reason);
  return dummy(place, reason);
}

function dummy(place: Place, reason: string): Verdict {
  const { element, context, vr } = place;
  if (vr === 'DA' || vr === 'DT' || vr === 'TM') return rewrite(place, 'replace', [TEMPORAL_DUMMIES[vr]], reason);
  if (vr === 'AS') return rewrite(place, 'replace', ['000D'], reason);
  if (vr === 'DS' || vr === 'IS') return rewrite(place, 'replace', ['0'], reason);
  if (['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT', 'UR'].includes(vr))
    return rewrite(place, 'replace', [DUMMY_TEXT], reason);
  if (vr === 'SQ') return remove(reason);
  const zeros = new Uint8Array(vr.startsWith('O') || vr === 'UN' ? 2 : 8);
  return { do: 'change', action: 'replace', reason, element: makeElement(element.tag, vr, zeros, context) };
}
