// The public side: every project that has published a version, and the page of one, withdrawn versions as tombstones.
import { createHash } from 'node:crypto';
import { DomainError } from '@/domain/errors';
import { db } from './db';
import type { Prisma } from './generated/prisma/client';

export interface DatasetCard {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly version: number;
  readonly title: string;
  readonly license: string;
  readonly publishedAt: string;
  readonly subjects: number;
  readonly series: number;
  readonly modalities: readonly string[];
  readonly fileCount: number;
  readonly byteCount: number;
}
interface DatasetVersion {
  readonly id: string;
  readonly version: number;
  readonly state: 'published' | 'withdrawn';
  readonly title: string;
  readonly notes: string;
  readonly license: string;
  readonly publishedAt: string | null;
  readonly withdrawnAt: string | null;
  readonly withdrawReason: string | null;
  readonly manifestSha256: string | null;
  readonly fileCount: number;
  readonly byteCount: number;
  readonly subjects: number;
  readonly series: number;
  readonly modalities: readonly string[];
}
export interface DatasetPage {
  readonly projectId: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  /** The data use agreement, and its hash: send it back with a request, so that what was shown is what is accepted. */
  readonly terms: string;
  readonly termsSha256: string;
  /** Newest first. */
  readonly versions: readonly DatasetVersion[];
  /** The one asked for, else the newest that can be downloaded, else the newest. */
  readonly current: DatasetVersion;
}

const outside = { state: { in: ['published', 'withdrawn'] } } satisfies Prisma.ReleaseWhereInput;
const withSeries = {
  series: { select: { series: { select: { modality: true, study: { select: { subjectId: true } } } } } },
} as const satisfies Prisma.ReleaseInclude;
type ReleaseRow = Prisma.ReleaseGetPayload<{ include: typeof withSeries }>;

/** Datasets whose newest version can be asked for, newest first. */
export async function catalogue(): Promise<DatasetCard[]> {
  const rows = await db.release.findMany({
    where: { state: 'published' },
    distinct: ['projectId'],
    orderBy: { version: 'desc' },
    include: { ...withSeries, project: true },
  });
  return rows
    .map((row) => {
      const {
        id: _id,
        state: _state,
        withdrawnAt: _at,
        withdrawReason: _why,
        manifestSha256: _sha,
        notes: _notes,
        ...facts
      } = versionDto(row);
      const { slug, name, description } = row.project;
      return { slug, name, description, ...facts, publishedAt: facts.publishedAt ?? row.createdAt.toISOString() };
    })
    .sort((a, b) => b.publishedAt.localeCompare(a.publishedAt));
}

/** @throws DomainError NOT_FOUND for a project that has published nothing, or a version that was never public. */
export async function datasetPage(slug: string, version?: number): Promise<DatasetPage> {
  const project = await db.project.findUnique({
    where: { slug },
    include: { releases: { where: outside, orderBy: { version: 'desc' }, include: withSeries } },
  });
  const versions = project?.releases.map(versionDto) ?? [];
  const newest = versions.find((one) => one.state === 'published') ?? versions[0];
  const current = version === undefined ? newest : versions.find((one) => one.version === version);
  if (project === null || current === undefined) throw new DomainError('NOT_FOUND', 'There is no such dataset.');
  const { id: projectId, name, description, dataUseTerms: terms } = project;
  return { projectId, slug, name, description, terms, termsSha256: termsHash(terms), versions, current };
}

/** SHA-256 of a data use agreement, as kept with each request. */
export function termsHash(terms: string): string {
  return createHash('sha256').update(terms, 'utf8').digest('hex');
}

function versionDto(row: ReleaseRow): DatasetVersion {
  const { id, version, title, notes, license, withdrawReason, manifestSha256, fileCount } = row;
  const series = row.series.map((picked) => picked.series);
  return {
    id,
    version,
    state: row.state === 'withdrawn' ? 'withdrawn' : 'published',
    title,
    notes,
    license,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
    withdrawReason,
    manifestSha256,
    fileCount,
    byteCount: Number(row.byteCount),
    subjects: new Set(series.map((one) => one.study.subjectId)).size,
    series: series.length,
    modalities: [...new Set(series.map((one) => one.modality))].sort(),
  };
}
