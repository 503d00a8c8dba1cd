// Reproducible choices for the generator: everything in a corpus follows from one seed.
import vocabulary from '@/domain/deid/data/vocabulary.json';
import { seededRandom } from '@/domain/phantom/random';

/** Words that clinical texts may hold, and that therefore tell nothing by themselves. */
export const CLINICAL: ReadonlySet<string> = new Set(
  Object.values(vocabulary.words).flatMap((list) => list.split(' ')),
);

export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** From `from` up to and with `to`. */
  int(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** `count` different members, in any order. */
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: Math.min(count, list.length) }, () => rest.splice(this.int(0, rest.length - 1), 1)[0]!);
  }

  /** A number of so many digits, the first no zero. */
  digits(count: number): string {
    return String(this.int(1, 9)) + Array.from({ length: count - 1 }, () => this.int(0, 9)).join('');
  }

  capitals(count: number): string {
    return Array.from({ length: count }, () => this.pick([...'BCDFGHJKLMNPQRSTVWXZ'])).join('');
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.int(0, 255));
  }

  /** A made-up word that no language has, starting with a capital. */
  word(): string {
    const syllable = () => this.pick([...'bdfgklmnprstvwz']) + this.pick(['a', 'e', 'i', 'o', 'u', 'ae', 'ou']);
    const word = syllable() + syllable() + this.pick(['', syllable()]) + this.pick(['x', 'sk', 'rn', 'th', 'ck', 'mp']);
    return CLINICAL.has(word) ? this.word() : word[0]!.toUpperCase() + word.slice(1);
  }
}
