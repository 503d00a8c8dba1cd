// The values that a change takes away, read from the elements as they were. They stay in memory.

import type { Element } from '../dicom/dataset';
import { isPrivateCreator } from '../dicom/dictionary';
import { itemContext, type ValueContext } from '../dicom/values';
import { judgedTexts, kindOf } from './identifiers';
import { isStandardUid } from './keys';
import type { RemovedKind, RemovedValue } from './removed';
import { isClassAttribute } from './safeAttributes';

const NUMBERS = new Set(['AT', 'CS', 'DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV', 'AS']);
const LONGEST_BYTES = 256;

/** Adds every value that an element holds, at every depth, except those that the element put in its place still has. */
export function collectRemoved(
  before: Element,
  after: Element | undefined,
  context: ValueContext,
  into: Map<string, RemovedValue>,
): void {
  if (before.kind === 'sequence') {
    for (const item of before.items)
      for (const element of item.elements.values())
        collectRemoved(element, undefined, itemContext(before, item, context), into);
    return;
  }
  if (before.kind !== 'bytes' || before.bytes.length === 0 || isPrivateCreator(before.tag)) return;
  const kind = kindOf(before);
  if (!isWorthSearching(before.vr, kind, before.bytes)) return;
  const stays = after?.kind === 'bytes' ? new Set(judgedTexts(after, context)) : new Set<string>();
  for (const value of judgedTexts(before, context)) {
    const text = value.trim();
    if (kind === 'uid' && (isStandardUid(text) || isClassAttribute(before.tag))) continue;
    if (text.length >= 4 && !stays.has(value)) into.set(`${kind} ${text}`, { text, kind });
  }
}

function isWorthSearching(vr: string, kind: RemovedKind, bytes: Uint8Array): boolean {
  if (kind === 'id') return true;
  if (NUMBERS.has(vr)) return false;
  if (vr !== 'UN' && !vr.startsWith('O')) return true;
  return bytes.length <= LONGEST_BYTES && bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0);
}
