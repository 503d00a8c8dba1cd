// Huffman tables of JPEG (ITU-T T.81 annexes B.2.4.2 and C): read from DHT, laid out for decoding, and made for encoding.
import { DomainError } from '../errors';

export interface HuffmanTable {
  /** How many codes there are of each length, 1 to 16. */
  readonly counts: readonly number[];
  /** Symbols in the order of their codes. */
  readonly symbols: readonly number[];
}

/** Adds the DC and lossless tables of a DHT segment, by their destination. @throws DomainError UNREADABLE */
export function readTables(body: Uint8Array, into: Map<number, HuffmanTable>): void {
  let at = 0;
  while (at + 17 <= body.length) {
    const target = body[at]!;
    const counts = [...body.subarray(at + 1, at + 17)];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = [...body.subarray(at + 17, at + 17 + total)];
    if (symbols.length !== total) throw damaged();
    at += 17 + total;
    if (target < 4) into.set(target, { counts, symbols });
  }
  if (at !== body.length) throw damaged();
}

/** For every 16 bits that may come: length of the code in front, times 256, plus its symbol; 0 where none fits. */
export function codeLookup({ counts, symbols }: HuffmanTable): Uint16Array {
  const lookup = new Uint16Array(1 << 16);
  for (const { code, length, symbol } of codesOf({ counts, symbols })) {
    const first = code << (16 - length);
    if (first + (1 << (16 - length)) > lookup.length || symbol > 16) throw damaged();
    lookup.fill((length << 8) | symbol, first, first + (1 << (16 - length)));
  }
  return lookup;
}

/** The code of every symbol (annex C). */
export function codesOf({ counts, symbols }: HuffmanTable): { code: number; length: number; symbol: number }[] {
  const codes: { code: number; length: number; symbol: number }[] = [];
  let code = 0;
  for (const [i, count] of counts.entries()) {
    for (let n = 0; n < count; n++) codes.push({ code: code++, length: i + 1, symbol: symbols[codes.length]! });
    code <<= 1;
  }
  return codes;
}

/** Lengths that leave no code of ones only, for 17 symbols from the most to the least frequent. */
const LENGTHS = [2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** A table for the symbols 0 to 16: the more frequent a symbol, the shorter its code. */
export function tableFor(frequencies: readonly number[]): HuffmanTable {
  const symbols = LENGTHS.map((_, symbol) => symbol).sort(
    (a, b) => (frequencies[b] ?? 0) - (frequencies[a] ?? 0) || a - b,
  );
  const counts = Array.from({ length: 16 }, (_, i) => LENGTHS.filter((length) => length === i + 1).length);
  return { counts, symbols };
}

function damaged(): DomainError {
  return new DomainError('UNREADABLE', 'Its JPEG is damaged.');
}
