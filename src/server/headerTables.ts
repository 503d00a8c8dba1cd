// The tables of cleaned headers that de-identification left in work/, found by the current run of each series.
import { text } from 'node:stream/consumers';
import { DomainError } from '@/domain/errors';
import { parseTable, type SeriesTable } from '@/domain/metadata/table';
import type { TableSource } from '@/domain/metadata/values';
import { db } from './db';
import { get, parseWorkKey } from './storage';

export interface TableRow {
  readonly seriesId: string;
  /** Pseudonym. */
  readonly subject: string;
  readonly session: number;
  readonly number: number;
  /** Key of its table; null while it is cleaned, when that failed, and for series cleaned before there were tables. */
  readonly headers: string | null;
}

/** Every DICOM series of a project in order, with the table of its newest de-identification if that succeeded. */
export function tableRows(projectId: string): Promise<TableRow[]> {
  return db.$queryRaw<TableRow[]>`
    SELECT s.id AS "seriesId", su.code AS subject, st.number AS session, s.number,
      CASE WHEN run.state = 'succeeded' THEN run.outcome->>'headers' END AS headers
    FROM "Series" s JOIN "Study" st ON st.id = s."studyId" JOIN "Subject" su ON su.id = st."subjectId"
    LEFT JOIN LATERAL (
      SELECT state, outcome FROM "StageRun" r WHERE r."unitId" = s.id AND r.stage = 'deidentify' AND r.state <> 'cancelled'
      ORDER BY r."createdAt" DESC LIMIT 1
    ) run ON true
    WHERE s."projectId" = ${projectId}::uuid AND s.kind = 'dicom'
    ORDER BY su.code, st.number, s.number`;
}

/** The table under a key; null when it was cleared away or is of another version. */
export async function readTable(key: string): Promise<SeriesTable | null> {
  try {
    return parseTable(await text(await get(parseWorkKey(key))));
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** All tables that are there, one after the other. */
export function tablesOf(rows: readonly TableRow[]): TableSource {
  return async function* () {
    for (const { subject, session, number, headers } of rows) {
      const table = headers === null ? null : await readTable(headers);
      if (table !== null) yield { subject, session, series: number, table };
    }
  };
}
