// Carries out planned changes. What no change touches stays the same object, so its bytes are written back verbatim.

import type { DataSet, DicomFile, Element, Item, SequenceElement } from '../dicom/dataset';
import { groupOf } from '../dicom/dictionary';
import { makeItem, makeSequence } from '../dicom/make';

import type { Change } from './change';

/** A step of a change within one data set: the rest of its path, and what to do at its end. */
interface Edit {
  readonly path: readonly number[];
  readonly change: Change;
}

/** The file with its changes carried out. Elements without a change keep their `source`; bytes behind the end are dropped. */
export function applyChanges(file: DicomFile, changes: readonly Change[]): DicomFile {
  const edits = changes.filter(({ path }) => path.length > 0).map((change) => ({ path: change.path, change }));
  const isMeta = ({ path }: Edit) => groupOf(path[0]!) === 2;
  const rest = { encoding: file.encoding, transferSyntaxUid: file.transferSyntaxUid, trailing: new Uint8Array(0) };
  return {
    ...rest,
    ...(file.preamble ? { preamble: new Uint8Array(file.preamble.length) } : {}),
    meta: editDataSet(file.meta, edits.filter(isMeta)),
    dataset: editDataSet(
      file.dataset,
      edits.filter((edit) => !isMeta(edit)),
    ),
  };
}

function editDataSet<T extends DataSet>(dataset: T, edits: readonly Edit[]): T {
  if (edits.length === 0) return dataset;
  /** By tag: what takes the element's place, null where nothing does. */
  const whole = new Map<number, Element | null>();
  const nested = new Map<number, Edit[]>();
  for (const edit of edits) {
    const tag = edit.path[0]!;
    if (edit.path.length === 1) whole.set(tag, edit.change.element ?? null);
    else if (nested.has(tag)) nested.get(tag)!.push(edit);
    else nested.set(tag, [edit]);
  }
  const added = [...whole].flatMap(([tag, element]) => (element && !dataset.elements.has(tag) ? [element] : []));
  added.sort((a, b) => b.tag - a.tag);
  const elements = new Map<number, Element>();
  for (const before of dataset.elements.values()) {
    while (added.length > 0 && added.at(-1)!.tag < before.tag) put(elements, added.pop()!);
    const element = whole.get(before.tag) === undefined ? before : whole.get(before.tag)!;
    const list = nested.get(before.tag);
    if (element) put(elements, list && element.kind === 'sequence' ? editSequence(element, list) : element);
  }
  for (const element of added.reverse()) put(elements, element);
  return { ...dataset, elements };
}

const put = (elements: Map<number, Element>, element: Element) => elements.set(element.tag, element);

function editSequence(sequence: SequenceElement, edits: readonly Edit[]): SequenceElement {
  const byItem = new Map<number, Edit[]>();
  for (const { path, change } of edits) {
    const [, index, ...below] = path as [number, number, ...number[]];
    const list = byItem.get(index) ?? [];
    list.push({ path: below, change });
    byItem.set(index, list);
  }
  const items = sequence.items.map((item, i): Item => {
    const list = byItem.get(i);
    return list ? makeItem(editDataSet(item, list).elements.values(), item.undefinedLength) : item;
  });
  const vr = sequence.vr === 'UN' ? 'UN' : 'SQ';
  return makeSequence(sequence.tag, items, { vr, undefinedLength: sequence.undefinedLength });
}
