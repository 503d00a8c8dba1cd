// ingest: looks into every file of an upload, keeps back what is no image, groups the rest and starts its series.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type Grouping, groupImages, groupNifti, partsBelowRoot, type SeenImage } from '@/domain/ingest/group';
import { withSidecars } from '@/domain/ingest/sidecars';
import { TEXT_FILE } from '@/domain/ingest/sniff';
import { isSystemFile } from '@/domain/ingest/systemFiles';
import { ahead } from '@/engines/ahead';
import { type Look, lookInto, reasonOf } from '@/engines/lookInto';
import { db } from '@/server/db';
import { newestProfile } from '@/server/seriesMoves';
import { localPath, parseRawKey } from '@/server/storage';
import type { Stage, Work } from '../work';
import type { FileFate, StoredFile } from './ingested';
import { recordIngest } from './ingestRows';
import { keysOf, profileOf } from './originals';
import { unpackArchive } from './unpackArchive';

interface Seen {
  readonly file: StoredFile;
  readonly look: Look;
}

export const ingestStage: Stage = async (work) => {
  const uploadId = work.ticket.unitId;
  const rows = await db.uploadFile.findMany({ where: { uploadId, state: 'stored' }, orderBy: { path: 'asc' } });
  const uploaded = rows.flatMap((row): StoredFile[] =>
    row.rawKey === null
      ? []
      : [
          {
            id: row.id,
            parentId: null,
            path: row.path,
            size: Number(row.size),
            sha256: row.sha256,
            rawKey: row.rawKey,
          },
        ],
  );
  const { seen, fates } = await lookIntoAll(work, uploaded);
  const keys = await keysOf(work.ticket.projectId);
  const files = seen.map(({ file }) => file);
  const { volumes, alone } = niftiVolumes(seen);
  for (const file of alone) fates.set(files[file]!.id, { event: 'quarantine', reason: TEXT_FILE });
  const groupings = [groupImages(images(seen), keys), groupNifti(volumes, keys)];
  for (const grouping of groupings) markRepeated(grouping, files, fates);
  const profile = await profileOf(await newestProfile(db, work.ticket.projectId));
  // Where the profile cleans pixels, de-identification answers the risk, and a person after it.
  const answered = profile.options.cleanPixelData ? { risk: null } : {};
  const series = groupings.flatMap((grouping) => grouping.series).map((one) => ({ ...one, ...answered }));
  const counts = { files: files.length, series: series.length, quarantined: countOf(fates, 'quarantined') };
  return {
    outcome: counts,
    inputHash: createHash('sha256')
      .update(uploaded.map((file) => file.sha256).join())
      .digest('hex'),
    also: (transaction) =>
      recordIngest(transaction, { uploadId, projectId: work.ticket.projectId, files, fates, series }),
  };
};

/** Looks into every file, archives unpacked; files are numbered by their place in `seen`. */
async function lookIntoAll(work: Work, uploaded: readonly StoredFile[]) {
  const seen: Seen[] = [];
  const fates = new Map<string, FileFate>();
  const unpacked: StoredFile[] = [];
  const look = async (files: readonly StoredFile[]) => {
    for await (const answer of ahead(files, lookAt)) {
      work.signal.throwIfAborted();
      if (!answer.ok) throw answer.error;
      const file = files[answer.index]!;
      seen.push({ file, look: answer.value });
      if (answer.value.kind === 'zip' && file.parentId === null) {
        const { fate, files: inside } = await unpackOrRefuse(work, file);
        fates.set(file.id, fate);
        for (const one of inside) unpacked.push(one);
      } else fates.set(file.id, fateOf(answer.value));
      work.progress((0.95 * seen.length) / (uploaded.length + unpacked.length));
    }
  };
  await look(uploaded);
  await look(unpacked);
  return { seen, fates };
}

async function lookAt(file: StoredFile): Promise<Look> {
  if (isSystemFile(file.path)) return { kind: 'ignored', reason: 'A file of the operating system, not needed.' };
  return lookInto(await localPath(parseRawKey(file.rawKey)));
}

async function unpackOrRefuse(work: Work, archive: StoredFile): Promise<{ fate: FileFate; files: StoredFile[] }> {
  try {
    return { fate: { event: 'unpack', reason: null }, files: await unpackArchive(work, archive) };
  } catch (error) {
    return { fate: { event: 'quarantine', reason: reasonOf(error) }, files: [] };
  }
}

function fateOf(look: Look): FileFate {
  if (look.kind === 'quarantined') return { event: 'quarantine', reason: look.reason };
  if (look.kind === 'ignored') return { event: 'ignore', reason: look.reason };
  if (look.kind === 'zip')
    return {
      event: 'quarantine',
      reason: 'An archive inside an archive is not unpacked. Unpack it and upload what is inside.',
    };
  return { event: 'accept', reason: null };
}

function images(seen: readonly Seen[]): SeenImage[] {
  return seen.flatMap(({ look }, file) =>
    look.kind === 'image' ? [{ file, facts: look.facts, identity: look.identity, risk: look.risk }] : [],
  );
}

function niftiVolumes(seen: readonly Seen[]) {
  const parts = partsBelowRoot(seen.map(({ file }) => file.path));
  const placed = seen.map(({ file, look: { kind } }, index) => {
    return { kind, file: index, parts: parts[index] ?? [basename(file.path)], sha256: file.sha256 };
  });
  const volumes = placed.flatMap((one) =>
    one.kind === 'nifti' || one.kind === 'picture' ? [{ ...one, kind: one.kind }] : [],
  );
  return withSidecars(
    volumes,
    placed.filter(({ kind }) => kind === 'json'),
  );
}

function markRepeated({ repeated }: Grouping, files: readonly StoredFile[], fates: Map<string, FileFate>): void {
  for (const { file, of } of repeated) {
    const same = files[file]!.sha256 === files[of]!.sha256;
    const fate: FileFate = same
      ? { event: 'duplicate', reason: 'The same file is here twice; one was taken.' }
      : {
          event: 'quarantine',
          reason:
            'Another file of this upload has the same SOP Instance UID but different content. Only that one was taken.',
        };
    fates.set(files[file]!.id, fate);
  }
}

function countOf(fates: ReadonlyMap<string, FileFate>, state: 'quarantined'): number {
  return [...fates.values()].filter((fate) => state === 'quarantined' && fate.event === 'quarantine').length;
}
