// The cleaned headers of a project for people: distinct values on the screen, searched, and spreadsheets to save. Audited.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { DomainError } from '@/domain/errors';
import { csvText } from '@/domain/metadata/csv';
import { keepMatching, type ValueKind, valueKinds } from '@/domain/metadata/kinds';
import { type RowKind, rowKinds, rowsBy } from '@/domain/metadata/rows';
import { type DistinctValue, valueGroups } from '@/domain/metadata/values';
import type { Actor } from '@/domain/policy';
import { xlsxStream } from '@/engines/xlsx';
import { authorise } from './authorise';
import { db } from './db';
import { tableRows, tablesOf } from './headerTables';
import { transact } from './transact';

/** A value with the first few of the subjects in whom it stands. */
export interface ShownValue extends DistinctValue {
  readonly moreSubjects: number;
}
/** One attribute with the rarest of its values; the export has them all. */
export interface ShownGroup {
  readonly path: string;
  readonly name: string;
  readonly vr: string;
  readonly values: readonly ShownValue[];
  /** Distinct values that match, shown or not. */
  readonly total: number;
}
export interface ShownValues {
  readonly groups: readonly ShownGroup[];
  /** Over all attributes. */
  readonly total: number;
  readonly shown: number;
  /** Series with a table, and DICOM series without one yet. */
  readonly series: number;
  readonly missing: number;
}

const MAX_PER_ATTRIBUTE = 20;
const MAX_SHOWN = 1500;
const MAX_SUBJECTS = 12;
const HOUR = 3_600_000;

const asked = z.object({
  kind: z.enum(Object.keys(valueKinds) as [ValueKind, ...ValueKind[]]).default('all'),
  text: z.string().max(200).default(''),
});

/** Distinct values that match. What is searched for is written nowhere: it may be a name. That somebody looked is audited, once an hour. */
export async function viewMetadata(
  actor: Actor,
  projectId: string,
  input: z.input<typeof asked>,
): Promise<ShownValues> {
  authorise(actor, 'metadata.view', projectId);
  const wish = asked.safeParse(input);
  if (!wish.success) throw new DomainError('INVALID', 'Search for at most 200 characters.');
  const rows = await tableRows(projectId);
  const withTable = rows.filter((row) => row.headers !== null).length;
  await auditView(actor, projectId, withTable);
  const groups: ShownGroup[] = [];
  let [total, shown] = [0, 0];
  for await (const { attribute, values } of valueGroups(tablesOf(rows), keepMatching(wish.data.kind, wish.data.text))) {
    const some = values.slice(0, Math.min(MAX_PER_ATTRIBUTE, MAX_SHOWN - shown));
    total += values.length;
    shown += some.length;
    if (some.length > 0) groups.push({ ...attribute, values: some.map(fewSubjects), total: values.length });
  }
  return { groups, total, shown, series: withTable, missing: rows.length - withTable };
}

function fewSubjects(row: DistinctValue): ShownValue {
  const subjects = row.subjects.slice(0, MAX_SUBJECTS);
  return { ...row, subjects, moreSubjects: row.subjects.length - subjects.length };
}

async function auditView(actor: Actor, projectId: string, series: number): Promise<void> {
  const lately = await db.auditEvent.findFirst({
    where: { projectId, actorId: actor.userId, type: 'metadata.viewed', at: { gte: new Date(Date.now() - HOUR) } },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  if (lately !== null) return;
  await transact(actor, async ({ audit }) => audit({ type: 'metadata.viewed', series }, { projectId }));
}

const FORMATS = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

export interface MetadataFile {
  readonly filename: string;
  readonly type: string;
  readonly stream: Readable;
}

/** All of it as one file, made while it is sent; audited before the first byte. */
export async function exportMetadata(
  actor: Actor,
  projectId: string,
  wish: { by: string; format: string },
): Promise<MetadataFile> {
  authorise(actor, 'metadata.export', projectId);
  const by = rowKinds.find((kind) => kind === wish.by);
  const format = wish.format === 'csv' || wish.format === 'xlsx' ? wish.format : null;
  if (by === undefined || format === null) throw new DomainError('INVALID', 'There is no such table.');
  const rows = await tableRows(projectId);
  const series = rows.filter((row) => row.headers !== null).length;
  const { slug } = await db.project.findUniqueOrThrow({ where: { id: projectId }, select: { slug: true } });
  await transact(actor, async ({ audit }) => audit({ type: 'metadata.exported', by, format, series }, { projectId }));
  const table = rowsBy(by, tablesOf(rows));
  const stream = format === 'csv' ? Readable.from(csvText(table)) : xlsxStream(table, titles[by]);
  return { filename: `${slug}-metadata-by-${by}.${format}`, type: FORMATS[format], stream };
}

const titles: Readonly<Record<RowKind, string>> = { value: 'Values', series: 'Series', instance: 'Instances' };
