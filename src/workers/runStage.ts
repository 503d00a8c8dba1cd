// One run from the queue: taken in hand, kept alive by heartbeats, ended well or badly; never both.
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '@/domain/errors';
import { env } from '@/server/env';
import { failRun, finishRun, HEARTBEAT_MS, heartbeat, startRun, type Ticket } from '@/server/stageRuns';
import { localPath, type ReleaseKey, releaseKey, removeAll, type WorkKey, workKey } from '@/server/storage';
import { note } from './log';
import { stageTable } from './stages/table';

export class Stopping extends Error {
  override readonly name = 'AbortError';
}

/** Handles runs until `stop` aborts; a run in hand is then given back. */
export function stageHandler(stop: AbortSignal): (stageRunId: string) => Promise<void> {
  return async (stageRunId) => {
    if (stop.aborted) return;
    const ticket = await startRun(stageRunId);
    if (ticket === null) return;
    const started = Date.now();
    const end = await runTicket(ticket, stop);
    note(
      `${ticket.stage} ${end} in ${((Date.now() - started) / 1000).toFixed(1)} s (run ${ticket.id}, attempt ${ticket.attempt})`,
    );
  };
}

async function runTicket(ticket: Ticket, stop: AbortSignal): Promise<string> {
  const lost = new AbortController();
  const signal = AbortSignal.any([lost.signal, stop]);
  let part = 0;
  let finishing = false;
  const progress = (done: number) => {
    part = done;
  };
  const beat = setInterval(() => {
    heartbeat(ticket, part)
      .then((mine) => mine || lost.abort(new Stopping('given to another worker')))
      // The database is away: the next beat tells whether the run is still ours.
      .catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    await prepareFolder(ticket);
    const finished = await stageTable[ticket.stage]({ ticket, signal, progress });
    await pauseForTest(ticket, signal);
    signal.throwIfAborted();
    finishing = true;
    await finishRun(ticket, finished);
    return 'succeeded';
  } catch (error) {
    // A connection that breaks while a run is finished leaves open whether it was: then its outputs must stay.
    if (!finishing || error instanceof DomainError) await discard(ticket);
    return await endBadly(ticket, lost.signal, error);
  } finally {
    clearInterval(beat);
  }
}

async function endBadly(ticket: Ticket, lost: AbortSignal, error: unknown): Promise<string> {
  if (lost.aborted) return 'superseded';
  if (error instanceof Error) note(`${ticket.stage} met ${error.name} ${codeOf(error)} (run ${ticket.id})`);
  return failRun(ticket, error);
}

/** Kind of an error without its words, which may hold a path. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An empty folder for this attempt. What a killed attempt left, half-converted originals among it, goes first. */
async function prepareFolder(ticket: Ticket): Promise<void> {
  await removeAll('work', ticket.id);
  if (ticket.stage === 'publish') await removeAll('release', ticket.unitId);
  await mkdir(await folderOf(workKey(ticket.id, `a${ticket.attempt}/any`)), { recursive: true, mode: 0o700 });
}

/** Removes what this attempt wrote, and only this one: the next may be writing already. */
async function discard(ticket: Ticket): Promise<void> {
  const name = `a${ticket.attempt}/any`;
  await rm(await folderOf(workKey(ticket.id, name)), { recursive: true, force: true });
  if (ticket.stage !== 'publish') return;
  await rm(await folderOf(releaseKey(ticket.unitId, name)), { recursive: true, force: true });
}

async function folderOf(key: WorkKey | ReleaseKey): Promise<string> {
  return dirname(await localPath(key));
}

/** Tests kill a worker here, where all outputs are written and none is recorded. No effect unless the variable names the stage. */
async function pauseForTest(ticket: Ticket, signal: AbortSignal): Promise<void> {
  if (env.TEST_PAUSE_STAGE !== ticket.stage) return;
  note(`paused in ${ticket.stage}`);
  await delay(3_600_000, undefined, { signal });
}
