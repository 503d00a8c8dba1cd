// What the series picked for a version tell of their subjects, and how few are alike in it.
import { equivalenceClasses, smallest } from '@/domain/risk/figures';
import type { QuasiIdentifier } from '@/domain/risk/quasiIdentifiers';
import { type SeriesTraits, traitsOf } from '@/domain/risk/seriesTraits';
import { type PickedTraits, subjectRecords } from '@/domain/risk/subjects';
import { db } from './db';
import { readTable, tableRows } from './headerTables';

/** Traits by the key of their table: a table never changes, and reading thousands of them for every page would be slow. */
const known = new Map<string, SeriesTraits>();
const MAX_KNOWN = 50_000;

/** Traits of every series of a project; what has no table tells nothing. */
export async function traitsOfProject(projectId: string): Promise<Map<string, SeriesTraits>> {
  const rows = await tableRows(projectId);
  const traits = new Map<string, SeriesTraits>();
  for (const { seriesId, headers } of rows) traits.set(seriesId, await traitsUnder(headers));
  return traits;
}

async function traitsUnder(key: string | null): Promise<SeriesTraits> {
  const kept = key === null ? undefined : known.get(key);
  if (key === null || kept !== undefined) return kept ?? traitsOf(null);
  const table = await readTable(key);
  const traits = traitsOf(table);
  if (known.size >= MAX_KNOWN) known.clear();
  if (table !== null) known.set(key, traits);
  return traits;
}

/** Size of the smallest group of subjects that are alike in the quasi-identifiers, told as exactly as the version tells them. */
export async function kOf(
  projectId: string,
  seriesIds: readonly string[],
  names: readonly QuasiIdentifier[],
): Promise<number> {
  const traits = await traitsOfProject(projectId);
  const series = await db.series.findMany({
    where: { id: { in: [...seriesIds] }, projectId },
    select: { id: true, number: true, modality: true, study: { select: { number: true, subject: true } } },
  });
  const picked = series.map(
    ({ id, number, modality, study }): PickedTraits => ({
      subject: study.subject.code,
      session: study.number,
      number,
      modality,
      traits: traits.get(id) ?? traitsOf(null),
    }),
  );
  const chosen = names.map((name) => ({ name, level: 0 }));
  return smallest(equivalenceClasses(subjectRecords(picked), chosen));
}
