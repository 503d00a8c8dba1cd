// cloakroom metadata: the headers of cleaned DICOM files as a spreadsheet, for the quality check people do in one.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DicomFile } from '@/domain/dicom/dataset';
import { isDicom } from '@/domain/dicom/read';
import { TAG } from '@/domain/dicom/tags';
import { contextOf, text } from '@/domain/dicom/values';
import { DomainError } from '@/domain/errors';
import { SNIFF_BYTES } from '@/domain/ingest/sniff';
import { isSystemFile } from '@/domain/ingest/systemFiles';
import { csvText } from '@/domain/metadata/csv';
import { type RowKind, rowKinds, rowsBy } from '@/domain/metadata/rows';
import { TableBuilder } from '@/domain/metadata/table';
import type { LabelledTable } from '@/domain/metadata/values';
import { withDicomFile } from '@/engines/dicomFiles';
import { withFile } from '@/engines/fileSource';
import { writeAtomic } from '@/engines/files';
import { reasonOf } from '@/engines/lookInto';
import { xlsxStream } from '@/engines/xlsx';
import { existing, wouldBe } from './places';
import type { Progress } from './progress';

interface MetadataCommand {
  readonly input: string;
  readonly out: string;
  readonly by: RowKind;
}

/**
 * Runs `cloakroom metadata` with the arguments behind its name.
 * @returns the exit status
 */
export async function exportMetadata(
  argv: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const command = parse(argv);
  const out = await wouldBe(command.out);
  const headers = new Headers();
  const files = await filesBelow(await existing(command.input));
  for (const [index, path] of files.entries()) {
    signal.throwIfAborted();
    headers.take(path);
    progress.show('Reading', index + 1, files.length);
    await setImmediate();
  }
  progress.clear();
  if (headers.read === 0) throw invalid('There is no DICOM file in IN that can be read.');
  const rows = rowsBy(command.by, () => headers.tables());
  await writeAtomic(out, out.endsWith('.csv') ? utf8(csvText(rows)) : xlsxStream(rows, 'metadata'));
  return summary(headers);
}

function parse(argv: readonly string[]): MetadataCommand {
  const string = { type: 'string' } as const;
  const { values, positionals } = (() => {
    try {
      return parseArgs({ args: [...argv], options: { out: string, by: string }, allowPositionals: true });
    } catch (error) {
      throw invalid(error instanceof Error ? error.message.split('. ')[0]! : 'The arguments could not be read.');
    }
  })();
  const [input, ...rest] = positionals;
  const by = rowKinds.find((kind) => kind === (values.by ?? 'value'));
  if (input === undefined || rest.length > 0 || values.out === undefined)
    throw invalid('Say what to read and where the table goes: cloakroom metadata IN --out FILE.csv or FILE.xlsx');
  if (!/\.(csv|xlsx)$/.test(values.out)) throw invalid('--out must name a file that ends in .csv or .xlsx');
  if (by === undefined) throw invalid('--by is value, series or instance.');
  return { input, out: values.out, by };
}

async function filesBelow(input: string): Promise<string[]> {
  if (!(await stat(input)).isDirectory()) return [input];
  const entries = await readdir(input, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !isSystemFile(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

interface OpenSeries {
  readonly builder: TableBuilder;
  readonly session: number;
  readonly series: number;
}

/** The headers read so far, by subject and series, numbered in the order they came. */
class Headers {
  read = 0;
  passedOver = 0;
  notMarked = 0;
  readonly damaged: string[] = [];
  private readonly subjects = new Map<string, { studies: string[]; series: Map<string, OpenSeries> }>();

  /** Reads what stands before the pixels; a file that is no DICOM is passed over. */
  take(path: string): void {
    try {
      if (withFile(path, 'header', (source) => isDicom(source.read(0, Math.min(SNIFF_BYTES, source.size)))))
        withDicomFile(path, 'header', (file) => this.add(file));
      else this.passedOver += 1;
    } catch (error) {
      this.damaged.push(`  ${path}: ${reasonOf(error)}`);
    }
  }

  private add(file: DicomFile): void {
    const value = (tag: number) => text(file.dataset, tag, contextOf(file)) ?? '';
    this.read += 1;
    if (value(0x00120062) !== 'YES') this.notMarked += 1;
    const code = value(TAG.PatientID);
    const subject = this.subjects.get(code) ?? { studies: [], series: new Map<string, OpenSeries>() };
    this.subjects.set(code, subject);
    const [study, key] = [value(TAG.StudyInstanceUID), value(TAG.SeriesInstanceUID)];
    if (!subject.studies.includes(study)) subject.studies.push(study);
    const session = subject.studies.indexOf(study) + 1;
    const series = [...subject.series.values()].filter((one) => one.session === session).length + 1;
    const known = subject.series.get(key) ?? { builder: new TableBuilder(), session, series };
    subject.series.set(key, known);
    known.builder.add(file);
  }

  async *tables(): AsyncGenerator<LabelledTable> {
    for (const [subject, { series }] of this.subjects)
      for (const { builder, ...place } of series.values()) yield { subject, ...place, table: builder.table() };
  }
}

async function* utf8(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk, 'utf8');
}

function summary({ read, passedOver, notMarked, damaged }: Headers): number {
  console.error(`${read} DICOM files read${passedOver === 0 ? '' : `, ${passedOver} other files passed over`}.`);
  if (notMarked > 0)
    console.error(
      `${notMarked} of them do not say that they were de-identified: the table may hold names. Keep it as safe as the originals.`,
    );
  if (damaged.length === 0) return 0;
  console.error(`Left out, because they could not be read (${damaged.length} files):\n${damaged.join('\n')}`);
  return 1;
}

function invalid(message: string): DomainError {
  return new DomainError('INVALID', message);
}
