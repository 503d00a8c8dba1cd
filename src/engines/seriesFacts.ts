// What one pass over the originals of a series tells before it is converted: the slices' places, and what it shows.
import { setImmediate } from 'node:timers/promises';
import { instanceFacts } from '../domain/dicom/facts';
import { checkGeometry, type GeometryFinding, type SlicePlace, slicePlaces } from '../domain/dicom/geometry';
import { ahead } from './ahead';
import { readDicomFile } from './dicomFiles';

export interface SeriesLook {
  readonly findings: readonly GeometryFinding[];
  /** Hints for whether this is a head; texts of the scan, in memory only. */
  readonly head: { readonly modality?: string; readonly bodyPartExamined?: string; readonly words: readonly string[] };
}

/**
 * Checks position and orientation of every slice (patient coordinates, LPS, mm) of the originals at `paths`, a few files in memory at a time.
 * @throws DomainError UNREADABLE when a file cannot be read
 */
export async function lookAtSeries(paths: readonly string[], signal?: AbortSignal): Promise<SeriesLook> {
  const places: SlicePlace[] = [];
  let head: SeriesLook['head'] = { words: [] };
  for await (const read of ahead(paths, readDicomFile)) {
    signal?.throwIfAborted();
    if (!read.ok) throw read.error;
    for (const place of slicePlaces(read.value)) places.push(place);
    if (read.index === 0) head = hintsOf(instanceFacts(read.value));
    await setImmediate();
  }
  return { findings: checkGeometry(places), head };
}

/** What the header of the original at `path` says about the body part. */
export async function headHints(path: string): Promise<SeriesLook['head']> {
  return hintsOf(instanceFacts(await readDicomFile(path)));
}

function hintsOf(facts: ReturnType<typeof instanceFacts>): SeriesLook['head'] {
  const words = [facts.seriesDescription, facts.protocolName, facts.studyDescription, facts.bodyPartExamined];
  return {
    ...(facts.modality === null ? {} : { modality: facts.modality }),
    ...(facts.bodyPartExamined === null ? {} : { bodyPartExamined: facts.bodyPartExamined }),
    words: words.filter((word) => word !== null),
  };
}
