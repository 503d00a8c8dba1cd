// What one pass over the originals of a series tells before it is converted: the slices' places, and what it shows.
import { setImmediate } from 'node:timers/promises';
import { instanceFacts } from '../domain/dicom/facts';
import { checkGeometry, type GeometryFinding, type SlicePlace, slicePlaces } from '../domain/dicom/geometry';
import { withDicomFile } from './dicomFiles';

export interface SeriesLook {
  readonly findings: readonly GeometryFinding[];
  /** Hints for whether this is a head; texts of the scan, in memory only. */
  readonly head: { readonly modality?: string; readonly bodyPartExamined?: string; readonly words: readonly string[] };
}

/**
 * Checks position and orientation of every slice (patient coordinates, LPS, mm) of the originals at `paths`, one header in memory at a time.
 * @throws DomainError UNREADABLE when a file cannot be read
 */
export async function lookAtSeries(paths: readonly string[], signal?: AbortSignal): Promise<SeriesLook> {
  const places: SlicePlace[] = [];
  let head: SeriesLook['head'] = { words: [] };
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    withDicomFile(path, 'header', (file) => {
      for (const place of slicePlaces(file)) places.push(place);
      if (index === 0) head = hintsOf(instanceFacts(file));
    });
    await setImmediate();
  }
  return { findings: checkGeometry(places), head };
}

/** What the header of the original at `path` says about the body part. */
export async function headHints(path: string): Promise<SeriesLook['head']> {
  return withDicomFile(path, 'header', (file) => hintsOf(instanceFacts(file)));
}

function hintsOf(facts: ReturnType<typeof instanceFacts>): SeriesLook['head'] {
  const words = [facts.seriesDescription, facts.protocolName, facts.studyDescription, facts.bodyPartExamined];
  return {
    ...(facts.modality === null ? {} : { modality: facts.modality }),
    ...(facts.bodyPartExamined === null ? {} : { bodyPartExamined: facts.bodyPartExamined }),
    words: words.filter((word) => word !== null),
  };
}
