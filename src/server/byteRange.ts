// The Range header of a request for one file (RFC 9110, 14.1.2 and 14.2).

export interface ByteRange {
  /** Offsets of the first and the last byte, both included. */
  readonly start: number;
  readonly end: number;
}

/**
 * The one range asked for; null when there is none, or several, or it cannot be read (all of the file is sent then);
 * 'unsatisfiable' when it lies outside the file (416).
 */
export function byteRange(header: string | null, size: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}
