// The bytes of a file, had by ranges, so that nobody has to hold a file whole. Who has the bytes says how they are had.

export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** `length` bytes from `start`; both inside of the file. The view stays as it is while the source is in use. */
  read(start: number, length: number): Uint8Array;
  /** The same, in a view that holds only until anything else is asked for. */
  glance(start: number, length: number): Uint8Array;
}

/** Bytes in memory as a source. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  const read = (start: number, length: number) => bytes.subarray(start, start + length);
  return { size: bytes.length, read, glance: read };
}

/** How much of a long value is looked at in one go; even, so that words stay whole. */
const PIECE_BYTES = 2 ** 20;

/** A range in pieces of an even length (but for the end), each good until the next is asked for. */
export function* piecesOf(source: ByteSource, start: number, length: number): Generator<Uint8Array> {
  for (let at = 0; at < length; at += PIECE_BYTES) yield source.glance(start + at, Math.min(PIECE_BYTES, length - at));
}
