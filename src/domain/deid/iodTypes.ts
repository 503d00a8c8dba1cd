// Which alternative of a compound code (X/Z/D) an IOD asks for (PS3.15 E.1.1): the weakest action that leaves no new
// conformance error, from the attribute's type in the modules of PS3.3 that the data set shows.

import type { DataSet, Tag } from '../dicom/dataset';
import { vrOf } from '../dicom/dictionary';
import { sopClass } from '../dicom/sopClasses';
import type { BasicCode } from './table';

/** What a data set is, as far as types depend on it. */
export interface IodFacts {
  /** Multi-frame functional groups, so the enhanced equipment and acquisition modules. */
  readonly enhanced: boolean;
  /** Has a content tree: a structured report or key object selection. */
  readonly report: boolean;
  readonly modality: string;
  /** Whether its SOP class is one of the standard's; of others nobody can tell which attributes they require. */
  readonly known: boolean;
}

/** Reads the facts off the root data set; `modality` is its (0008,0060), `classUid` its SOP class. */
export function iodFacts(root: DataSet, modality: string, classUid: string): IodFacts {
  const isSequence = (tag: Tag) => root.elements.get(tag)?.kind === 'sequence';
  return {
    enhanced: isSequence(0x52009229) || isSequence(0x52009230),
    report: isSequence(0x0040a730) || root.elements.has(0x0040a040),
    modality,
    known: sopClass(classUid) !== null,
  };
}

type SimpleCode = 'X' | 'Z' | 'D' | 'U';

const ENHANCED = (iod: IodFacts) =>
  iod.enhanced || /^(SEG|SM|ANN|XA|RF|OPT|ECG|EPS|HD|RESP|M3D|RWV)$/.test(iod.modality);
const OPHTHALMIC = (iod: IodFacts) => iod.modality === 'OP';
/** By its modality: a content item may stand in anything. */
const REPORT_SERIES = (iod: IodFacts) => iod.report && /^(SR|KO)$/.test(iod.modality);
const RT = (iod: IodFacts) => iod.modality.startsWith('RT');
const MAMMO = (iod: IodFacts) => iod.modality === 'MG';
const DX_LIKE = (iod: IodFacts) => iod.enhanced || /^(DX|MG|IO|PX|OP|OPT|ES|GM|SM|XC)$/.test(iod.modality);

/** By attribute: the code where the condition holds (type 1 or 2 there), else the last one. */
const RESOLVED: ReadonlyMap<Tag, (iod: IodFacts) => SimpleCode> = new Map<Tag, (iod: IodFacts) => SimpleCode>([
  [0x00080022, (iod) => (iod.modality === 'PT' || iod.enhanced ? 'Z' : 'X')],
  [0x00080032, (iod) => (iod.modality === 'PT' || iod.enhanced ? 'Z' : 'X')],
  [0x00080023, (iod) => (iod.report || ENHANCED(iod) || OPHTHALMIC(iod) ? 'D' : 'Z')],
  [0x00080033, (iod) => (iod.report || ENHANCED(iod) || OPHTHALMIC(iod) ? 'D' : 'Z')],
  [0x00080021, (iod) => (iod.modality === 'PT' ? 'D' : 'X')],
  [0x00080031, (iod) => (iod.modality === 'PT' ? 'D' : 'X')],
  [0x0008002a, (iod) => (ENHANCED(iod) ? 'D' : 'X')],
  [0x00081070, (iod) => (RT(iod) ? 'Z' : 'X')],
  [0x00081110, () => 'X'],
  [0x00081111, (iod) => (REPORT_SERIES(iod) ? 'Z' : iod.enhanced ? 'U' : 'X')],
  [0x00081140, () => 'U'],
  [0x00082112, () => 'U'],
  [0x00100020, () => 'D'],
  [0x00102203, () => 'Z'],
  [0x00180010, () => 'Z'],
  [0x00181000, (iod) => (ENHANCED(iod) ? 'D' : 'X')],
  [0x00181030, (iod) => (iod.enhanced ? 'D' : 'X')],
  [0x00181400, (iod) => (MAMMO(iod) ? 'D' : 'X')],
  [0x0018700a, (iod) => (MAMMO(iod) ? 'D' : 'X')],
  [0x0018700c, (iod) => (MAMMO(iod) ? 'D' : 'X')],
  [0x0018700e, (iod) => (MAMMO(iod) ? 'D' : 'X')],
  [0x00189516, (iod) => (ENHANCED(iod) ? 'D' : 'X')],
  [0x00189517, (iod) => (ENHANCED(iod) ? 'D' : 'X')],
  [0x00189919, () => 'D'],
  [0x00400555, (iod) => (DX_LIKE(iod) || ENHANCED(iod) ? 'Z' : 'X')],
  [0x0040a032, () => 'X'],
  [0x00700084, () => 'Z'],
  [0x30080054, () => 'D'],
  [0x30080056, () => 'D'],
  [0x30080105, () => 'Z'],
  [0x30080250, () => 'D'],
  [0x30080251, () => 'D'],
  [0x300a0006, () => 'D'],
  [0x300a0007, () => 'D'],
  [0x300a00b2, () => 'Z'],
  [0x300e0008, () => 'Z'],
  [0x30100077, () => 'D'],
]);

/**
 * One action out of a Basic Profile code. What no module here requires is type 3, so that X stands. In an object of an
 * unknown class any attribute might be required: the alternative that satisfies every type then, except that sequences
 * are emptied, since the codes in their items may tell who it is.
 */
export function resolveCode(tag: Tag, code: BasicCode, iod: IodFacts): SimpleCode {
  if (code.length === 1) return code as SimpleCode;
  if (!iod.known) return strongest(tag, code);
  const resolved = RESOLVED.get(tag)?.(iod);
  if (resolved) return resolved;
  return code.startsWith('X') ? 'X' : 'Z';
}

function strongest(tag: Tag, code: BasicCode): SimpleCode {
  const choices = code.replace('*', '').split('/') as SimpleCode[];
  const last = choices[choices.length - 1]!;
  if (vrOf(tag) !== 'SQ' || last === 'U') return last;
  return choices.includes('Z') ? 'Z' : 'X';
}

/** Texts outside the table that an IOD requires: type 1 gets a dummy, type 2 is emptied, when nothing else may stay. */
const REQUIRED_TEXT: ReadonlyMap<Tag, 1 | 2> = new Map<Tag, 1 | 2>([
  [0x00080070, 1],
  [0x00080100, 1],
  [0x00080102, 1],
  [0x00080104, 1],
  [0x00080119, 1],
  [0x00081090, 1],
  [0x00080120, 1],
  [0x0040a160, 1],
  [0x00420010, 2],
  [0x00480106, 1],
  [0x00620005, 1],
  [0x00620009, 1],
  [0x00660036, 1],
  [0x00700080, 1],
  [0x00700081, 2],
  [0x30020002, 1],
  [0x30020020, 2],
  [0x300a00e1, 2],
  [0x300a00e5, 2],
]);

/** The type (1 or 2) of a text outside Table E.1-1 that may not be missing; undefined when it may. */
export function requiredType(tag: Tag): 1 | 2 | undefined {
  return REQUIRED_TEXT.get(tag);
}
