// Files of a series say mostly the same. Elements of their root data sets whose bytes were seen before are given as the very
// object that they were then, so that a nested one is not read again, and what was once found out about it can be remembered.

import type { Element, Tag } from './dataset';

/** What the reading of an element depends on beside its own bytes. */
export interface Around {
  readonly explicit: boolean;
  readonly little: boolean;
  /** Whether pixels are signed, on which the VR of some elements depends (implicit VR). */
  readonly signed: boolean;
  /** The element that reserves a private one's block; undefined for public ones. */
  readonly creator: Element | undefined;
}
interface Known {
  readonly element: Element;
  readonly source: Uint8Array;
  readonly around: Around;
}

interface Remembered {
  readonly known: readonly Known[];
  /** In how many files in a row the element was new. */
  news: number;
}

/** Longer elements are read anew each time. */
const LONGEST_BYTES = 2 ** 14;
/** Elements remembered of one tag. */
const PER_TAG = 2;
/** A value that was new in so many files in a row changes with each: not worth remembering. */
const MOST_NEW = 4;
const ROOM_BYTES = 2 ** 16;

export class Alike {
  readonly #byTag = new Map<Tag, Remembered>();
  #room = new Uint8Array(0);
  #used = 0;
  /** Where in the file the last copied element ended; what follows it there follows it in the room too. */
  #behind = -1;

  /** To be called for each file before it is read. */
  begin(): void {
    this.#behind = -1;
  }

  /** The element of this tag that starts at a place with the very bytes, if one is known. */
  find(tag: Tag, bytes: Uint8Array, at: number, around: () => Around): Element | undefined {
    const remembered = this.#byTag.get(tag);
    if (remembered === undefined) return undefined;
    for (const { element, source, around: then } of remembered.known) {
      if (!standsAt(source, bytes, at) || !isSame(then, around())) continue;
      remembered.news = 0;
      return element;
    }
    return undefined;
  }

  /**
   * An element that was read from `source`, to be remembered: read again by `read` from a copy, which lasts. Undefined when it
   * is not worth it.
   * @param at where in the file it starts
   */
  keep(
    source: Uint8Array,
    at: number,
    tag: Tag,
    around: Around,
    read: (copy: Uint8Array) => Element,
  ): Element | undefined {
    const { news, known } = this.#byTag.get(tag) ?? { news: 0, known: [] };
    if (news >= MOST_NEW || source.length > LONGEST_BYTES) return undefined;
    const copy = this.#copy(source, at);
    const element: Element = { ...read(copy), lasting: true };
    const newest = { element, source: copy, around };
    this.#byTag.set(tag, { news: news + 1, known: [newest, ...known.slice(0, PER_TAG - 1)] });
    return element;
  }

  /** A copy in the room. Copies touch only where their originals did, since that is taken as a sign that nothing is between. */
  #copy(source: Uint8Array, at: number): Uint8Array {
    if (this.#behind !== at) this.#used += 1;
    if (this.#used + source.length > this.#room.length) {
      this.#room = new Uint8Array(Math.max(ROOM_BYTES, source.length));
      this.#used = 0;
    }
    const copy = this.#room.subarray(this.#used, this.#used + source.length);
    copy.set(source);
    this.#used += source.length;
    this.#behind = at + source.length;
    return copy;
  }
}

function isSame(a: Around, b: Around): boolean {
  return a.explicit === b.explicit && a.little === b.little && a.signed === b.signed && a.creator === b.creator;
}

function standsAt(source: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at + source.length > bytes.length) return false;
  for (let i = 0; i < source.length; i++) if (source[i] !== bytes[at + i]) return false;
  return true;
}
