// Visiting every element at every depth, and saying in words where one is.

import type { DataSet, Element, Path, Tag } from './dataset';
import { formatTag, keywordOf } from './dictionary';
import { itemContext, type ValueContext } from './values';

/** The data set an element stands in, and how its bytes are to be read. */
export interface Surroundings {
  readonly dataset: DataSet;
  readonly context: ValueContext;
}

/** Visits every element of a data set and of its items, in order, a sequence before what it holds. */
export function walk(
  dataset: DataSet,
  context: ValueContext,
  visit: (element: Element, path: Path, at: Surroundings) => void,
  path: Path = [],
): void {
  const at = { dataset, context };
  for (const element of dataset.elements.values()) {
    const here = [...path, element.tag];
    visit(element, here, at);
    if (element.kind !== 'sequence') continue;
    element.items.forEach((item, i) => {
      walk(item, itemContext(element, item, context), visit, [...here, i]);
    });
  }
}

/** A path for people: '(0008,1140)[0].(0008,1155)', or by keywords 'ReferencedImageSequence[0].ReferencedSOPInstanceUID'. */
export function formatPath(path: Path, style: 'tag' | 'keyword' = 'tag'): string {
  const name = (tag: Tag) => (style === 'keyword' ? (keywordOf(tag) ?? formatTag(tag)) : formatTag(tag));
  return path.map((part, i) => (i % 2 === 0 ? (i > 0 ? '.' : '') + name(part) : `[${part}]`)).join('');
}
