// What a planted identifier is, and what must not be found of it afterwards.

/** The kinds of identifier of 45 CFR 164.514(b)(2)(i), A to R. */
export const KINDS = {
  A: 'name',
  B: 'address',
  C: 'date or age',
  D: 'telephone',
  E: 'fax',
  F: 'e-mail',
  G: 'social security number',
  H: 'medical record number',
  I: 'health plan number',
  J: 'account',
  K: 'certificate or licence',
  L: 'vehicle',
  M: 'device',
  N: 'web address',
  O: 'IP address',
  P: 'biometric',
  Q: 'photograph',
  R: 'other unique number',
} as const;
export type Kind = keyof typeof KINDS;

export interface Secret {
  readonly kind: Kind;
  /** As it is written into an attribute. */
  readonly text: string;
  /** Pieces that may stand in no byte of the output, in any encoding and case. */
  readonly needles: readonly string[];
  /** For pieces that the rest of a file may well hold: what the value at the planted place must not match. */
  readonly gone?: RegExp;
}

/** Pieces of a text long enough to be told from chance: runs of letters or digits from four on, ideographs from two on. */
export function piecesOf(text: string): string[] {
  const runs = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...new Set(runs.filter((run) => run.length >= (/^\P{ASCII}+$/u.test(run) ? 2 : 4) && bytesOf(run) >= 4))];
}

const bytesOf = (text: string) => Buffer.byteLength(text);

/** A pattern for words that must be gone where they stood, whatever their case. */
export function words(...list: string[]): RegExp {
  if (list.length === 0) return /(?!)/;
  const escaped = list.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}
