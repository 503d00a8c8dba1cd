// Value patterns of rules: a small dialect of regular expressions, run by following all ways at once, so that no pattern
// and no value can make it slow: steps = length of the value x length of the pattern. JavaScript's own RegExp backtracks.

/** A pattern made ready. `part`: somewhere in the text; `whole`: all of it. Letters match in either case. */
export interface ValuePattern {
  readonly part: (text: string) => boolean;
  readonly whole: (text: string) => boolean;
}

type Test = (code: number) => boolean;
type Node =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Node[] }
  | { readonly kind: 'times'; readonly of: Node; readonly from: number; readonly to: number };

/** A step of the machine: consumes a character, holds at an edge, or forks; `next` are indices. */
interface State {
  readonly test?: Test;
  readonly edge?: 'start' | 'end';
  readonly next: number[];
}

const LONGEST_PATTERN = 200;
const MOST_STATES = 400;
const MOST_TIMES = 100;
const DEEPEST = 20;

/** Longest text that is looked at; of longer ones the caller has to assume the worse. */
export const LONGEST_TEXT = 4000;

const CLASSES: Readonly<Record<string, Test>> = {
  d: (c) => c >= 0x30 && c <= 0x39,
  w: (c) => /[\p{L}\p{M}\p{N}_]/u.test(String.fromCodePoint(c)),
  s: (c) => /\s/u.test(String.fromCodePoint(c)),
};
const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
const folded = (character: string) => character.toLowerCase().codePointAt(0)!;

/**
 * Compiles a pattern: letters as they are, `.`, `[a-z]`, `[^...]`, `\d \w \s \D \W \S`, `( )`, `|`, `* + ?`, `{2,5}`, `^`, `$`;
 * a backslash before any other sign means that sign. Null for anything else, or when it is too long.
 */
export function compilePattern(source: string): ValuePattern | null {
  try {
    const parser = new Parser([...source]);
    const states = assemble(parser.whole());
    return { part: (text) => run(states, text, false), whole: (text) => run(states, text, true) };
  } catch (error) {
    if (error instanceof NoPattern) return null;
    throw error;
  }
}

class NoPattern extends Error {}
const fail = (): never => {
  throw new NoPattern();
};

/** Recursive descent over the pattern's characters. */
class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly signs: readonly string[]) {
    if (signs.length === 0 || signs.length > LONGEST_PATTERN) fail();
  }

  whole(): Node {
    const node = this.choice();
    return this.at < this.signs.length ? fail() : node;
  }

  private peek = () => this.signs[this.at];
  private take = () => this.signs[this.at++] ?? fail();
  private takeIf(sign: string): boolean {
    if (this.peek() !== sign) return false;
    this.at++;
    return true;
  }

  private choice(): Node {
    if (++this.depth > DEEPEST) fail();
    const of = [this.sequence()];
    while (this.takeIf('|')) of.push(this.sequence());
    this.depth--;
    return of.length === 1 ? of[0]! : { kind: 'any', of };
  }

  private sequence(): Node {
    const of: Node[] = [];
    for (let sign = this.peek(); sign !== undefined && sign !== '|' && sign !== ')'; sign = this.peek())
      of.push(this.repeated(this.atom()));
    return { kind: 'all', of };
  }

  private atom(): Node {
    const sign = this.take();
    if (sign === '^') return { kind: 'start' };
    if (sign === '$') return { kind: 'end' };
    if (sign === '.') return { kind: 'one', test: () => true };
    if (sign === '[') return { kind: 'one', test: this.set() };
    if (sign === '\\') return { kind: 'one', test: this.escaped() };
    if (sign === '(') {
      const inner = this.choice();
      return this.takeIf(')') ? inner : fail();
    }
    if ('*+?{})]'.includes(sign)) fail();
    return { kind: 'one', test: same(sign) };
  }

  private repeated(node: Node): Node {
    const [from, to] = this.times() ?? [1, 1];
    if (from === 1 && to === 1) return node;
    return node.kind === 'start' || node.kind === 'end' ? fail() : { kind: 'times', of: node, from, to };
  }

  private times(): [number, number] | null {
    if (this.takeIf('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.takeIf('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.takeIf('?')) return [0, 1];
    if (!this.takeIf('{')) return null;
    const from = this.count();
    const to = this.takeIf(',') ? (this.peek() === '}' ? Number.POSITIVE_INFINITY : this.count()) : from;
    return this.takeIf('}') && from <= to ? [from, to] : fail();
  }

  private count(): number {
    let digits = '';
    while (/^\d$/.test(this.peek() ?? '')) digits += this.take();
    const count = Number(digits);
    return digits === '' || count > MOST_TIMES ? fail() : count;
  }

  private set(): Test {
    const inverted = this.takeIf('^');
    const tests: Test[] = [];
    while (!this.takeIf(']')) tests.push(this.range());
    if (tests.length === 0) fail();
    const any: Test = (code) => tests.some((test) => test(code));
    return inverted ? not(any) : any;
  }

  private range(): Test {
    const first = this.take();
    if (first === '\\') return this.escaped();
    if (this.peek() !== '-' || this.signs[this.at + 1] === ']') return same(first);
    this.at++;
    const last = this.take();
    const [low, high] = [folded(first), folded(last === '\\' ? this.take() : last)];
    return low <= high ? (code) => code >= low && code <= high : fail();
  }

  private escaped(): Test {
    const sign = this.take();
    const test = CLASSES[sign.toLowerCase()];
    if (test) return sign === sign.toLowerCase() ? test : not(test);
    return /[\p{L}\p{N}]/u.test(sign) ? fail() : same(sign);
  }
}

