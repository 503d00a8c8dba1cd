// Whether two elements say the same, so that only real changes are listed.

import type { DataSet, Element } from '../dicom/dataset';

/** Whether two elements hold the same value in the same VR; byte order and padding as they stand. */
export function sameElement(a: Element, b: Element): boolean {
  if (a.kind === 'sequence' && b.kind === 'sequence')
    return a.items.length === b.items.length && a.items.every((item, i) => sameDataSet(item, b.items[i]!));
  if (a.kind === 'bytes' && b.kind === 'bytes') return a.vr === b.vr && sameBytes(a.bytes, b.bytes);
  return false;
}

function sameDataSet(a: DataSet, b: DataSet): boolean {
  if (a.elements.size !== b.elements.size) return false;
  return [...a.elements].every(([tag, element]) => {
    const other = b.elements.get(tag);
    return other !== undefined && sameElement(element, other);
  });
}

/** Whether two byte strings are equal. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
