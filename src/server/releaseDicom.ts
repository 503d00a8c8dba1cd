// Which series of a version have no DICOM in it, although the lead asked for it, and why: for the lead to read.
import { publishOutcome } from '@/domain/outcomes';
import { seriesFolder } from '@/domain/release/dataset';
import { db } from './db';

interface LeftOut {
  /** Subject, session and series, as in the version's own paths. */
  readonly series: string;
  /** Plain words. */
  readonly reason: string;
}

/** What the workers that built these versions left out, by version. */
export async function dicomLeftOut(releaseIds: readonly string[]): Promise<Map<string, LeftOut[]>> {
  const runs = await db.stageRun.findMany({
    where: { unitId: { in: [...releaseIds] }, stage: 'publish', state: 'succeeded' },
    orderBy: { createdAt: 'asc' },
    select: { unitId: true, outcome: true },
  });
  const found = runs.flatMap(({ unitId, outcome }) => {
    const parsed = publishOutcome.safeParse(outcome);
    return parsed.success ? [{ unitId, rows: parsed.data.withoutDicom }] : [];
  });
  const ids = found.flatMap(({ rows }) => rows.map((row) => row.seriesId));
  const series = await db.series.findMany({
    where: { id: { in: ids } },
    select: { id: true, number: true, study: { select: { number: true, subject: { select: { code: true } } } } },
  });
  const names = new Map(
    series.map(({ id, number, study }) => [id, seriesFolder(study.subject.code, study.number, number)]),
  );
  return new Map(
    found.map(({ unitId, rows }) => [
      unitId,
      rows.map(({ seriesId, reason }) => ({ series: names.get(seriesId) ?? '', reason })),
    ]),
  );
}
