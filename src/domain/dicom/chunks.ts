// Bytes to be written one after the other. Views that lie side by side in memory become one, so that an untouched stretch of
// a file is one chunk however many elements it holds.

import type { FarElement } from './dataset';

/** Bytes, or a value that is still in its file. */
export type Part = Uint8Array | FarElement;

const isFar = (part: Part): part is FarElement => 'pieces' in part;

export class Chunks {
  readonly #parts: Part[] = [];
  #pending: Uint8Array | undefined;
  #pendingLength = 0;
  /** Bytes in all. */
  length = 0;

  /** Adds a part behind the others. */
  add(part: Part): void {
    if (part.length === 0) return;
    if (isFar(part)) {
      this.#flush();
      this.#parts.push(part);
      this.length += part.length;
      return;
    }
    const last = this.#pending;
    const adjacent = last && last.buffer === part.buffer && last.byteOffset + this.#pendingLength === part.byteOffset;
    if (adjacent) {
      this.#pendingLength += part.length;
    } else {
      this.#flush();
      this.#pending = part;
      this.#pendingLength = part.length;
    }
    this.length += part.length;
  }

  /** Adds all of another's parts. */
  append(other: Chunks): void {
    for (const part of other.parts()) this.add(part);
  }

  /** The parts in order. */
  parts(): Part[] {
    this.#flush();
    return [...this.#parts];
  }

  /** All parts in one piece, copied. */
  joined(): Uint8Array {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts()) {
      for (const bytes of isFar(part) ? part.pieces() : [part]) {
        whole.set(bytes, at);
        at += bytes.length;
      }
    }
    return whole;
  }

  #flush(): void {
    const last = this.#pending;
    if (!last) return;
    const grown = last.length !== this.#pendingLength;
    this.#parts.push(grown ? new Uint8Array(last.buffer, last.byteOffset, this.#pendingLength) : last);
    this.#pending = undefined;
  }
}
