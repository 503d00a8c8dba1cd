// What a stage gets to work with, and what it must give back.
import type { StageName } from '@/domain/pipeline';
import type { Finished, Ticket } from '@/server/stageRuns';
import { localPath, type WorkKey, workKey } from '@/server/storage';

export interface Work {
  readonly ticket: Ticket;
  /** Aborts when the run was given to another worker, or the worker is told to stop. */
  readonly signal: AbortSignal;
  /** 0..1; shown on the page with the next heartbeat. */
  readonly progress: (part: number) => void;
}

/** Does the work of one run. What it throws is judged by stageRuns: domain errors end the run, others are tried again. */
export type Stage = (work: Work) => Promise<Finished>;
export type StageTable = Readonly<Record<StageName, Stage>>;

/**
 * Where an output of this attempt lies. The attempt is part of the name: a worker that was thought dead and still writes
 * cannot touch what its successor wrote.
 */
export function outputKey({ ticket }: Work, name: string): WorkKey {
  return workKey(ticket.id, `a${ticket.attempt}/${name}`);
}

export async function outputPath(work: Work, name: string): Promise<string> {
  return localPath(outputKey(work, name));
}
