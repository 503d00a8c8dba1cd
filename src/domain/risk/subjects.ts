// The subjects of the series picked for a version, each with what may be known of it. Pages carry this too.
import type { QuasiIdentifier, TraitValue } from './quasiIdentifiers';
import type { SeriesTraits } from './seriesTraits';

export interface PickedTraits {
  /** Pseudonym. */
  readonly subject: string;
  readonly session: number;
  readonly number: number;
  readonly modality: string;
  readonly traits: SeriesTraits;
}
export interface SubjectRecord {
  readonly subject: string;
  readonly values: Readonly<Record<QuasiIdentifier, TraitValue>>;
}

/**
 * One record per subject, in the order of the codes, whatever the order of the series. Of what is told once a person (sex, age, size)
 * the first session's counts, as in participants.tsv; of what differs between series (scanners, modalities) all together.
 */
export function subjectRecords(picked: readonly PickedTraits[]): SubjectRecord[] {
  const bySubject = new Map<string, PickedTraits[]>();
  for (const one of picked) bySubject.set(one.subject, [...(bySubject.get(one.subject) ?? []), one]);
  return [...bySubject]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([subject, series]) => ({ subject, values: valuesOf(series) }));
}

function valuesOf(series: readonly PickedTraits[]): SubjectRecord['values'] {
  const inOrder = [...series].sort((a, b) => a.session - b.session || a.number - b.number);
  const first = <K extends keyof SeriesTraits>(name: K): SeriesTraits[K] | null =>
    inOrder.find((one) => one.traits[name] !== null)?.traits[name] ?? null;
  const together = (words: readonly (string | null)[]) =>
    [...new Set(words.filter((word) => word !== null))].sort().join('; ') || null;
  const dates = inOrder.flatMap(({ traits }) => traits.date ?? []).sort();
  return {
    sex: first('sex'),
    age: first('age'),
    size: first('size'),
    weight: first('weight'),
    ethnicGroup: first('ethnicGroup'),
    modality: together(inOrder.map((one) => one.modality)),
    device: together(inOrder.map((one) => one.traits.device)),
    sessions: new Set(inOrder.map((one) => one.session)).size,
    firstDate: dates[0] ?? null,
    span: dates.length === 0 ? null : daysBetween(dates[0]!, dates.at(-1)!),
  };
}

function daysBetween(from: string, to: string): number {
  const day = (date: string) => Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6)));
  return Math.round((day(to) - day(from)) / 86_400_000);
}