function same(sign: string): Test {
  const code = folded(sign);
  return (other) => other === code;
}

/** The machine of a pattern: state 0 is reached last, the first to enter is the last in the list. */
function assemble(root: Node): readonly State[] {
  const states: State[] = [{ next: [] }];
  const add = (state: State) => (states.length >= MOST_STATES ? fail() : states.push(state) - 1);
  const build = (node: Node, then: number): number => {
    switch (node.kind) {
      case 'one':
        return add({ test: node.test, next: [then] });
      case 'start':
      case 'end':
        return add({ edge: node.kind, next: [then] });
      case 'all':
        return node.of.reduceRight((next, part) => build(part, next), then);
      case 'any':
        return add({ next: node.of.map((part) => build(part, then)) });
      case 'times':
        return buildTimes(node, then);
    }
  };
  const buildTimes = ({ of, from, to }: Node & { kind: 'times' }, then: number): number => {
    let next = then;
    if (to === Number.POSITIVE_INFINITY) {
      next = add({ next: [then] });
      states[next]!.next.push(build(of, next));
    } else for (let i = from; i < to; i++) next = add({ next: [then, build(of, next)] });
    for (let i = 0; i < from; i++) next = build(of, next);
    return next;
  };
  add({ next: [build(root, 0)] });
  return states;
}

function run(states: readonly State[], text: string, whole: boolean): boolean {
  const codes = Array.from(text.toLowerCase(), (character) => character.codePointAt(0)!);
  const entry = states.length - 1;
  let current = new Set<number>();
  for (let at = 0; at <= codes.length; at++) {
    if (at === 0 || !whole) reach(states, entry, at, codes.length, current);
    if (current.has(0) && (!whole || at === codes.length)) return true;
    if (at === codes.length || (whole && current.size === 0)) return false;
    const next = new Set<number>();
    for (const index of current) {
      const { test, next: then } = states[index]!;
      if (test?.(codes[at]!)) reach(states, then[0]!, at + 1, codes.length, next);
    }
    current = next;
  }
  return false;
}

/** Adds a state and all that are reached from it without a character. */
function reach(states: readonly State[], from: number, at: number, end: number, into: Set<number>): void {
  const open = [from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (into.has(index)) continue;
    into.add(index);
    const { test, edge, next } = states[index]!;
    if (test || (edge === 'start' && at !== 0) || (edge === 'end' && at !== end)) continue;
    open.push(...next);
  }
}
