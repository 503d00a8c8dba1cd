// Why a picture is kept back, in plain words.
import { DomainError } from '../errors';

/** Pixels above which a picture is not taken: a slide, not a photograph. Looking for text takes some 70 bytes for each. */
const MOST_PIXELS = 2 ** 24;

/** @throws DomainError TOO_LARGE | UNREADABLE for sizes that cannot be held, or cannot be */
export function checkSize(width: number, height: number): void {
  if (!(width >= 1 && height >= 1)) throw damaged('it does not say how large it is');
  if (width * height > MOST_PIXELS)
    throw new DomainError(
      'TOO_LARGE',
      `This picture is ${width} x ${height} pixels large. Up to 16 million pixels can be looked at here: make it smaller, or cut it.`,
    );
}

export function damaged(why: string): DomainError {
  return new DomainError('UNREADABLE', `This picture is damaged: ${why}. Send it again from its source.`);
}

export function unsupported(why: string, instead: string): DomainError {
  return new DomainError('UNSUPPORTED', `This picture ${why}. ${instead}`);
}
