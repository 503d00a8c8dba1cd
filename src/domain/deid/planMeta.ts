// File meta information (PS3.10 7.1): an allow-list of group 0002. Table E.1-1 says nothing about most of it, yet it names machines.

import type { DicomFile, Element } from '../dicom/dataset';
import { makeElement } from '../dicom/make';
import type { ValueContext } from '../dicom/values';
import { collectRemoved } from './collect';
import { judgedTexts } from './identifiers';
import { hashUid, isStandardUid, isUid } from './keys';
import type { Draft } from './plan';
import { isKnownClassUid } from './safeAttributes';
import { sameElement } from './sameElement';

/** File meta is explicit VR little endian in the default repertoire, whatever the data set is. */
const META: ValueContext = { bigEndian: false, charsets: [] };
/** Who wrote the file: our own implementation class UID, from a random UUID, and version name. */
const WRITER: readonly Element[] = [
  { ...makeElement(0x00020012, 'UI', '2.25.22525612684863073762914644408966297811', META), lasting: true },
  { ...makeElement(0x00020013, 'SH', 'CLOAKROOM', META), lasting: true },
];
const STAYS = new Set([0x00020000, 0x00020001, 0x00020010]);

/** Plans the file meta: the instance UID follows the data set, the writer is us, everything that is not needed goes. */
export function planMeta(file: DicomFile, draft: Draft): void {
  for (const element of file.meta.elements.values()) {
    const { tag } = element;
    if (STAYS.has(tag) && isWhole(element)) continue;
    const kept = replacement(element, draft);
    if (kept === 'keep' || (kept && sameElement(element, kept.element))) continue;
    draft.changes.push(
      kept
        ? { path: [tag], action: kept.action, reason: kept.reason, element: kept.element }
        : {
            path: [tag],
            action: 'remove',
            reason: 'file meta that is not needed: may name a machine or hold anything',
          },
    );
    if (tag !== 0x00020012 && tag !== 0x00020013) collectRemoved(element, kept?.element, META, draft.removed);
  }
}

/** Two bytes of a version, four of a length, a UID that the reader knew: no room for anything else. */
function isWhole({ tag, ...element }: Element): boolean {
  const length = element.kind === 'bytes' ? element.bytes.length : 0;
  return tag === 0x00020010 || length === (tag === 0x00020001 ? 2 : 4);
}

type Replacement = { action: 'hashUid' | 'replace'; reason: string; element: Element };

function replacement(element: Element, draft: Draft): Replacement | 'keep' | undefined {
  const { tag } = element;
  // One UID stands here; whatever else does is no part of it.
  const value = judgedTexts(element, META).join('\\');
  if (tag === 0x00020002) {
    if (value === '' || isStandardUid(value) || isKnownClassUid(tag, value)) return 'keep';
    return {
      action: 'hashUid',
      reason: 'a unique identifier',
      element: makeElement(tag, 'UI', hashUid(value, draft.run.keys), META),
    };
  }
  if (tag === 0x00020003) {
    if (value === '' || (draft.run.profile.options.retainUids && isUid(value))) return 'keep';
    return {
      action: 'hashUid',
      reason: 'PS3.15 E.1-1: U',
      element: makeElement(tag, 'UI', hashUid(value, draft.run.keys), META),
    };
  }
  const ours = WRITER.find((one) => one.tag === tag);
  return ours && { action: 'replace', reason: 'this software wrote the file', element: ours };
}
