// What was once found out about an element that many files share need not be found out again.

import type { Element } from './dataset';

/** A pure function of an element and one thing more, which remembers its last answer about each lasting element. */
export function remembering<By, T>(make: (element: Element, by: By) => T): (element: Element, by: By) => T {
  const known = new WeakMap<Element, { readonly by: By; readonly answer: T }>();
  return (element, by) => {
    if (!element.lasting) return make(element, by);
    const last = known.get(element);
    if (last !== undefined && last.by === by) return last.answer;
    const answer = make(element, by);
    known.set(element, { by, answer });
    return answer;
  };
}
