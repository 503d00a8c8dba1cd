// Every stage as a row: its unit of work, the state it starts from and the event that its success is.
import type { SeriesEvent, SeriesState } from './machines';

interface SeriesStage {
  readonly unit: 'series';
  readonly from: SeriesState;
  readonly succeed: SeriesEvent;
}
interface OtherStage {
  readonly unit: 'upload' | 'release' | 'dryRun';
}

export const stages = {
  /** Look into every file of an upload, quarantine what is not an image, group the rest into studies and series. */
  ingest: { unit: 'upload' },
  /** Clean the DICOM header of every instance, then look again. */
  deidentify: { unit: 'series', from: 'received', succeed: 'deidentify' },
  /** Check every slice's place, convert the original to NIfTI, cut header and sidecar to an allow-list. */
  convert: { unit: 'series', from: 'deidentified', succeed: 'convert' },
  /** Decide whether this is a head; if it is, remove the face and measure what was removed. */
  deface: { unit: 'series', from: 'converted', succeed: 'deface' },
  /** Lay the accepted series out as BIDS, check every byte again, write the manifest. */
  publish: { unit: 'release' },
  /** Plan a draft profile on chosen series beside the one in use; nothing is written. */
  dryRun: { unit: 'dryRun' },
} as const satisfies Record<string, SeriesStage | OtherStage>;

export type StageName = keyof typeof stages;
export const stageNames = Object.keys(stages) as StageName[];

/** The stage that takes a series on from `state`, if any. */
export function stageFrom(state: SeriesState): StageName | null {
  for (const name of stageNames) {
    const stage = stages[name];
    if (stage.unit === 'series' && stage.from === state) return name;
  }
  return null;
}
