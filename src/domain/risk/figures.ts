// Re-identification risk of a table of subjects from its equivalence classes. Sources: K. El Emam, Guide to the De-Identification of Personal
// Health Information (2013), part III (measures and cell size precedents); El Emam and Dankar, JAMIA 15 (2008) 627 (prosecutor, journalist);
// Dankar and El Emam, PAIS/EDBT 2010 (marketer); L. Sweeney, IJUFKS 10 (2002) 557 (k-anonymity).
import { type Chosen, generalised } from './quasiIdentifiers';
import type { SubjectRecord } from './subjects';

/** Subjects that cannot be told apart by what is known of them. */
export interface EquivalenceClass {
  /** Pseudonyms. */
  readonly subjects: readonly string[];
}
export interface RiskFigures {
  readonly subjects: number;
  /** Size of the smallest class. */
  readonly k: number;
  /** How many classes of each size there are, and subjects in them; the smallest first. */
  readonly sizes: readonly { readonly size: number; readonly classes: number; readonly subjects: number }[];
  /** The attacker knows that the person is in the data. */
  readonly prosecutor: AttackRisk;
  /** The attacker knows only that the person belongs to the population the subjects were taken from. */
  readonly journalist: AttackRisk;
  /** Share of all subjects that an attacker who tries to match everybody can expect to match rightly. */
  readonly marketer: number;
}
export interface AttackRisk {
  /** Of the subject at most risk, 0..1. */
  readonly max: number;
  readonly average: number;
  /** Share of subjects whose own risk is above 1 / minimumK, 0..1. */
  readonly above: number;
}

/** The classes of `records` under what is chosen; each record is in exactly one. Smallest first. Nothing chosen: one class. */
export function equivalenceClasses(records: readonly SubjectRecord[], chosen: readonly Chosen[]): EquivalenceClass[] {
  const classes = new Map<string, string[]>();
  for (const { subject, values } of records) {
    const key = JSON.stringify(chosen.map((one) => generalised(values[one.name], one)));
    const alike = classes.get(key);
    if (alike === undefined) classes.set(key, [subject]);
    else alike.push(subject);
  }
  const sorted = [...classes.values()].map((subjects) => ({ subjects: subjects.sort() }));
  return sorted.sort((a, b) => a.subjects.length - b.subjects.length || (a.subjects[0]! < b.subjects[0]! ? -1 : 1));
}

/** Size of the smallest class; 0 where there is nobody. */
export function smallest(classes: readonly EquivalenceClass[]): number {
  return classes.length === 0 ? 0 : least(classes.map((one) => one.subjects.length));
}

interface Assumed {
  /** Classes smaller than this are at risk: the threshold is 1 / minimumK. */
  readonly minimumK: number;
  /** Share of the population that the subjects are, over 0 to 1; its classes are taken to be larger by this factor alike. */
  readonly sampleFraction: number;
}

/**
 * With n subjects, J classes of sizes f, and sizes F = f / sampleFraction in the population:
 * prosecutor max 1/min f, average J/n; journalist max 1/min F, average max(J / sum F, sum(f/F) / n); marketer sum(f/F) / n over classes.
 * Null where there is nobody.
 */
export function riskFigures(
  classes: readonly EquivalenceClass[],
  { minimumK, sampleFraction }: Assumed,
): RiskFigures | null {
  const sizes = classes.map((one) => one.subjects.length);
  if (sizes.length === 0) return null;
  const fraction = Math.min(1, Math.max(sampleFraction, Number.MIN_VALUE));
  const inPopulation = sizes.map((size) => size / fraction);
  const subjects = sum(sizes);
  const matched = sum(sizes.map((size, index) => size / inPopulation[index]!)) / subjects;
  const k = least(sizes);
  const above = (population: readonly number[]) =>
    sum(sizes.filter((_, index) => population[index]! < minimumK)) / subjects;
  return {
    subjects,
    k,
    sizes: histogram(sizes),
    prosecutor: { max: 1 / k, average: sizes.length / subjects, above: above(sizes) },
    journalist: {
      max: 1 / least(inPopulation),
      average: Math.max(sizes.length / sum(inPopulation), matched),
      above: above(inPopulation),
    },
    marketer: matched,
  };
}

function histogram(sizes: readonly number[]): RiskFigures['sizes'] {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([size, classes]) => ({ size, classes, subjects: size * classes }));
}

const least = (numbers: readonly number[]) => numbers.reduce((a, b) => Math.min(a, b));
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
