// Remembers what was planned for elements that the files of a series share, so that the thousandth slice costs a look-up. A
// lasting element gets the same plan again when everything that the plan looked at beside it is the same too: what a run
// knows, and each neighbour that was asked for. So it never matters whether a plan was remembered or made.

import type { DataSet, Element, Tag } from '../dicom/dataset';
import type { ValueContext } from '../dicom/values';
import type { Change } from './change';
import type { Run } from './place';
import type { Draft } from './plan';
import type { RemovedValue } from './removed';

/** Plans one element, by what stands around it, into a draft; the answer says whether it goes altogether. */
type Planner = (dataset: DataSet, draft: Draft) => boolean;

interface Memory {
  /** Neighbours that were asked for; undefined where there was none. */
  readonly neighbours: readonly (readonly [Tag, Element | undefined])[];
  readonly changes: readonly Change[];
  readonly removed: readonly (readonly [string, RemovedValue])[];
  readonly gone: boolean;
}

export class Recall {
  #run: Run | undefined;
  #context: ValueContext | undefined;
  #plans = new WeakMap<Element, Memory>();
  readonly #answers = new Map<string, { readonly by: readonly unknown[]; readonly answer: unknown }>();

  /** To be called for each file before its elements are planned: what was remembered of a run that knew something else is forgotten. */
  begin(run: Run, context: ValueContext): void {
    if (!isSame(this.#run, run) || !isSame(this.#context, context)) this.#plans = new WeakMap();
    this.#run = run;
    this.#context = context;
  }

  /** What `make` gives, or gave the last time when it was asked by the very same things; it may look at nothing else. */
  again<T>(what: string, by: readonly unknown[], make: () => T): T {
    const last = this.#answers.get(what);
    if (last?.by.length === by.length && last.by.every((one, i) => one === by[i])) return last.answer as T;
    const answer = make();
    this.#answers.set(what, { by, answer });
    return answer;
  }

  /** Plans an element into the draft, from memory where there is one. */
  plan(element: Element, dataset: DataSet, draft: Draft, planner: Planner): boolean {
    if (!element.lasting) return planner(dataset, draft);
    const known = this.#plans.get(element);
    const fits = known?.neighbours.every(([tag, then]) => dataset.elements.get(tag) === then);
    const memory = known && fits ? known : this.#make(element, dataset, draft, planner);
    for (const change of memory.changes) draft.changes.push(change);
    for (const [key, value] of memory.removed) draft.removed.set(key, value);
    return memory.gone;
  }

  #make(element: Element, dataset: DataSet, draft: Draft, planner: Planner): Memory {
    const watched = new Watched(dataset);
    const own: Draft = { run: draft.run, changes: [], removed: new Map() };
    const gone = planner({ elements: watched }, own);
    const [neighbours, removed] = [watched.asked(), [...own.removed]];
    if (!watched.lasts) return { neighbours, changes: own.changes, removed, gone };
    const memory = { neighbours, changes: own.changes.map(lasting), removed, gone };
    this.#plans.set(element, memory);
    return memory;
  }
}

const lasting = (change: Change): Change =>
  change.element ? { ...change, element: { ...change.element, lasting: true } } : change;

/** Whether two values are the same all the way down; functions and the like only when they are the very same. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((one) => b.has(one));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, one]) => b.has(key) && isSame(one, b.get(key)));
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key], b[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const kind = Object.getPrototypeOf(value);
  return kind === Object.prototype || kind === Array.prototype;
}

/** A data set that notes which of its elements somebody asks for. */
class Watched implements ReadonlyMap<Tag, Element> {
  readonly #asked = new Map<Tag, Element | undefined>();
  readonly #elements: DataSet['elements'];
  /** Whether all that was asked for can be recognised in another file. */
  lasts = true;

  constructor(dataset: DataSet) {
    this.#elements = dataset.elements;
  }

  asked(): (readonly [Tag, Element | undefined])[] {
    return [...this.#asked];
  }

  get(tag: Tag): Element | undefined {
    const element = this.#elements.get(tag);
    this.#asked.set(tag, element);
    if (element !== undefined && !element.lasting) this.lasts = false;
    return element;
  }

  has(tag: Tag): boolean {
    return this.get(tag) !== undefined;
  }

  get size(): number {
    return this.#all().size;
  }

  forEach(visit: (element: Element, tag: Tag, map: ReadonlyMap<Tag, Element>) => void): void {
    this.#all().forEach(visit);
  }

  entries() {
    return this.#all().entries();
  }

  keys() {
    return this.#all().keys();
  }

  values() {
    return this.#all().values();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  #all(): DataSet['elements'] {
    this.lasts = false;
    return this.#elements;
  }
}
