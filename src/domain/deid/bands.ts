// Values shown as the lower edge of a band: ages (AS) in years, decimal and integer strings (DS, IS).

import { ageInYears } from './dates';

/** A band: its width, and the least and the largest value that are told apart. */
interface Bands {
  readonly width: number;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** The oldest age that is told: everything over 89 years is 90 (45 CFR 164.514(b)(2)(i)(C)). */
const OLDEST = 90;

/** An age as '045Y', the lower edge of its band; null when the value is no age, or the bands are too narrow for it. */
export function binAge(value: string, bands: Bands): string | null {
  const years = ageInYears(value);
  if (years === null) return null;
  const counted = clamped(years, bands);
  const edge = counted > OLDEST - 1 ? OLDEST : lowerEdge(counted, bands.width);
  return edge === null ? null : `${String(Math.max(0, Math.ceil(edge))).padStart(3, '0')}Y`;
}

/** A number as DS and IS write it, the lower edge of its band; null when the value is no number, or the bands are too narrow. */
export function binNumber(value: string, vr: 'DS' | 'IS', bands: Bands): string | null {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) return null;
  const edge = lowerEdge(clamped(Number(value), bands), bands.width);
  if (edge === null) return null;
  const shown = String(vr === 'IS' ? Math.ceil(edge) : edge);
  return shown.length <= (vr === 'IS' ? 12 : 16) ? shown : null;
}

const clamped = (value: number, { atLeast, atMost }: Bands) =>
  Math.max(atLeast ?? Number.NEGATIVE_INFINITY, Math.min(atMost ?? Number.POSITIVE_INFINITY, value));

/**
 * A little is added before rounding down, so that an edge is in the band that it begins; with more than a million bands
 * that would no longer hold.
 */
function lowerEdge(value: number, width: number): number | null {
  const band = Math.floor(value / width + 1e-6);
  return Math.abs(band) <= 1e6 ? Number((band * width).toPrecision(12)) : null;
}
