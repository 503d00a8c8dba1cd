// Remembers what was planned for an element of the root data set, so that the thousandth slice of a series costs a look-up.
// An element of the very same bytes gets the same plan, when everything that the plan looked at beside it is the same too:
// what a run knows, and each neighbour that was asked for. So it never matters whether a plan was remembered or made.

import type { DataSet, Element, Tag } from '../dicom/dataset';
import type { Change } from './change';
import type { Place, Run } from './place';
import type { Draft } from './plan';
import type { RemovedValue } from './removed';

/** Plans one element at its place into a draft; the answer says whether it goes altogether. */
type Planner = (place: Place, draft: Draft) => boolean;

interface Memory {
  readonly bytes: Uint8Array;
  readonly context: Place['context'];
  /** Neighbours that were asked for, by their bytes; null when there was none. */
  readonly neighbours: readonly (readonly [Tag, Uint8Array | null])[];
  readonly changes: readonly Change[];
  readonly removed: readonly (readonly [string, RemovedValue])[];
  readonly gone: boolean;
}

/** Longer elements are planned anew each time. */
const LONGEST_BYTES = 2 ** 14;
/** Plans remembered for one tag: a value that changes with every slice is not worth more. */
const PER_TAG = 2;

export class Recall {
  #run: Run | undefined;
  readonly #byTag = new Map<Tag, Memory[]>();

  /** To be called for each file before its elements are planned: what was remembered of a run that knew something else is forgotten. */
  begin(run: Run): void {
    if (this.#run === undefined || !isSame(this.#run, run)) this.#byTag.clear();
    this.#run = run;
  }

  /** Plans an element into the draft, from memory where there is one. */
  plan(place: Place, draft: Draft, planner: Planner): boolean {
    const { element } = place;
    const bytes = element.kind === 'far' ? undefined : element.source;
    if (bytes === undefined || bytes.length > LONGEST_BYTES) return planner(place, draft);
    const known = this.#byTag.get(element.tag) ?? [];
    const memory = known.find((one) => fits(one, bytes, place)) ?? this.#make(place, bytes, draft, planner, known);
    for (const change of memory.changes) draft.changes.push(change);
    for (const [key, value] of memory.removed) draft.removed.set(key, value);
    return memory.gone;
  }

  #make(place: Place, bytes: Uint8Array, draft: Draft, planner: Planner, known: readonly Memory[]): Memory {
    const watched = new Watched(place.dataset);
    const own: Draft = { run: draft.run, changes: [], removed: new Map() };
    const gone = planner({ ...place, dataset: { elements: watched } }, own);
    const memory: Memory = {
      bytes: bytes.slice(),
      context: place.context,
      neighbours: watched.asked(),
      changes: own.changes,
      removed: [...own.removed],
      gone,
    };
    // The file's buffer is used again for the next file: what leads into it cannot be kept.
    const lasts = own.changes.every((change) => !change.element || !leadsInto(change.element, bytes.buffer));
    if (lasts && !watched.askedForAll) this.#byTag.set(place.element.tag, [memory, ...known.slice(0, PER_TAG - 1)]);
    return memory;
  }
}

function fits(memory: Memory, bytes: Uint8Array, { context, dataset }: Place): boolean {
  if (!sameBytes(memory.bytes, bytes) || !isSame(memory.context, context)) return false;
  return memory.neighbours.every(([tag, then]) => {
    const now = dataset.elements.get(tag);
    if (now === undefined || then === null) return now === undefined && then === null;
    return now.kind !== 'far' && now.source !== undefined && sameBytes(now.source, then);
  });
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

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

function leadsInto(element: Element, buffer: ArrayBufferLike): boolean {
  if (element.source?.buffer === buffer) return true;
  if (element.kind === 'bytes') return element.bytes.buffer === buffer;
  if (element.kind !== 'sequence') return true;
  return element.items.some((item) => [...item.elements.values()].some((one) => leadsInto(one, buffer)));
}

/** A data set that notes which of its elements somebody asks for. */
class Watched implements ReadonlyMap<Tag, Element> {
  readonly #tags = new Set<Tag>();
  readonly #elements: DataSet['elements'];
  askedForAll = false;

  constructor(dataset: DataSet) {
    this.#elements = dataset.elements;
  }

  /** What was asked for, as it stands; an element of which the bytes are not known counts as asking for all. */
  asked(): (readonly [Tag, Uint8Array | null])[] {
    return [...this.#tags].map((tag) => {
      const element = this.#elements.get(tag);
      if (element === undefined) return [tag, null];
      if (element.kind === 'far' || element.source === undefined) this.askedForAll = true;
      return [tag, element.source?.slice() ?? null];
    });
  }

  get(tag: Tag): Element | undefined {
    this.#tags.add(tag);
    return this.#elements.get(tag);
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
    this.askedForAll = true;
    return this.#elements;
  }
}
